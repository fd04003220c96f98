package io.pergola.run.internal;

import io.pergola.beam.BeamComponent;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeStart;
import io.pergola.metadata.NodeState;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Causes;
import io.pergola.run.NodeFailedException;
import io.pergola.run.NodeOutcome;
import io.pergola.run.NodeTimeoutException;
import io.pergola.run.RetryPolicy;
import io.pergola.run.RunListener;
import io.pergola.run.RunningNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The attempts at a node, one after another, until one has published or no more are allowed. */
final class AttemptSeries implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptSeries.class);

  /** For so long an attempt may go on after the interrupt for its timeout. */
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final RunSession run;
  private final Publisher publisher;
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final NodeAttempts attempts;
  private final AttemptTimers timers = new AttemptTimers();
  private final Consumer<NodeOutcome> unheeding;

  /**
   * @param unheeding hears of nodes that are over because of their timeout though their code goes
   *     on
   */
  AttemptSeries(
      RunSession run,
      Publisher publisher,
      RunListener listener,
      BooleanSupplier cancelled,
      Consumer<NodeOutcome> unheeding) {
    this.run = run;
    this.publisher = publisher;
    this.listener = listener;
    this.cancelled = cancelled;
    this.attempts = new NodeAttempts(run, publisher, cancelled);
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

  /**
   * Waits for the job of an attempt that another process began, and publishes what it wrote.
   *
   * @return empty if nothing came of it, and the node is to start afresh
   */
  Optional<NodeOutcome> reattach(NodeWork work, LeftoverJobs.Job job) {
    PipelineGraph.Node node = work.node();
    if (!job.cacheKey().equals(Optional.of(work.parts().key()))) {
      LOG.info("Job {} worked for other inputs", job.id());
      return Optional.empty();
    }
    if (!(Topology.component(run.pipeline(), node.id()) instanceof BeamComponent<?>)) {
      LOG.info("Job {} is one of several, and what drove them is gone", job.id());
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
              work.inputs(),
              work.spans(),
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

  /**
   * Executes a node, again and again if need be.
   *
   * @param wanted keeps other runs from executing the same meanwhile
   * @return empty if another run does that already, or took over and may have published
   */
  Optional<NodeOutcome> run(NodeWork work, Optional<NodeStart.Claim> wanted) {
    PipelineGraph.Node node = work.node();
    KeyParts parts = work.parts();
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
      return Optional.of(run(work, folders, attempt, started.get(), start));
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

  private NodeOutcome run(
      NodeWork work, OutputFolders folders, int first, NodeStart.Started started, long start) {
    PipelineGraph.Node node = work.node();
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
                node,
                work.inputs(),
                work.spans(),
                folders,
                started,
                attempt,
                start,
                Optional.empty());
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
              : DiskTrouble.explain(Causes.unwrap(problem), run.home());
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
