package io.pergola.run.internal;

import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.InfrastructureException;
import io.pergola.run.NodeFailedException;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunResult;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Starts the nodes of a run as soon as they can start, until the run has its result. */
final class RunDriver {
  private static final Logger LOG = LoggerFactory.getLogger(RunDriver.class);

  /** Within this time a cancelled run ends, whether or not its nodes listen. */
  private static final Duration CANCEL_BOUND = Duration.ofSeconds(15);

  /** How often a driver looks whether somebody asked for the run's end. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  /** Native linear algebra ends the process where it overflows the default stack of 1 MiB. */
  private static final long NODE_STACK_BYTES = 16L << 20;

  private final RunSession run;
  private final RunListener listener;
  private final NodeRunner nodes;
  private final LeftoverJobs leftovers;
  private final Map<String, SortedMap<String, ArtifactRecord>> outputs;
  private final Map<String, NodeOutcome> outcomes = new HashMap<>();
  private final Set<String> started = new HashSet<>();
  private final BlockingQueue<Ended> ended = new LinkedBlockingQueue<>();
  private final long start = System.nanoTime();
  private long looked = start;
  private volatile boolean cancelled;
  private @Nullable NodeFailedException failure;
  private @Nullable Stop stop;

  private record Ended(String node, @Nullable NodeOutcome outcome, @Nullable Throwable problem) {}

  private record Stop(String node, String reason) {}

  /**
   * @param done outcomes of the nodes that an earlier process completed
   * @param leftovers jobs that it left running
   */
  RunDriver(
      RunSession run, RunListener listener, Map<String, NodeOutcome> done, LeftoverJobs leftovers) {
    this.run = run;
    this.listener = new SerialListener(listener);
    this.leftovers = leftovers;
    this.nodes =
        new NodeRunner(
            run,
            this.listener,
            () -> cancelled,
            leftovers,
            failed -> ended.add(new Ended(failed.node(), failed, null)));
    this.outputs = new HashMap<>();
    for (NodeOutcome outcome : done.values()) {
      remember(outcome);
      started.add(outcome.node());
    }
  }

  RunResult drive() {
    ExecutorService pool = pool();
    try (ProgressTicker ticker = new ProgressTicker(nodes.running(), listener)) {
      while (true) {
        startReady(pool);
        if (started.size() == outcomes.size()) {
          break;
        }
        Ended next = ended.poll(500, TimeUnit.MILLISECONDS);
        if (next != null) {
          finish(next);
        }
        if (run.lease().isLost()) {
          throw new LeaseLostException(run.lease().lease());
        }
        if (!cancelled && isTimeToLook() && cancelRequested()) {
          cancel(pool);
          break;
        }
      }
      ticker.close();
      return end();
    } catch (InterruptedException e) {
      cancel(pool);
      return end();
    } catch (MetadataStoreException e) {
      throw new InfrastructureException(
          "Cannot go on with run %s: %s".formatted(run.runId(), e.getMessage()), e);
    } finally {
      cancelled = true;
      pool.shutdownNow();
      nodes.close();
    }
  }

  private void startReady(ExecutorService pool) {
    for (PipelineGraph.Node node : run.pipeline().graph().nodes()) {
      if (started.size() - outcomes.size() >= run.options().parallelNodes()
          || cancelled
          || failure != null
          || stop != null) {
        return;
      }
      if (!started.contains(node.id())
          && outputs.keySet().containsAll(run.topology().waitsFor(node.id()))) {
        started.add(node.id());
        Map<String, SortedMap<String, ArtifactRecord>> known = Map.copyOf(outputs);
        pool.execute(() -> work(node, known));
      }
    }
  }

  private void work(PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> known) {
    MDC.put("run", run.runId());
    MDC.put("node", node.id());
    try {
      ended.add(new Ended(node.id(), nodes.run(node, known), null));
    } catch (Throwable e) { // handed to the thread that waits for the run
      ended.add(new Ended(node.id(), null, e));
    } finally {
      MDC.clear();
    }
  }

  private void finish(Ended node) {
    if (outcomes.containsKey(node.node())) {
      return; // it was given up before, and has noticed only now
    }
    if (node.outcome() == null) {
      if (node.problem() instanceof MetadataStoreException store) {
        throw store;
      }
      throw new InfrastructureException(
          "Cannot go on with run %s: node '%s' could not be driven: %s"
              .formatted(
                  run.runId(),
                  node.node(),
                  node.problem() == null ? "" : Causes.line(node.problem())),
          node.problem() == null ? new IllegalStateException() : node.problem());
    }
    remember(node.outcome());
    listener.nodeFinished(node.outcome());
  }

  private void remember(NodeOutcome outcome) {
    outcomes.put(outcome.node(), outcome);
    if (outcome instanceof NodeOutcome.Completed completed) {
      publish(completed.node(), completed.outputs());
      completed.stop().ifPresent(reason -> stop(completed.node(), reason));
    } else if (outcome instanceof NodeOutcome.Cached cached) {
      publish(cached.node(), cached.outputs());
      cached.stop().ifPresent(reason -> stop(cached.node(), reason));
    } else if (outcome instanceof NodeOutcome.Resolved resolved) {
      PipelineGraph.Node node = node(resolved.node());
      outputs.put(node.id(), Resolver.outputs(node, resolved.artifact()));
    } else if (outcome instanceof NodeOutcome.Skipped skipped) {
      publish(skipped.node(), List.of());
    } else if (outcome instanceof NodeOutcome.Failed failed && failure == null) {
      failure = failed.cause();
    }
  }

