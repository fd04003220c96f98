package io.pergola.run;

import java.util.Optional;
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

  /**
   * An empty job with this engine's options.
   *
   * @param name what the engine shows for it, such as run and node
   */
  default Pipeline newJob(String name) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setJobName(name);
    return Pipeline.create(options);
  }

  /**
   * Runs a job to its end. An interrupt of the calling thread cancels the job.
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
