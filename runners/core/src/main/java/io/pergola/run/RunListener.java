package io.pergola.run;

import java.time.Duration;
import java.util.List;

/** Hears of a run while it goes. Calls come one at a time, from any thread; keep them short. */
public interface RunListener {
  /** Hears nothing. */
  static RunListener none() {
    return new RunListener() {};
  }

  /**
   * The run is on record and waits until others of its pipeline have ended.
   *
   * @param behind the ids of those, live ones first; called again when they change
   */
  default void queued(String runId, List<String> behind) {}

  /** The run is on record under {@code runId}, and this is what it is going to do. */
  default void planned(String runId, RunPlan plan) {}

  /** An attempt of a node begins; not called for cached and resolved nodes. */
  default void nodeStarted(String node, int attempt) {}

  /**
   * A sign of life of a running node, about twice a second.
   *
   * @param rows done so far, 0 if the node does not count
   * @param rowsPerSecond over the last few seconds
   * @param message the node's own words, or empty
   */
  default void nodeProgress(String node, long rows, double rowsPerSecond, String message) {}

  /** An attempt failed and another one follows after {@code delay}. */
  default void nodeRetried(String node, int failedAttempt, Throwable cause, Duration delay) {}

  /** A node ended. */
  default void nodeFinished(NodeOutcome outcome) {}

  /** The run ended; the last call. */
  default void runFinished(RunResult result) {}
}
