package io.pergola.run.internal;

import io.pergola.beam.BeamComponent;
import io.pergola.beam.DrivingComponent;
import io.pergola.metadata.NodeStart;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.InfrastructureException;
import io.pergola.run.Manifest;
import io.pergola.run.NodeOutcome;
import io.pergola.span.SpanSelection;
import java.io.IOException;
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

/** Single attempts of nodes: verify what is read, call the component, seal, rename, publish. */
final class NodeAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(NodeAttempts.class);

  private final RunSession run;
  private final Publisher publisher;
  private final BooleanSupplier cancelled;
  private final Map<String, ExecutionHandle> running = new ConcurrentHashMap<>();
  private final Set<Long> verified = ConcurrentHashMap.newKeySet();

  NodeAttempts(RunSession run, Publisher publisher, BooleanSupplier cancelled) {
    this.run = run;
    this.publisher = publisher;
    this.cancelled = cancelled;
  }

  /** What running nodes have reported so far, by node id. */
  Map<String, ExecutionHandle> running() {
    return running;
  }

  /**
   * Executes a node once and publishes what it wrote.
   *
   * @param start when its first attempt began, as {@link System#nanoTime} has it
   * @param jobThatRuns the engine's job of this attempt, if another process submitted it
   */
  NodeOutcome attempt(
      PipelineGraph.Node node,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      OutputFolders folders,
      NodeStart.Started started,
      int attempt,
      long start,
      Optional<LeftoverJobs.Job> jobThatRuns)
      throws Exception {
    long execution = started.executionId();
    Path scratch = run.scratch().resolve(RunSession.scratchName(node.id(), attempt));
    Path checkpoints = run.checkpoints().resolve(node.id());
    verify(inputs);
    folders.create(attempt);
    Files.createDirectories(scratch);
    Files.createDirectories(checkpoints);
    BuiltPipeline.Node built = Objects.requireNonNull(run.pipeline().nodes().get(node.id()));
    Optional<Path> memo = SpanReuse.memo(run, node, built.component(), inputs);
    if (memo.isPresent()) {
      Files.createDirectories(memo.get());
    }
    ExecutionHandle handle =
        new ExecutionHandle(
            run.runId(),
            node.id(),
            attempt,
            run.context(),
            spans,
            scratch,
            checkpoints,
            memo,
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
        call(built.component(), built.outputs(), artifacts, node.options(), handle);
      }
      handle.finish();
      FaultPoint.AFTER_WRITE.reached(node.id());
      SortedMap<String, Manifest> outputs = folders.seal(attempt);
      FaultPoint.AFTER_FSYNC.reached(node.id());
      folders.rename(attempt, outputs.keySet());
      FaultPoint.AFTER_RENAME.reached(node.id());
      publisher.complete(node, started, inputs, outputs, folders, handle);
      FaultPoint.AFTER_PUBLISH.reached(node.id());
    } finally {
      running.remove(node.id());
      deleteIfPossible(scratch);
    }
    deleteIfPossible(checkpoints);
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

  /** What is published stays so; the end of the run, or a check, deletes what is left. */
  private static void deleteIfPossible(Path folder) {
    try {
      ArtifactFolder.delete(folder);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}", folder, e);
    }
  }

  @SuppressWarnings("unchecked") // outputs are what add returned for this very component
  private <O> void call(
      Component<?> component,
      Object outputs,
      ArtifactLookup artifacts,
      NodeOptions options,
      ExecutionHandle handle)
      throws Exception {
    if (component instanceof InlineComponent<?> inline) {
      ((InlineComponent<O>) inline).run(artifacts, (O) outputs);
    } else if (component instanceof BeamComponent<?> beam) {
      BeamJob.run(
          (BeamComponent<O>) beam,
          (O) outputs,
          artifacts,
          engine(handle),
          jobName(handle),
          options,
          handle);
    } else if (component instanceof DrivingComponent<?> driving) {
      BeamJob.drive(
          (DrivingComponent<O>) driving,
          (O) outputs,
          artifacts,
          () -> engine(handle),
          jobName(handle),
          options,
          handle::ofOneJob);
    } else {
      throw new IllegalStateException(
          "Cannot run %s: it is neither an InlineComponent nor a BeamComponent nor a DrivingComponent. Implement one."
              .formatted(component.getClass().getName()));
    }
  }

  private Engine engine(ExecutionHandle handle) {
    return run.engine()
        .orElseThrow(
            () ->
                new InfrastructureException(
                    "Cannot run node '%s': it is a Beam job and the runner has no engine. Give it one: PipelineRunner.in(workspace).on(engine)."
                        .formatted(handle.node())));
  }

  private String jobName(ExecutionHandle handle) {
    return run.runId() + "-" + handle.node().replace('/', '-') + "-" + handle.attempt();
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

  private void jobSubmitted(String node, String jobId) {
    FaultPoint.AFTER_JOB_SUBMIT.reached(node);
    publisher.submitted(node, jobId);
    FaultPoint.AFTER_JOB_STORED.reached(node);
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
