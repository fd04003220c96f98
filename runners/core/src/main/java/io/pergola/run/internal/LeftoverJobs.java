package io.pergola.run.internal;

import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Engine;
import io.pergola.run.InfrastructureException;
import io.pergola.run.RunningJob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of a run that a dead process left behind. One whose job may still run, or has ended
 * with nothing done about it, waits here until its node is about to start; all others are undone.
 */
final class LeftoverJobs {
  private static final Logger LOG = LoggerFactory.getLogger(LeftoverJobs.class);

  private final MetadataStore store;
  private final Path artifacts;
  private final String pipeline;
  private final Optional<Engine> engine;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();

  /**
   * A job that is to be waited for.
   *
   * @param running the engine's hold on it
   * @param execution the execution that it works for
   * @param cacheKey what its inputs and parameters were
   */
  record Job(
      PipelineGraph.Node node,
      String id,
      RunningJob running,
      long execution,
      int attempt,
      Optional<String> cacheKey) {}

  LeftoverJobs(MetadataStore store, Path artifacts, String pipeline, Optional<Engine> engine) {
    this.store = store;
    this.artifacts = artifacts;
    this.pipeline = pipeline;
    this.engine = engine;
  }

  /** Keeps an attempt's job to be waited for, or undoes the attempt. */
  void found(PipelineGraph.Node node, StoredNode stored) throws IOException {
    long execution = stored.executionId().orElseThrow();
    Optional<String> id = stored.jobId().filter(any -> engine.isPresent());
    if (id.isPresent()) {
      boolean whole =
          stored.state() == NodeState.RUNNING
              && folders(node, execution).areBeingWritten(stored.attempt());
      Optional<RunningJob> running = whole ? find(id.get()) : Optional.empty();
      if (running.isPresent()) {
        jobs.put(
            node.id(),
            new Job(node, id.get(), running.get(), execution, stored.attempt(), stored.cacheKey()));
        return;
      }
      cancel(id.get());
    }
    undo(node, execution);
  }

  private Optional<RunningJob> find(String id) {
    try {
      return engine.orElseThrow().reattach(id);
    } catch (InfrastructureException e) {
      LOG.warn("Job {} of an earlier process is not waited for: {}", id, e.getMessage());
      return Optional.empty();
    }
  }

  /** The job of this node, for the caller to wait for or to abandon. */
  Optional<Job> take(String node) {
    return Optional.ofNullable(jobs.remove(node));
  }

  /** Cancels a job and removes what it wrote. */
  void abandon(Job job) {
    cancel(job.id());
    try {
      undo(job.node(), job.execution());
    } catch (IOException e) {
      LOG.warn("Cannot remove what job {} left; gc removes it", job.id(), e);
    }
  }

  /** Cancels the jobs that no node came for. */
  void abandonAll() {
    for (String node : jobs.keySet()) {
      take(node).ifPresent(this::abandon);
    }
  }

  /** Names of the scratch folders that these jobs may use. */
  Set<String> scratchFolders() {
    return jobs.values().stream()
        .map(job -> RunSession.scratchName(job.node().id(), job.attempt()))
        .collect(Collectors.toSet());
  }

  private void cancel(String id) {
    try {
      engine.orElseThrow().cancelLeftover(id);
    } catch (RuntimeException e) {
      // It writes to folders of its own, which nobody reads: it costs work, but harms nothing.
      LOG.warn("Job {} of an earlier process may still run: {}", id, e.getMessage());
    }
  }

  private void undo(PipelineGraph.Node node, long execution) throws IOException {
    folders(node, execution).discard();
    StoredExecution stored = store.execution(execution).orElseThrow();
    if (stored.state() == ExecutionState.RUNNING) {
      store.updateExecution(execution, stored.draft().state(ExecutionState.CANCELED));
    }
  }

  private OutputFolders folders(PipelineGraph.Node node, long execution) {
    return new OutputFolders(artifacts, pipeline, node, execution);
  }
}
