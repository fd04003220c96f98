package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Starts the driving of a claimed run: in a JVM of its own, or in this process. */
public interface RunLauncher extends AutoCloseable {
  /**
   * Starts to drive a run; whoever drives it renews its lease from then on.
   *
   * @throws IOException if it cannot be started; the caller still holds the lease
   * @throws IllegalArgumentException if it cannot be started as it was asked for, now or later
   */
  LiveRun launch(Claimed claimed) throws IOException;

  @Override
  void close();

  /** A run that is being driven. */
  interface LiveRun {
    /** The run's id. */
    String runId();

    /** Who drives it, for people: {@code process 4711}. */
    String driver();

    /** Completed when driving has ended, with how it ended: {@code exit code 0}. */
    CompletableFuture<String> ended();
  }
}
