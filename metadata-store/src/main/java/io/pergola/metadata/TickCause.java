package io.pergola.metadata;

/** Why a tick is in its state. */
public enum TickCause {
  /** Fired when it was due. */
  ON_TIME,
  /** Fired, or waits, to make up for time in which no scheduler was running. */
  CATCH_UP,
  /** Waits for an earlier run, or replaced one that waited. */
  OVERLAP,
  /** Waits for the success of the interval before. */
  DEPENDS_ON_PAST,
  /** Its interval ended while the schedule was paused. */
  PAUSED_SKIP,
  /** No scheduler was running when it was due, and the schedule does not make up for it. */
  NO_CATCH_UP,
  /** It ended longer ago than the schedule's catch-up window. */
  OUTSIDE_WINDOW,
  /** More intervals were missed than the schedule makes up for. */
  OVER_MAX_RUNS,
  /** Its run could not start before its deadline. */
  START_DEADLINE
}
