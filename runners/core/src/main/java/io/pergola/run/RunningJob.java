package io.pergola.run;

/** A job that another process has submitted. */
@FunctionalInterface
public interface RunningJob {
  /**
   * Waits for its end as {@link Engine#run} does: rows are reported, an interrupt of the calling
   * thread cancels the job.
   *
   * @throws InterruptedException if the caller was interrupted; the job is then cancelled
   * @throws Exception what ended the job, as the engine reports it
   */
  void await(JobListener listener) throws Exception;
}
