package io.pergola.schedule;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillDraft;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.Schedule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Plans and creates backfills: runs over intervals of the past, beside the schedule's own. */
public final class Backfills {
  /** More intervals than this are refused. */
  public static final int MOST = 10_000;

  private final MetadataStore store;
  private final Clock clock;

  private Backfills(MetadataStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** The backfills of a store; the clock should be the store's own. */
  public static Backfills over(MetadataStore store, Clock clock) {
    return new Backfills(store, clock);
  }

  /**
   * What somebody wants to backfill.
   *
   * @param from intervals that start at or after it
   * @param to and before it
   * @param maxParallel so many runs are live at once, at least 1
   */
  public record Wish(
      String schedule,
      Instant from,
      Instant to,
      BackfillOrder order,
      int maxParallel,
      BackfillChoice choice) {
    public Wish {
      if (!to.isAfter(from)) {
        throw new IllegalArgumentException(
            "Invalid range: from %s to %s (the end must be after the start)".formatted(from, to));
      }
      if (maxParallel < 1) {
        throw new IllegalArgumentException(
            "Invalid number of parallel runs: %d (from 1)".formatted(maxParallel));
      }
    }
  }

  /**
   * What a backfill would do.
   *
   * @param intervals those it would run, in its order
   * @param leftOut how many intervals of the range it would not run, because of its choice
   * @param open how many have not ended yet, lag included
   */
  public record Preview(Wish wish, List<DataInterval> intervals, int leftOut, int open) {
    public Preview {
      intervals = List.copyOf(intervals);
    }
  }

  /**
   * What a backfill would do, as things stand. Changes nothing.
   *
   * @throws IllegalArgumentException if there is no such schedule, or there are too many intervals
   */
  public Preview preview(Wish wish) {
    ScheduleView view =
        store
            .schedules()
            .view(wish.schedule())
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Unknown schedule: '%s'. List them: pergola schedule list."
                            .formatted(wish.schedule())));
    Layout layout = Layout.of(view.versions());
    Schedule.Starting starting = layout.schedule().starting();
    if (starting.dependsOnPast()
        && (wish.order() != BackfillOrder.ASCENDING || wish.maxParallel() != 1)) {
      throw new IllegalArgumentException(
          ("Cannot backfill schedule '%s' like that: each of its intervals depends on the one"
                  + " before. Backfill in ascending order, one run at a time.")
              .formatted(wish.schedule()));
    }
    List<DataInterval> intervals = new ArrayList<>();
    int leftOut = 0;
    int open = 0;
    Instant now = clock.instant();
    // The first interval that starts at or after the range's start.
    Optional<Layout.Planned> next =
        layout
            .following(wish.from().minusNanos(1))
            .flatMap(planned -> layout.following(planned.end()));
    while (next.isPresent() && next.get().start().isBefore(wish.to())) {
      Layout.Planned planned = next.get();
      if (planned.end().plus(layout.schedule().timing().lag()).isAfter(now)) {
        open++;
      } else if (isWanted(wish, view, planned)) {
        intervals.add(
            new DataInterval(
                planned.start(), planned.end(), layout.timetable(planned.version()).zone()));
      } else {
        leftOut++;
      }
      if (intervals.size() > MOST || open > MOST) {
        throw new IllegalArgumentException(
            "Cannot backfill from %s to %s: that is more than %,d intervals. Choose a shorter range."
                .formatted(wish.from(), wish.to(), MOST));
      }
      next = layout.following(planned.end());
    }
    if (wish.order() == BackfillOrder.DESCENDING) {
      Collections.reverse(intervals);
    }
    return new Preview(wish, intervals, leftOut, open);
  }

  private boolean isWanted(Wish wish, ScheduleView view, Layout.Planned planned) {
    List<StoredRun> attempts =
        store
            .runs()
            .attempts(view.schedule().pipeline(), wish.schedule(), planned.start(), planned.end());
    return BackfillPass.needless(wish.choice(), attempts).isEmpty();
  }

  /**
   * Creates a backfill; a scheduler runs it.
   *
   * @param id unique among all backfills
   * @throws IllegalArgumentException as {@link #preview}, and if there is nothing to run
   */
  public StoredBackfill create(String id, Wish wish) {
    if (!id.matches("[a-z0-9][a-z0-9-]{0,99}")) {
      throw new IllegalArgumentException(
          "Invalid backfill id: '%s' (lower-case letters, digits and dashes, at most 100)"
              .formatted(id));
    }
    Preview preview = preview(wish);
    if (preview.intervals().isEmpty()) {
      throw new IllegalArgumentException(
          ("Cannot backfill from %s to %s: no interval is %s there (%d left out, %d not ended)."
                  + " Choose another range, or other intervals.")
              .formatted(wish.from(), wish.to(), wish.choice(), preview.leftOut(), preview.open()));
    }
    return store
        .backfills()
        .create(
            new BackfillDraft(
                id,
                wish.schedule(),
                wish.from(),
                wish.to(),
                wish.order(),
                wish.maxParallel(),
                wish.choice(),
                preview.intervals().stream()
                    .map(interval -> new BackfillDraft.Interval(interval.start(), interval.end()))
                    .toList()));
  }
}
