package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * One interval of a backfill.
 *
 * @param position its place in the backfill's order, from 0
 * @param reason why it is in its state; empty text if there is nothing to say
 */
public record BackfillInterval(
    int position,
    Instant start,
    Instant end,
    BackfillInterval.State state,
    Optional<String> runId,
    String reason) {
  /** What became of an interval of a backfill. */
  public enum State {
    PENDING,
    /** Its run is queued or running. */
    STARTED,
    SUCCEEDED,
    /** Its run failed, was cancelled, or was stopped by a gate. */
    FAILED,
    /** When its turn came, a run was there that made one needless. */
    NEEDLESS,
    CANCELLED
  }

  /** The same interval in another state. */
  public BackfillInterval becomes(State next, String why) {
    return new BackfillInterval(position, start, end, next, runId, why);
  }
}
