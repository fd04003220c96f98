package io.pergola.run;

import io.pergola.pipeline.NodeOptions;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * Runs the Beam jobs of a run. Making one is cheap: what it needs starts with the first job.
 * Implementations are thread-safe, as nodes run in parallel.
 */
public interface Engine extends AutoCloseable {
  /** The name on the command line and in the metadata store, {@code local}. */
  String name();

  /** An empty job with this engine's options. */
  default Pipeline newJob(String name) {
    return newJob(name, NodeOptions.defaults());
  }

  /**
   * An empty job with this engine's options, and those of a node: its threads, and what it gave by
   * {@link NodeOptions#engine(String, String)}.
   *
   * @param name what the engine shows for it, such as run and node
   * @param node options that are all among {@link #nodeOptions}
   */
  default Pipeline newJob(String name, NodeOptions node) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setJobName(name);
    return Pipeline.create(options);
  }

  /**
   * The options that nodes may give this engine, each with the values that it takes. A node that
   * gives any other is refused before it runs.
   */
  default SortedMap<String, SortedSet<String>> nodeOptions() {
    return Collections.emptySortedMap();
  }

  /**
   * Runs a job that {@link #newJob(String, NodeOptions)} made to its end. An interrupt of the
   * calling thread cancels the job.
   *
   * @throws InterruptedException if the caller was interrupted; the job is then cancelled
   * @throws Exception what ended the job, as the engine reports it
   */
  void run(Pipeline job, JobListener listener) throws Exception;

  /**
   * Finds a job that a process submitted which is gone. Engines whose jobs die with the process
   * have none.
   *
   * @return the job if it still runs or has ended well; empty if it failed, was cancelled or is not
   *     known, and its node has to run again
   * @throws InfrastructureException if nobody answers who would know
   */
  default Optional<RunningJob> reattach(String jobId) {
    return Optional.empty();
  }

  /**
   * Cancels a job that a process left behind when it died, if it still runs: its node is about to
   * run again. Engines whose jobs die with the process have nothing to do.
   */
  default void cancelLeftover(String jobId) {}

  @Override
  void close();
}
