package io.pergola.run.internal;

import io.pergola.beam.BeamComponent;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.InfrastructureException;
import io.pergola.run.Manifest;
import io.pergola.run.NodeFailedException;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.span.MissingSpansException;
import io.pergola.span.SpanSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one node of a run to its end: from the cache, or by attempts that publish exactly once.
 */
final class NodeRunner {
  private static final Logger LOG = LoggerFactory.getLogger(NodeRunner.class);

  private final RunSession run;
  private final Publisher publisher;
  private final RunListener listener;
  private final BooleanSupplier cancelled;
  private final LeftoverJobs leftovers;
  private final Map<String, ExecutionHandle> running = new ConcurrentHashMap<>();
  private final Set<Long> verified = ConcurrentHashMap.newKeySet();

  NodeRunner(
      RunSession run, RunListener listener, BooleanSupplier cancelled, LeftoverJobs leftovers) {
    this.run = run;
    this.publisher = new Publisher(run);
    this.listener = listener;
    this.cancelled = cancelled;
    this.leftovers = leftovers;
  }

  /** What running nodes have reported so far, by node id. */
  Map<String, ExecutionHandle> running() {
    return running;
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
    if (run.topology().isResolver(node.id())) {
      Optional<ArtifactRecord> found =
          Resolver.resolve(
              run.catalog(),
              run.pipeline(),
              node.id(),
              run.topology().rivals(node.id(), outputs),
              run.topology().inputs(node, outputs));
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
      NodeFailedException failure = new NodeFailedException(run.runId(), node.id(), e);
      publisher.endedEarly(node, NodeState.FAILED, failure.line());
      return new NodeOutcome.Failed(node.id(), Duration.ZERO, 0, failure);
    }
    Optional<LeftoverJobs.Job> leftover = leftovers.take(node.id());
    if (leftover.isPresent()) {
      Optional<NodeOutcome> outcome = reattach(node, inputs, spans, parts, leftover.get());
      if (outcome.isPresent()) {
        return outcome.get();
      }
      leftovers.abandon(leftover.get());
    }
    if (run.options().cache() == RunOptions.Cache.USED) {
      Optional<Catalog.Reusable> hit =
          CacheLookup.find(
              run.catalog(), node, parts.key(), lost -> LOG.warn("Not cached: {}", lost.text()));
      if (hit.isPresent()) {
        Catalog.Reusable reused = hit.get();
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
    }
    return attempts(node, inputs, spans, parts);
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
    try {
      return Optional.of(
          attempt(
              node,
              inputs,
              spans,
              folders,
              job.execution(),
              job.attempt(),
              System.nanoTime(),
              Optional.of(job)));
    } catch (LeaseLostException e) {
      throw e;
    } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
      if (cancelled.getAsBoolean() || Thread.interrupted() || e instanceof InterruptedException) {
        discard(node, folders, job.attempt());
        return Optional.of(cancelled(node, job.execution()));
      }
      LOG.warn("Attempt {} cannot be completed from its job {}", job.attempt(), job.id(), e);
      NodeFailedException failure =
          new NodeFailedException(run.runId(), node.id(), Causes.unwrap(e));
      listener.nodeRetried(node.id(), job.attempt(), failure, Duration.ZERO);
      discard(node, folders, job.attempt());
      return Optional.empty();
    }
  }

