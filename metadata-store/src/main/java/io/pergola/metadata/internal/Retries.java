package io.pergola.metadata.internal;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** Whether a transaction that failed is begun again, and the wait before. */
final class Retries {
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();
  private static final long SHORTEST = Duration.ofMillis(20).toNanos();
  private static final long LONGEST = Duration.ofSeconds(1).toNanos();
  private static final int CONFLICTS = 20;

  private final Dialect dialect;
  private final long since = System.nanoTime();
  private long pause = SHORTEST;
  private int conflicts;

  Retries(Dialect dialect) {
    this.dialect = dialect;
  }

  /**
   * Waits if there is another try.
   *
   * @param connectedBefore whether the database ever answered: one that never did is a wrong
   *     address, not a restart
   */
  boolean again(SQLException failure, boolean connectedBefore) {
    boolean conflict = dialect.isConflict(failure) && conflicts++ < CONFLICTS;
    boolean lost =
        connectedBefore && dialect.isDisconnected(failure) && System.nanoTime() - since < PATIENCE;
    if ((!conflict && !lost) || Thread.currentThread().isInterrupted()) {
      return false;
    }
    LockSupport.parkNanos(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2));
    pause = Math.min(LONGEST, pause * 2);
    return true;
  }
}
