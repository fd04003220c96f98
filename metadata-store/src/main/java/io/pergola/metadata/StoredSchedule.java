package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * A schedule as it stands in the store.
 *
 * @param version grows by 1 with each change of its definition
 * @param firstVersion the version that laid out its first intervals
 * @param cursor the end of the last interval that was dealt with: where the next one starts
 * @param revision grows with each step of the scheduler
 * @param nextDue when the scheduler has to look at it again
 * @param pause the pause it is in
 */
public record StoredSchedule(
    String id,
    String pipeline,
    String definition,
    long version,
    long firstVersion,
    Instant cursor,
    long revision,
    Instant nextDue,
    Instant created,
    Optional<StoredPause> pause) {
  /** Whether it is paused. */
  public boolean isPaused() {
    return pause.isPresent();
  }
}
