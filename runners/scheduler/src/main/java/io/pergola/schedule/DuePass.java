package io.pergola.schedule;

import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredPause;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickCause;
import io.pergola.metadata.TickState;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.schedule.Layout.Planned;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Which intervals are due, and which of those run: what was missed while no scheduler was running
 * obeys the catch-up rule, what ended while the schedule was paused never runs.
 */
final class DuePass {
  /** Until so long after it was due, a tick counts as on time. */
  static final Duration ON_TIME = Duration.ofMinutes(5);

  /** So many ticks that do not run are kept one by one; older ones become one. */
  static final int KEPT_EACH = 100;

  private final ScheduleView view;
  private final Layout layout;
  private final Schedule schedule;
  private final Instant now;
  private final List<StoredTick> ticks = new ArrayList<>();
  private Instant cursor;
  private boolean held;

  private DuePass(ScheduleView view, Layout layout, Instant now) {
    this.view = view;
    this.layout = layout;
    this.schedule = layout.schedule();
    this.now = now;
    this.cursor = view.schedule().cursor();
  }

  /**
   * What a pass decided.
   *
   * @param ticks in order; those that may run are WAITING
   * @param cursor the end of the last interval that was dealt with
   * @param held whether a pause holds back intervals that ended before it began
   */
  record Outcome(List<StoredTick> ticks, Instant cursor, boolean held) {}

  static Outcome of(ScheduleView view, Layout layout, Instant now) {
    DuePass pass = new DuePass(view, layout, now);
    pass.decide();
    return new Outcome(pass.ticks, pass.cursor, pass.held);
  }

  private void decide() {
    int keep = Math.max(KEPT_EACH, schedule.catchUp().maxRuns());
    Deque<Planned> due = new ArrayDeque<>();
    Optional<Planned> oldest = Optional.empty();
    long dropped = 0;
    Optional<Planned> next = layout.following(cursor);
    while (next.isPresent() && !next.get().due().isAfter(now)) {
      Planned planned = next.get();
      if (view.schedule().isPaused() && pause(planned).isEmpty()) {
        held = true;
        break;
      }
      oldest = oldest.isEmpty() ? next : oldest;
      due.addLast(planned);
      if (due.size() > keep) {
        due.removeFirst();
        dropped++;
      }
      cursor = planned.end();
      next = layout.following(cursor);
    }
    if (!due.isEmpty()) {
      classify(new ArrayList<>(due), oldest.orElseThrow().start(), dropped);
    }
  }

  private void classify(List<Planned> due, Instant oldest, long dropped) {
    List<Planned> open = due.stream().filter(planned -> pause(planned).isEmpty()).toList();
    boolean all = schedule.catchUp().mode() == CatchUp.ALL;
    List<Planned> wanted = open.stream().filter(planned -> !isOutsideWindow(planned)).toList();
    List<Planned> over =
        all
            ? wanted.subList(0, Math.max(0, wanted.size() - schedule.catchUp().maxRuns()))
            : List.of();
    if (dropped > 0 || !over.isEmpty()) {
      Planned last =
          over.isEmpty()
              ? new Planned(oldest, due.get(0).start(), now, due.get(0).version())
              : over.get(over.size() - 1);
      ticks.add(merged(oldest, last, dropped + over.size(), all && !open.isEmpty()));
    }
    for (Planned planned : due) {
      if (!over.contains(planned)) {
        ticks.add(
            tick(
                planned,
                open.isEmpty() ? Optional.empty() : Optional.of(open.get(open.size() - 1))));
      }
    }
  }

  private StoredTick merged(Instant oldest, Planned last, long intervals, boolean overMax) {
    TickCause cause =
        overMax
            ? TickCause.OVER_MAX_RUNS
            : pause(last).isPresent() ? TickCause.PAUSED_SKIP : TickCause.NO_CATCH_UP;
    String reason =
        overMax
            ? ("%,d intervals were missed, more than the %d that are made up for. Run them with a"
                    + " backfill.")
                .formatted(intervals, schedule.catchUp().maxRuns())
            : "%,d intervals were not run. Run them with a backfill.".formatted(intervals);
    return new StoredTick(
        schedule.id(),
        oldest,
        last.end(),
        TickState.MERGED,
        cause,
        reason,
        last.due(),
        now,
        intervals,
        last.version(),
        Optional.empty());
  }

  private StoredTick tick(Planned planned, Optional<Planned> newest) {
    Optional<StoredPause> pause = pause(planned);
    if (pause.isPresent()) {
      return tick(
          planned,
          TickState.SKIPPED,
          TickCause.PAUSED_SKIP,
          "Its interval ended while the schedule was paused: %s".formatted(pause.get().reason()));
    }
    boolean isNewest = newest.filter(planned::equals).isPresent();
    if (isNewest && !planned.due().plus(ON_TIME).isBefore(now)) {
      return tick(planned, TickState.WAITING, TickCause.ON_TIME, "It is due.");
    }
    String late =
        "It was due at %s, and no scheduler was running until %s.".formatted(planned.due(), now);
    if (isOutsideWindow(planned)) {
      return tick(
          planned,
          TickState.MISSED,
          TickCause.OUTSIDE_WINDOW,
          "%s It ended longer ago than the catch-up window, %s."
              .formatted(late, Durations.text(schedule.catchUp().window().orElseThrow())));
    }
    boolean run =
        schedule.catchUp().mode() == CatchUp.ALL
            || schedule.catchUp().mode() == CatchUp.LAST && isNewest;
    return run
        ? tick(planned, TickState.WAITING, TickCause.CATCH_UP, late)
        : tick(
            planned,
            TickState.MISSED,
            TickCause.NO_CATCH_UP,
            "%s Catch-up is %s.".formatted(late, schedule.catchUp().mode()));
  }

  private StoredTick tick(Planned planned, TickState state, TickCause cause, String reason) {
    return new StoredTick(
        schedule.id(),
        planned.start(),
        planned.end(),
        state,
        cause,
        reason,
        planned.due(),
        now,
        1,
        planned.version(),
        Optional.empty());
  }

  private boolean isOutsideWindow(Planned planned) {
    boolean late = planned.due().plus(ON_TIME).isBefore(now);
    return late
        && schedule.catchUp().window().stream()
            .anyMatch(window -> planned.end().plus(window).isBefore(now));
  }

  /** The pause during which an interval ended. */
  private Optional<StoredPause> pause(Planned planned) {
    return view.pauses().stream().filter(pause -> pause.covers(planned.end())).findFirst();
  }
}
