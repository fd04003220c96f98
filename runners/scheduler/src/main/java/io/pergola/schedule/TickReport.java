package io.pergola.schedule;

import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What one pass of a scheduler did.
 *
 * @param at the scheduler's time
 * @param ticks the ticks that were decided, or changed their state
 * @param runs the runs that were created, of backfills too
 * @param alerts what somebody should know: runs that could not start in time, intervals that were
 *     too many to make up for, schedules that cannot be read
 * @param behind how far the clock is behind the time at which a scheduler has worked before: as
 *     long as it is, nothing is done
 */
public record TickReport(
    Instant at,
    List<StoredTick> ticks,
    List<StoredRun> runs,
    List<TickReport.Alert> alerts,
    Optional<Duration> behind) {
  public TickReport {
    ticks = List.copyOf(ticks);
    runs = List.copyOf(runs);
    alerts = List.copyOf(alerts);
  }

  /** Something that somebody should know about a schedule. */
  public record Alert(String schedule, String message) {}

  /** Whether anything was done. */
  public boolean isQuiet() {
    return ticks.isEmpty() && runs.isEmpty() && alerts.isEmpty() && behind.isEmpty();
  }
}
