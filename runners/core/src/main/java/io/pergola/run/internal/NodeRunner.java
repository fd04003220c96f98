package io.pergola.run.internal;

import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeStart;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.Criterion;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.NodeFailedException;
import io.pergola.run.NodeOutcome;
import io.pergola.run.NodeTimeoutException;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunRefusedException;
import io.pergola.run.RunningNode;
import io.pergola.span.MissingSpansException;
import io.pergola.span.SpanSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one node of a run to its end: from the cache, or by attempts that publish exactly once.
 */
final class NodeRunner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);

  /** For so long an attempt may go on after the interrupt for its timeout. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final RunSession run;
  private final Publisher publisher;
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final LeftoverJobs leftovers;
  private final NodeAttempts attempts;
  private final NodeClaims claims;
  private final NodeNeeds needs;
  private final AttemptTimers timers = new AttemptTimers();
  private final Consumer<NodeOutcome> unheeding;

  /**
   * @param unheeding hears of nodes that are over because of their timeout though their code goes
   *     on
   */
  NodeRunner(
      RunSession run,
      RunListener listener,
      BooleanSupplier cancelled,
      LeftoverJobs leftovers,
      Consumer<NodeOutcome> unheeding) {
    this.run = run;
    this.publisher = new Publisher(run);
    this.listener = listener;
    this.cancelled = cancelled;
    this.leftovers = leftovers;
    this.attempts = new NodeAttempts(run, publisher, cancelled);
    this.claims = new NodeClaims(run, listener, cancelled);
    this.needs = NodeNeeds.of(run.engine());
    this.unheeding = unheeding;
  }

  /** What running nodes have reported so far, by node id. */
  Map<String, ExecutionHandle> running() {
    return attempts.running();
  }

  @Override
  public void close() {
    timers.close();
  }

  Publisher publisher() {
    return publisher;
  }

  /**
   * Runs a node whose inputs are there.
   *
   * @param outputs of the nodes that are done
   */
  NodeOutcome run(PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    Optional<NodeOutcome> kept = keptByConditions(node, outputs);
    if (kept.isPresent()) {
      return kept.get();
    }
    if (run.topology().isResolver(node.id())) {
      Optional<ArtifactRecord> found =
          Resolver.resolve(
              run.catalog(),
              run.pipeline(),
              new Asker(
                  run.pipelineName(),
                  Optional.of(run.runId()),
                  run.context(),
                  run.topology().rivals(node.id(), outputs)),
              node.id(),
              run.topology().inputs(node, outputs));
      Optional<String> missing = Resolver.missing(run.pipeline(), node, found);
      if (missing.isPresent()) {
        return failedEarly(node, new IllegalStateException(missing.get()));
      }
      return new NodeOutcome.Resolved(node.id(), publisher.resolved(node, found), found);
    }
    Map<String, Optional<ArtifactRecord>> inputs = run.topology().inputs(node, outputs);
    KeyParts parts;
    Optional<SpanSelection> spans;
    try {
      spans =
          SpanChoice.await(
              Topology.component(run.pipeline(), node.id()),
              run.context(),
              cancelled,
              text -> waiting(node, text));
      parts = run.keys().of(node, inputs, spans);
    } catch (InterruptedException e) {
      Thread.interrupted(); // or the store could not record it
      publisher.endedEarly(node, NodeState.CANCELLED, "the run was cancelled");
      return new NodeOutcome.Cancelled(node.id());
    } catch (IOException | UncheckedIOException | MissingSpansException e) {
      return failedEarly(node, e);
    }
    Optional<LeftoverJobs.Job> leftover = leftovers.take(node.id());
    if (leftover.isPresent()) {
      Optional<NodeOutcome> outcome = reattach(node, inputs, spans, parts, leftover.get());
      if (outcome.isPresent()) {
        return outcome.get();
      }
      leftovers.abandon(leftover.get());
    }
    Optional<NodeOutcome> again = ofRerun(node, inputs, spans, parts);
    if (again.isPresent()) {
      return again.get();
    }
    if (!mayReuse(node)) {
      return attempts(node, inputs, spans, parts, Optional.empty()).orElseThrow();
    }
    try {
      while (true) {
        long before = claims.epoch(parts.key());
        boolean free = claims.isFree(parts.key());
        Optional<NodeOutcome> cached = cached(node, inputs, spans, parts);
        if (cached.isPresent()) {
          return cached.get();
        }
        Optional<NodeOutcome> outcome =
            free
                ? attempts(
                    node, inputs, spans, parts, Optional.of(claims.claim(parts.key(), before)))
                : Optional.empty();
        if (outcome.isPresent()) {
          return outcome.get();
        }
        if (!claims.await(node.id(), parts.key(), text -> waiting(node, text))) {
          return attempts(node, inputs, spans, parts, Optional.empty()).orElseThrow();
        }
      }
    } catch (InterruptedException e) {
      Thread.interrupted(); // or the store could not record it
      publisher.endedEarly(node, NodeState.CANCELLED, "the run was cancelled");
      return new NodeOutcome.Cancelled(node.id());
    }
  }

  private boolean mayReuse(PipelineGraph.Node node) {
    return run.options().cache() == RunOptions.Cache.USED
        && node.options().cache() == NodeOptions.Cache.AS_THE_RUN;
  }

  private void waiting(PipelineGraph.Node node, String text) {
    LOG.info("Node {} {}", node.id(), text);
    run.store()
        .runs()
        .change(run.lease().lease(), run.runId(), NodeChange.of(node.id()).because(text));
  }

  /**
   * Waits for the job of an attempt that another process began, and publishes what it wrote.
   *
   * @return empty if nothing came of it, and the node is to start afresh
   */
  private Optional<NodeOutcome> reattach(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts,
      LeftoverJobs.Job job) {
    if (!job.cacheKey().equals(Optional.of(parts.key()))) {
      LOG.info("Job {} worked for other inputs", job.id());
      return Optional.empty();
    }
    listener.nodeStarted(node.id(), job.attempt());
    LOG.info("Attempt {} goes on: its job is {}", job.attempt(), job.id());
    OutputFolders folders = folders(node, job.execution());
    NodeStart.Started started = new NodeStart.Started(job.execution(), Optional.empty());
    try {
      return Optional.of(
          attempts.attempt(
              node,
              inputs,
              spans,
              folders,
              started,
              job.attempt(),
              System.nanoTime(),
              Optional.of(job)));
    } catch (LeaseLostException e) {
      throw e;
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      if (cancelled.getAsBoolean() || Thread.interrupted() || e instanceof InterruptedException) {
        discard(node, folders, job.attempt());
        return Optional.of(cancelled(node, started));
      }
      LOG.warn("Attempt {} cannot be completed from its job {}", job.attempt(), job.id(), e);
      NodeFailedException failure =
          new NodeFailedException(run.runId(), node.id(), Causes.unwrap(e));
      listener.nodeRetried(node.id(), job.attempt(), failure, Duration.ZERO);
      discard(node, folders, job.attempt());
      return Optional.empty();
    }
  }

  /** The end of a node whose conditions are not met, or cannot be decided. */
  private Optional<NodeOutcome> keptByConditions(
      PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    try {
      Optional<Criterion.Judgement> obstacle =
          Conditions.obstacle(run.pipeline().graph(), node, outputs);
      obstacle.ifPresent(
          why -> {
            LOG.info("Skipped: {}", why.because());
            publisher.endedEarly(node, NodeState.SKIPPED, why.because());
          });
      return obstacle.map(why -> new NodeOutcome.Skipped(node.id(), why.because()));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          failedEarly(
              node,
              new IllegalArgumentException(
                  "Cannot decide whether it runs (%s): %s"
                      .formatted(node.declaredAt(), e.getMessage()),
                  e)));
    }
  }

  /** The end of a node that cannot have an attempt. */
  private NodeOutcome failedEarly(PipelineGraph.Node node, Exception cause) {
    NodeFailedException failure = new NodeFailedException(run.runId(), node.id(), cause);
    publisher.endedEarly(node, NodeState.FAILED, failure.line());
    return new NodeOutcome.Failed(node.id(), Duration.ZERO, 0, failure);
  }

  private Optional<NodeOutcome> cached(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts) {
    Optional<Catalog.Reusable> hit =
        CacheLookup.find(
            run.catalog(), node, parts.key(), lost -> LOG.warn("Not cached: {}", lost.text()));
    return hit.map(reused -> reuse(node, inputs, spans, parts, reused));
  }

  /** What the run that this one repeats has published, if nothing that it depends on changed. */
  private Optional<NodeOutcome> ofRerun(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts) {
    return run.options()
        .order()
        .rerun()
        .filter(rerun -> rerun.reuse() == RunOptions.Reuse.COMPLETED_NODES)
        .flatMap(rerun -> run.store().runs().node(rerun.runId(), node.id()))
        .filter(stored -> stored.state().isPublished())
        .filter(stored -> stored.cacheKey().equals(Optional.of(parts.key())))
        .flatMap(StoredNode::executionId)
        .map(run.catalog()::reusable)
        .filter(earlier -> CacheLookup.problem(node, earlier).isEmpty())
        .map(earlier -> reuse(node, inputs, spans, parts, earlier));
  }

  private NodeOutcome reuse(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts,
      Catalog.Reusable reused) {
    long execution = publisher.cached(node, parts, inputs, spans, reused);
    LOG.info("Cached from execution {} of run {}", reused.executionId(), reused.runId());
    return new NodeOutcome.Cached(
        node.id(),
        execution,
        reused.executionId(),
        reused.runId(),
        List.copyOf(reused.outputs().values()),
        reused.stop());
  }

  /**
   * Executes a node, again and again if need be.
   *
   * @param wanted keeps other runs from executing the same meanwhile
   * @return empty if another run does that already, or took over and may have published
   */
  private Optional<NodeOutcome> attempts(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts,
      Optional<NodeStart.Claim> wanted) {
    Optional<String> unmet = needs.unmet(node, Topology.component(run.pipeline(), node.id()));
    if (unmet.isPresent()) {
      return Optional.of(failedEarly(node, new RunRefusedException(unmet.get())));
    }
    long start = System.nanoTime();
    int attempt = run.store().runs().node(run.runId(), node.id()).orElseThrow().attempt() + 1;
    FaultPoint.BEFORE_NODE_START.reached(node.id());
    NodeChange begin =
        NodeChange.of(node.id()).to(NodeState.RUNNING).attempt(attempt).cacheKey(parts.key());
    Optional<NodeStart.Started> started = publisher.start(node, parts, begin, wanted);
    if (started.isEmpty()) {
      return Optional.empty();
    }
    OutputFolders folders = folders(node, started.get().executionId());
    started.get().claim().ifPresent(run.lease()::keep);
    try {
      return Optional.of(attempts(node, inputs, spans, folders, attempt, started.get(), start));
    } catch (LeaseLostException e) {
      if (!NodeClaims.isLost(e)) {
        throw e;
      }
      LOG.warn("Another run took node {} over: what this one did is not published", node.id());
      discardLost(node, folders);
      publisher.abandon(started.get().executionId());
      return Optional.empty();
    } finally {
      started.get().claim().ifPresent(run.lease()::drop);
    }
  }

  private NodeOutcome attempts(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      OutputFolders folders,
      int first,
      NodeStart.Started started,
      long start) {
    RetryPolicy policy = policy(node);
    for (int attempt = first; ; attempt++) {
      if (attempt > first) {
        publisher.restart(node, attempt);
      }
      FaultPoint.AFTER_NODE_START.reached(node.id());
      listener.nodeStarted(node.id(), attempt);
      RunningNode.Scope scope = RunningNode.enter(run.runId(), node.id(), attempt);
      LOG.info("Attempt {} starts", attempt);
      Optional<Duration> timeout = node.options().timeout();
      AttemptTimers.Watch watch =
          timers.start(timeout, GRACE, () -> overdue(node, started, timeout.orElseThrow(), start));
      Throwable problem;
      try (watch) {
        NodeOutcome done =
            attempts.attempt(
                node, inputs, spans, folders, started, attempt, start, Optional.empty());
        scope.close();
        return done;
      } catch (LeaseLostException e) {
        scope.close();
        throw e;
      } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
        problem = e;
      }
      boolean interrupted = Thread.interrupted() || problem instanceof InterruptedException;
      discard(node, folders, attempt);
      if (cancelled.getAsBoolean() || (interrupted && !watch.isUp())) {
        LOG.info("Attempt {} was cancelled", attempt);
        scope.close();
        return cancelled(node, started);
      }
      Throwable cause =
          watch.isUp()
              ? new NodeTimeoutException(timeout.orElseThrow())
              : DiskFull.explain(Causes.unwrap(problem), run.home());
      NodeFailedException failure = new NodeFailedException(run.runId(), node.id(), cause);
      LOG.error("Attempt {} failed", attempt, problem);
      scope.close();
      int tried = attempt - first + 1;
      int allowed =
          failure.isInfrastructure()
              ? Math.max(policy.retries(), policy.infrastructureRetries())
              : policy.retries();
      Optional<Duration> delay =
          tried > allowed ? Optional.empty() : policy.nextDelay(tried + 1, since(start));
      if (delay.isEmpty()) {
        publisher.ended(node, started, ExecutionState.FAILED, failure.line());
        return new NodeOutcome.Failed(node.id(), since(start), tried, failure);
      }
      listener.nodeRetried(node.id(), attempt, failure, delay.get());
      try {
        Thread.sleep(delay.get().toMillis());
      } catch (InterruptedException e) {
        return cancelled(node, started);
      }
    }
  }

  private RetryPolicy policy(PipelineGraph.Node node) {
    RetryPolicy policy = run.options().retries();
    if (node.options().retries().isPresent()) {
      policy = policy.retries(node.options().retries().get());
    }
    return node.options().retryDelay().isPresent()
        ? policy.firstDelay(node.options().retryDelay().get())
        : policy;
  }

  /** The attempt does not heed its interrupt: it counts as failed, and publishes nothing later. */
  private void overdue(
      PipelineGraph.Node node, NodeStart.Started started, Duration timeout, long start) {
    NodeFailedException failure =
        new NodeFailedException(run.runId(), node.id(), new NodeTimeoutException(timeout));
    ExecutionHandle handle = attempts.running().get(node.id());
    if (handle != null && handle.giveUp()) {
      publisher.ended(node, started, ExecutionState.FAILED, failure.line());
      unheeding.accept(new NodeOutcome.Failed(node.id(), since(start), 1, failure));
    }
  }

  private NodeOutcome cancelled(PipelineGraph.Node node, NodeStart.Started started) {
    Thread.interrupted(); // or the store could not record it
    publisher.ended(node, started, ExecutionState.CANCELED, "the run was cancelled");
    return new NodeOutcome.Cancelled(node.id());
  }

  private OutputFolders folders(PipelineGraph.Node node, long execution) {
    return new OutputFolders(run.artifacts(), run.pipelineName(), node, execution);
  }

  /** Another run has the node now, and its own folders. */
  private static void discardLost(PipelineGraph.Node node, OutputFolders folders) {
    try {
      folders.discard();
    } catch (IOException e) {
      LOG.warn("Cannot remove what node {} wrote in vain; gc removes it", node.id(), e);
    }
  }

  private void discard(PipelineGraph.Node node, OutputFolders folders, int attempt) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!publisher.isPublished(node.id())) {
        folders.discard(attempt);
      }
    } catch (IOException e) {
      LOG.warn("Cannot remove what a failed attempt left; resume or gc removes it", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
