package io.pergola.metadata;

/** How a backfill stands. */
public enum BackfillState {
  RUNNING,
  /** Live runs go on, no new ones are created. */
  PAUSED,
  /** Ended by a person; its live runs were asked to end. */
  CANCELLED,
  /** Each of its intervals is dealt with. */
  DONE;

  /** Whether nothing more happens. */
  public boolean isFinished() {
    return this == CANCELLED || this == DONE;
  }
}
