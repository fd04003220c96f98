package io.pergola.metadata;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a scheduler decided about a schedule, to be written in one transaction.
 *
 * @param seen the schedule as it was read: if it has changed since, nothing is written
 * @param cursor the end of the last interval that is dealt with now
 * @param nextDue when to look at the schedule again
 * @param ticks new ones, and waiting ones in their next state
 * @param cancel runs to end: at once if nobody drives them, else by asking whoever does
 * @param now the scheduler's time, which becomes the high-water mark
 */
public record ScheduleStep(
    StoredSchedule seen,
    Instant cursor,
    Instant nextDue,
    List<ScheduleStep.Decided> ticks,
    List<ScheduleStep.Cancel> cancel,
    Instant now) {
  public ScheduleStep {
    ticks = List.copyOf(ticks);
    cancel = List.copyOf(cancel);
  }

  /** A tick and, where it fires, its run. */
  public record Decided(StoredTick tick, Optional<RunRequest> run) {}

  /** A run to end, and why. */
  public record Cancel(String runId, String reason) {}
}