  private NodeOutcome attempts(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      KeyParts parts) {
    long start = System.nanoTime();
    StoredNode before = run.store().runs().node(run.runId(), node.id()).orElseThrow();
    int attempt = before.attempt();
    FaultPoint.BEFORE_NODE_START.reached(node.id());
    long execution = publisher.start(node, parts);
    OutputFolders folders = folders(node, execution);
    for (int tried = 1; ; tried++) {
      attempt++;
      run.store()
          .runs()
          .change(
              run.lease().lease(),
              run.runId(),
              NodeChange.of(node.id())
                  .to(NodeState.RUNNING)
                  .attempt(attempt)
                  .execution(execution)
                  .cacheKey(parts.key()));
      FaultPoint.AFTER_NODE_START.reached(node.id());
      listener.nodeStarted(node.id(), attempt);
      LOG.info("Attempt {} starts", attempt);
      try {
        return attempt(node, inputs, spans, folders, execution, attempt, start, Optional.empty());
      } catch (LeaseLostException e) {
        throw e;
      } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
        discard(node, folders, attempt);
        if (cancelled.getAsBoolean() || Thread.interrupted() || e instanceof InterruptedException) {
          return cancelled(node, execution);
        }
        NodeFailedException failure =
            new NodeFailedException(run.runId(), node.id(), Causes.unwrap(e));
        LOG.error("Attempt {} failed", attempt, e);
        int allowed =
            failure.isInfrastructure()
                ? Math.max(
                    run.options().retries().retries(),
                    run.options().retries().infrastructureRetries())
                : run.options().retries().retries();
        if (tried > allowed) {
          publisher.ended(node, execution, ExecutionState.FAILED, failure.line());
          return new NodeOutcome.Failed(node.id(), since(start), tried, failure);
        }
        Duration delay = run.options().retries().delayBefore(tried + 1);
        listener.nodeRetried(node.id(), attempt, failure, delay);
        try {
          Thread.sleep(delay.toMillis());
        } catch (InterruptedException interrupted) {
          return cancelled(node, execution);
        }
      }
    }
  }

  private NodeOutcome cancelled(PipelineGraph.Node node, long execution) {
    Thread.interrupted(); // or the store could not record it
    publisher.ended(node, execution, ExecutionState.CANCELED, "the run was cancelled");
    return new NodeOutcome.Cancelled(node.id());
  }

  private NodeOutcome attempt(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      OutputFolders folders,
      long execution,
      int attempt,
      long start,
      Optional<LeftoverJobs.Job> jobThatRuns)
      throws Exception {
    Path scratch = run.scratch().resolve(RunSession.scratchName(node.id(), attempt));
    Path checkpoints = run.checkpoints().resolve(node.id());
    verify(inputs);
    folders.create(attempt);
    Files.createDirectories(scratch);
    Files.createDirectories(checkpoints);
    BuiltPipeline.Node built = Objects.requireNonNull(run.pipeline().nodes().get(node.id()));
    ExecutionHandle handle =
        new ExecutionHandle(
            run.runId(),
            node.id(),
            attempt,
            run.context(),
            spans,
            scratch,
            checkpoints,
            built.component().isGate(),
            cancelled,
            job -> jobSubmitted(node.id(), job));
    running.put(node.id(), handle);
    try {
      ArtifactLookup artifacts =
          new ArtifactLookup(handle, directories(node, inputs, folders, attempt));
      if (jobThatRuns.isPresent()) {
        follow(jobThatRuns.get(), built, artifacts, node, inputs, folders, attempt, handle);
      } else {
        call(built.component(), built.outputs(), artifacts, handle);
      }
      handle.throwIfCancelled();
      FaultPoint.AFTER_WRITE.reached(node.id());
      SortedMap<String, Manifest> outputs = folders.seal(attempt);
      FaultPoint.AFTER_FSYNC.reached(node.id());
      folders.rename(attempt, outputs.keySet());
      FaultPoint.AFTER_RENAME.reached(node.id());
      publisher.complete(node, execution, inputs, outputs, folders, handle);
      FaultPoint.AFTER_PUBLISH.reached(node.id());
    } finally {
      running.remove(node.id());
      ArtifactFolder.delete(scratch);
    }
    ArtifactFolder.delete(checkpoints);
    LOG.info("Completed in {} ms, {} rows", since(start).toMillis(), handle.rowsDone());
    return new NodeOutcome.Completed(
        node.id(),
        execution,
        since(start),
        attempt,
        handle.rowsDone(),
        List.copyOf(run.catalog().outputsOf(execution).values()),
        handle.stopReason());
  }

  @SuppressWarnings("unchecked") // outputs are what add returned for this very component
  private <O> void call(
      Component<?> component, Object outputs, ArtifactLookup artifacts, ExecutionHandle handle)
      throws Exception {
    if (component instanceof InlineComponent<?> inline) {
      ((InlineComponent<O>) inline).run(artifacts, (O) outputs);
    } else if (component instanceof BeamComponent<?> beam) {
      BeamJob.run(
          (BeamComponent<O>) beam,
          (O) outputs,
          artifacts,
          run.engine()
              .orElseThrow(
                  () ->
                      new InfrastructureException(
                          "Cannot run node '%s': it is a Beam job and the runner has no engine. Give it one: PipelineRunner.in(workspace).on(engine)."
                              .formatted(handle.node()))),
          run.runId() + "-" + handle.node().replace('/', '-') + "-" + handle.attempt(),
          handle);
    } else {
      throw new IllegalStateException(
          "Cannot run %s: it is neither an InlineComponent nor a BeamComponent. Implement one."
              .formatted(component.getClass().getName()));
    }
  }

  @SuppressWarnings("unchecked") // outputs are what add returned for this very component
  private <O> void follow(
      LeftoverJobs.Job job,
      BuiltPipeline.Node built,
      ArtifactLookup artifacts,
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      OutputFolders folders,
      int attempt,
      ExecutionHandle handle)
      throws Exception {
    if (!(built.component() instanceof BeamComponent<?> beam)) {
      throw new IllegalStateException(
          "Cannot wait for a job of %s: it has none. Run the node again."
              .formatted(built.component().getClass().getName()));
    }
    long epoch = run.lease().lease().epoch();
    BeamJob.reattach(
        (BeamComponent<O>) beam,
        (O) built.outputs(),
        artifacts,
        () -> {
          folders.claim(attempt, epoch);
          return new ArtifactLookup(handle, directories(node, inputs, folders, attempt));
        },
        run.engine().orElseThrow(),
        job.id(),
        job.running(),
        handle);
  }

  private Map<String, Optional<Path>> directories(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      OutputFolders folders,
      int attempt) {
    Map<String, Optional<Path>> directories = new HashMap<>();
    for (PipelineGraph.Input input : node.inputs()) {
      directories.put(
          input.node() + "." + input.output(),
          inputs.getOrDefault(input.name(), Optional.empty()).map(ArtifactRecord::directory));
    }
    for (PipelineGraph.Output output : node.outputs()) {
      directories.put(
          node.id() + "." + output.name(),
          Optional.of(folders.unpublished(output.name(), attempt)));
    }
    return directories;
  }

  /** Reads every input in full before its first use in this run. */
  private void verify(Map<String, Optional<ArtifactRecord>> inputs) {
    for (Map.Entry<String, Optional<ArtifactRecord>> input : inputs.entrySet()) {
      if (input.getValue().isEmpty()) {
        continue;
      }
      ArtifactRecord artifact = input.getValue().get();
      ArtifactFolder.Check check =
          verified.contains(artifact.id())
              ? ArtifactFolder.Check.BEFORE_REUSE
              : ArtifactFolder.Check.BEFORE_READING;
      Optional<String> problem =
          ArtifactFolder.problem(artifact.directory(), artifact.contentHash(), check);
      if (problem.isPresent()) {
        throw new CorruptInputException(
            "Cannot read input '%s' (artifact %d): %s. Run again: the node that produced it will run anew."
                .formatted(input.getKey(), artifact.id(), problem.get()));
      }
      verified.add(artifact.id());
    }
  }

  private OutputFolders folders(PipelineGraph.Node node, long execution) {
    return new OutputFolders(run.artifacts(), run.pipelineName(), node, execution);
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

  private void jobSubmitted(String node, String jobId) {
    run.store().runs().change(run.lease().lease(), run.runId(), NodeChange.of(node).job(jobId));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** An artifact that is not what was published. */
  private static final class CorruptInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CorruptInputException(String message) {
      super(message);
    }
  }
}
