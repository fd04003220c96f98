package io.pergola.run;

/** Hears of one Beam job while an {@link Engine} runs it. Called from the engine's threads. */
public interface JobListener {
  /** The job has this id on its engine; called before anyone waits for the job. */
  void submitted(String jobId);

  /** The total of the counter {@code pergola/rows} so far; it never falls. */
  void rows(long rows);

  /** What the engine itself knows of how far the job is, in a few words. */
  default void progress(String line) {}
}
