package io.pergola.metadata;

import java.time.Instant;
import java.util.List;

/**
 * A backfill to create.
 *
 * @param id names it; unique among all backfills
 * @param from the first interval starts at or after it
 * @param to the last interval starts before it
 * @param maxParallel so many of its runs are live at once, at least 1
 * @param intervals in the order in which they are run
 */
public record BackfillDraft(
    String id,
    String schedule,
    Instant from,
    Instant to,
    BackfillOrder order,
    int maxParallel,
    BackfillChoice choice,
    List<BackfillDraft.Interval> intervals) {
  public BackfillDraft {
    Names.check("backfill id", id);
    if (maxParallel < 1) {
      throw new IllegalArgumentException(
          "Invalid number of parallel runs: %d (from 1)".formatted(maxParallel));
    }
    intervals = List.copyOf(intervals);
  }

  /** An interval of the schedule; end exclusive. */
  public record Interval(Instant start, Instant end) {}
}
