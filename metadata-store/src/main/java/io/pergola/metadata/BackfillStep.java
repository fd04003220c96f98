package io.pergola.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a scheduler decided about a backfill, to be written in one transaction.
 *
 * @param seen the backfill as it was read: if it has changed since, nothing is written
 * @param changes intervals in their next state; one that starts comes with its run
 * @param now the scheduler's time
 */
public record BackfillStep(StoredBackfill seen, List<BackfillStep.Change> changes, Instant now) {
  public BackfillStep {
    changes = List.copyOf(changes);
  }

  /** An interval and, where it starts, its run. */
  public record Change(BackfillInterval interval, Optional<RunRequest> run) {}
}
