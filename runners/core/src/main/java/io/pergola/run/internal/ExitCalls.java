package io.pergola.run.internal;

import io.pergola.artifact.Artifact;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.ExitHandler;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunSummary;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.ExitRecord;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunListener;
import io.pergola.run.RunResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Calls a run's exit handlers, each once for an end of the run. The store has on record which were
 * called for which outcome, so that a process that takes the run over in between calls the others
 * only.
 */
final class ExitCalls {
  private static final Logger LOG = LoggerFactory.getLogger(ExitCalls.class);
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final String DONE = " done";
  private static final String FAILED = " failed: ";

  private final RunSession run;
  private final RunListener listener;

  ExitCalls(RunSession run, RunListener listener) {
    this.run = run;
    this.listener = listener;
  }

  /**
   * Calls the handlers in their order; a failure of one neither keeps the others nor changes the
   * run's outcome.
   *
   * @param outputs of the nodes that are done
   */
  List<NodeOutcome> call(RunResult result, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    List<NodeOutcome> ended = new ArrayList<>();
    RunSummary summary = new Summary(run, result, outputs);
    for (Map.Entry<String, ExitHandler> exit : run.pipeline().exits().entrySet()) {
      String attribute = RunAttributes.EXIT + exit.getKey();
      boolean called =
          run.store()
              .runs()
              .find(run.runId())
              .flatMap(stored -> stored.attribute(attribute))
              .filter(text -> text.startsWith(summary.outcome() + " "))
              .isPresent();
      if (called) {
        continue;
      }
      NodeOutcome.Exited outcome = call(exit.getKey(), exit.getValue(), summary);
      run.store()
          .runs()
          .record(
              run.lease().lease(),
              run.runId(),
              attribute,
              summary.outcome() + outcome.problem().map(FAILED::concat).orElse(DONE));
      listener.nodeFinished(outcome);
      ended.add(outcome);
    }
    return ended;
  }

  /** The handlers of a run that goes on after its end are called again at its next one. */
  static void forgetFormerEnds(MetadataStore store, Lease lease, StoredRun run) {
    Optional<String> failed = run.attribute(RunAttributes.FAILED);
    if (failed.equals(run.attribute(RunAttributes.EXITS_AFTER))) {
      return;
    }
    run.attributes().keySet().stream()
        .filter(name -> name.startsWith(RunAttributes.EXIT))
        .forEach(name -> store.runs().record(lease, run.id(), name, ""));
    store.runs().record(lease, run.id(), RunAttributes.EXITS_AFTER, failed.orElseThrow());
  }

  /** What is on record of the handlers that a run called. */
  static List<ExitRecord> of(StoredRun run) {
    List<ExitRecord> exits = new ArrayList<>();
    run.attributes()
        .forEach(
            (name, text) -> {
              if (name.startsWith(RunAttributes.EXIT) && !text.isEmpty()) {
                int failed = text.indexOf(FAILED);
                exits.add(
                    new ExitRecord(
                        name.substring(RunAttributes.EXIT.length()),
                        failed < 0
                            ? Optional.empty()
                            : Optional.of(text.substring(failed + FAILED.length()))));
              }
            });
    return exits;
  }

  private NodeOutcome.Exited call(String id, ExitHandler handler, RunSummary summary) {
    PipelineGraph.Node declared = run.pipeline().graph().node(id).orElseThrow();
    Optional<String> unmet = NodeNeeds.of(run.engine()).unmet(declared);
    if (unmet.isPresent()) {
      return new NodeOutcome.Exited(id, Duration.ZERO, unmet);
    }
    Duration longest = declared.options().timeout().orElse(LONGEST);
    int attempts = 1 + declared.options().retries().orElse(0);
    long start = System.nanoTime();
    Optional<String> problem = Optional.empty();
    for (int attempt = 1; attempt <= attempts; attempt++) {
      problem = problem(id, handler, summary, longest);
      if (problem.isEmpty()) {
        break;
      }
      LOG.warn("Exit handler {} failed in attempt {}: {}", id, attempt, problem.get());
    }
    return new NodeOutcome.Exited(id, Duration.ofNanos(System.nanoTime() - start), problem);
  }

  /**
   * Why a call failed. Apart from this thread, which a handler must neither block nor interrupt.
   */
  private Optional<String> problem(
      String id, ExitHandler handler, RunSummary summary, Duration longest) {
    FutureTask<Boolean> call =
        new FutureTask<>(
            () -> {
              MDC.put("run", run.runId());
              MDC.put("node", id);
              handler.run(summary);
              return true;
            });
    Thread thread = new Thread(call, "pergola-exit");
    thread.setDaemon(true);
    thread.start();
    try {
      call.get(longest.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      return Optional.of(Causes.line(Objects.requireNonNullElse(e.getCause(), e)));
    } catch (TimeoutException e) {
      thread.interrupt();
      return Optional.of("it took longer than its timeout of %s".formatted(longest));
    } catch (InterruptedException e) {
      thread.interrupt();
      return Optional.of("the process was asked to end");
    }
  }

  private record Summary(
      RunSession run, RunResult result, Map<String, SortedMap<String, ArtifactRecord>> outputs)
      implements RunSummary {
    @Override
    public String runId() {
      return run.runId();
    }

    @Override
    public String pipeline() {
      return run.pipelineName();
    }

    @Override
    public Outcome outcome() {
      return result.match(
          succeeded -> Outcome.SUCCEEDED,
          stopped -> Outcome.STOPPED,
          failed -> Outcome.FAILED,
          cancelled -> Outcome.CANCELLED);
    }

    @Override
    public Optional<String> node() {
      return result.match(
          succeeded -> Optional.empty(),
          stopped -> Optional.of(stopped.node()),
          failed -> Optional.of(failed.cause().node()),
          cancelled -> Optional.empty());
    }

    @Override
    public Optional<String> reason() {
      return result.match(
          succeeded -> Optional.empty(),
          stopped -> Optional.of(stopped.reason()),
          failed -> Optional.of(failed.cause().line()),
          cancelled -> Optional.of("cancelled"));
    }

    @Override
    public Duration duration() {
      return result.duration();
    }

    @Override
    public <A extends Artifact> Optional<A> output(Channel<A> channel) {
      return Optional.ofNullable(outputs.get(channel.node()))
          .map(artifacts -> artifacts.get(channel.output()))
          .map(found -> ArtifactLookup.artifact(channel.type(), found.directory()));
    }
  }
}