  private void stop(String node, String reason) {
    if (stop == null) {
      stop = new Stop(node, reason);
    }
  }

  /** Keeps a node's outputs under the names its execution gave them. */
  private void publish(String node, List<ArtifactRecord> artifacts) {
    SortedMap<String, ArtifactRecord> byName = new TreeMap<>();
    artifacts.forEach(artifact -> byName.put(artifact.output(), artifact));
    outputs.put(node, byName);
  }

  private PipelineGraph.Node node(String id) {
    return run.pipeline().graph().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** Twice a second: nodes may end a hundred times as often. */
  private boolean isTimeToLook() {
    long now = System.nanoTime();
    if (now - looked < LOOK_EVERY.toNanos()) {
      return false;
    }
    looked = now;
    return true;
  }

  private boolean cancelRequested() {
    return run.store().runs().find(run.runId()).flatMap(StoredRun::cancelRequested).isPresent();
  }

  /** Interrupts running nodes and waits for them, up to a bound. */
  private void cancel(ExecutorService pool) {
    cancelled = true;
    pool.shutdownNow();
    long deadline = System.nanoTime() + CANCEL_BOUND.toNanos();
    while (started.size() > outcomes.size()) {
      try {
        Ended next = ended.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (next == null) {
          return;
        }
        if (next.outcome() == null) {
          outcomes.putIfAbsent(next.node(), new NodeOutcome.Cancelled(next.node()));
        } else {
          finish(next);
        }
      } catch (InterruptedException e) {
        LOG.warn("Cancelling already; the run ends within {} s", CANCEL_BOUND.toSeconds());
      }
    }
  }

  private RunResult end() {
    leftovers.abandonAll();
    if (started.size() > outcomes.size()) {
      run.lease().fence(); // what does not listen must not publish once the run is over
    }
    Map<String, NodeOutcome> all = new LinkedHashMap<>();
    for (PipelineGraph.Node node : run.pipeline().graph().nodes()) {
      NodeOutcome outcome = outcomes.get(node.id());
      if (outcome == null) {
        outcome =
            started.contains(node.id())
                ? new NodeOutcome.Cancelled(node.id())
                : new NodeOutcome.Skipped(node.id(), whyNotStarted());
        nodes
            .publisher()
            .endedEarly(
                node,
                started.contains(node.id()) ? NodeState.CANCELLED : NodeState.BLOCKED,
                whyNotStarted());
        listener.nodeFinished(outcome);
      }
      all.put(node.id(), outcome);
    }
    List<NodeOutcome> outcomesOfAll = new ArrayList<>(all.values());
    outcomesOfAll.addAll(
        new ExitCalls(run, listener).call(result(new ArrayList<>(all.values())), outputs));
    RunResult result = result(outcomesOfAll);
    FaultPoint.BEFORE_RUN_END.reached("");
    run.store()
        .runs()
        .move(
            run.lease().lease(),
            run.runId(),
            state(result),
            reason(result).or(() -> notes(result)));
    FaultPoint.AFTER_RUN_END.reached("");
    removeTemporaryFiles(result);
    return result;
  }

  private RunResult result(List<NodeOutcome> all) {
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    if (failure != null) {
      return new RunResult.Failed(run.runId(), duration, all, failure);
    }
    if (cancelled) {
      return new RunResult.Cancelled(run.runId(), duration, all);
    }
    if (stop != null) {
      return new RunResult.Stopped(run.runId(), duration, all, stop.node(), stop.reason());
    }
    return new RunResult.Succeeded(run.runId(), duration, all);
  }

  private static RunState state(RunResult result) {
    return result.match(
        succeeded -> RunState.SUCCEEDED,
        stopped -> RunState.STOPPED,
        failed -> RunState.FAILED,
        cancelled -> RunState.CANCELLED);
  }

  private static Optional<String> reason(RunResult result) {
    return result.match(
        succeeded -> Optional.empty(),
        stopped -> Optional.of(stopped.reason()),
        failed -> Optional.of(failed.cause().line()),
        cancelled -> Optional.of("cancelled"));
  }

  /** What a run that succeeded must say all the same, such as the spans that were missing. */
  private Optional<String> notes(RunResult result) {
    if (!(result instanceof RunResult.Succeeded)) {
      return Optional.empty();
    }
    String notes =
        run.store().runs().nodes(run.runId()).stream()
            .filter(node -> node.state().isPublished() && node.reason().isPresent())
            .map(node -> "%s: %s".formatted(node.id(), node.reason().get()))
            .collect(Collectors.joining("; "));
    return notes.isEmpty() ? Optional.empty() : Optional.of(notes);
  }

  private String whyNotStarted() {
    if (failure != null) {
      return "node '%s' failed".formatted(failure.node());
    }
    if (cancelled) {
      return "the run was cancelled";
    }
    return stop == null ? "" : "gate '%s' stopped the run".formatted(stop.node());
  }

  private void removeTemporaryFiles(RunResult result) {
    try {
      ArtifactFolder.delete(run.scratch());
      if (!(result instanceof RunResult.Failed)) {
        ArtifactFolder.delete(run.checkpoints());
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove temporary files of run {}", run.runId(), e);
    }
  }

  private ExecutorService pool() {
    return Executors.newFixedThreadPool(
        run.options().parallelNodes(),
        task -> {
          Thread thread = new Thread(null, task, "pergola-node", NODE_STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        });
  }
}
