package io.pergola.schedule;

import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleStep;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickCause;
import io.pergola.metadata.TickState;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which of the ticks that are due may have their run now, beside the runs that are live. Ticks that
 * make up for missed ones take turns under every policy but ALLOW.
 */
final class StartPass {
  /** Whether the interval before one has succeeded; of the first interval, yes. */
  interface Past {
    boolean succeeded(StoredTick tick);
  }

  private final Schedule schedule;
  private final Instant now;
  private final Past past;
  private final List<ScheduleView.Live> live;
  private final List<StoredTick> queue = new ArrayList<>();
  private final List<StoredTick> ended = new ArrayList<>();
  private final List<StoredTick> fired = new ArrayList<>();
  private final List<ScheduleStep.Cancel> cancels = new ArrayList<>();

  private StartPass(Schedule schedule, ScheduleView view, Instant now, Past past) {
    this.schedule = schedule;
    this.now = now;
    this.past = past;
    this.live = new ArrayList<>(view.live());
  }

  /**
   * What a pass decided.
   *
   * @param ended ticks that will not run, in their final state
   * @param fired ticks whose run is to be created now
   * @param waiting ticks that wait on
   */
  record Outcome(
      List<StoredTick> ended,
      List<StoredTick> fired,
      List<StoredTick> waiting,
      List<ScheduleStep.Cancel> cancels) {}

  static Outcome of(
      Schedule schedule, ScheduleView view, List<StoredTick> due, Instant now, Past past) {
    StartPass pass = new StartPass(schedule, view, now, past);
    pass.giveUpLate(view.waiting());
    for (StoredTick tick : due) {
      pass.enter(tick);
    }
    if (!view.schedule().isPaused()) {
      pass.fire();
    }
    return new Outcome(pass.ended, pass.fired, pass.queue, pass.cancels);
  }

  private void giveUpLate(List<StoredTick> waiting) {
    for (StoredTick tick : waiting) {
      if (isLate(tick)) {
        ended.add(late(tick, "It waited: " + tick.reason()));
      } else {
        queue.add(tick);
      }
    }
    for (ScheduleView.Live one : List.copyOf(live)) {
      if (one.run().state() == RunState.CREATED && !one.driven() && isLate(one.tick())) {
        ended.add(late(one.tick(), "Its run %s was queued.".formatted(one.run().id())));
        cancels.add(
            new ScheduleStep.Cancel(
                one.run().id(), "it could not start before its start deadline"));
        live.remove(one);
      }
    }
  }

  private boolean isLate(StoredTick tick) {
    return schedule.starting().deadline().stream()
        .anyMatch(deadline -> tick.decided().plus(deadline).isBefore(now));
  }

  private StoredTick late(StoredTick tick, String why) {
    return tick.becomes(
            TickState.MISSED,
            TickCause.START_DEADLINE,
            "Its run could not start within %s. %s"
                .formatted(Durations.text(schedule.starting().deadline().orElseThrow()), why))
        .decided(now);
  }

  private void enter(StoredTick tick) {
    boolean busy = !live.isEmpty() || !queue.isEmpty();
    if (tick.cause() == TickCause.ON_TIME && busy && !schedule.starting().dependsOnPast()) {
      switch (schedule.starting().overlap()) {
        case SKIP -> {
          ended.add(
              tick.becomes(
                  TickState.SKIPPED,
                  TickCause.OVERLAP,
                  "Overlap is SKIP, and %s.".formatted(busyWith())));
          return;
        }
        case QUEUE_ONE -> replace(tick, List.of(TickCause.OVERLAP, TickCause.ON_TIME));
        case CANCEL_PREVIOUS -> {
          replace(tick, List.of(TickCause.values()));
          cancelLive(tick);
        }
        case QUEUE_ALL, ALLOW -> {
          // It takes its turn, or starts beside the others.
        }
      }
    }
    queue.add(tick);
  }

  private String busyWith() {
    return live.isEmpty()
        ? "the interval that ended %s waits".formatted(queue.get(0).end())
        : "run %s is live".formatted(live.get(0).run().id());
  }

  private void replace(StoredTick newer, List<TickCause> causes) {
    for (StoredTick older : List.copyOf(queue)) {
      if (causes.contains(older.cause())) {
        queue.remove(older);
        ended.add(
            older.becomes(
                TickState.MERGED,
                TickCause.OVERLAP,
                "The interval that ended %s took its place (overlap %s)."
                    .formatted(newer.end(), schedule.starting().overlap())));
      }
    }
  }

  private void cancelLive(StoredTick newer) {
    for (ScheduleView.Live one : List.copyOf(live)) {
      if (one.run().cancelRequested().isEmpty()) {
        cancels.add(
            new ScheduleStep.Cancel(
                one.run().id(),
                "the interval that ended %s is due (overlap CANCEL_PREVIOUS)"
                    .formatted(newer.end())));
      }
      if (one.run().state() == RunState.CREATED && !one.driven()) {
        live.remove(one);
      }
    }
  }

  private void fire() {
    boolean together =
        schedule.starting().overlap() == Overlap.ALLOW && !schedule.starting().dependsOnPast();
    boolean free = live.isEmpty();
    boolean first = true;
    for (StoredTick tick : List.copyOf(queue)) {
      Optional<StoredTick> waits = Optional.empty();
      if (!together && !(free && first)) {
        waits = Optional.of(waits(tick, first));
      } else if (schedule.starting().dependsOnPast() && !past.succeeded(tick)) {
        waits =
            Optional.of(
                tick.becomes(
                    TickState.WAITING,
                    TickCause.DEPENDS_ON_PAST,
                    ("It waits for the success of the interval that ended %s. Run that one again,"
                            + " or backfill it.")
                        .formatted(tick.start())));
      }
      if (waits.isPresent()) {
        queue.set(queue.indexOf(tick), waits.get());
      } else {
        queue.remove(tick);
        fired.add(tick.becomes(TickState.FIRED, tick.cause(), firing(tick)));
      }
      first = false;
    }
  }

  private StoredTick waits(StoredTick tick, boolean first) {
    TickCause cause = tick.cause() == TickCause.CATCH_UP ? TickCause.CATCH_UP : TickCause.OVERLAP;
    String reason =
        first && !live.isEmpty()
            ? "It waits until run %s has ended.".formatted(live.get(0).run().id())
            : "It waits for its turn.";
    return tick.becomes(TickState.WAITING, cause, reason);
  }

  private static String firing(StoredTick tick) {
    return switch (tick.cause()) {
      case CATCH_UP -> "It makes up for time in which no scheduler was running.";
      case OVERLAP -> "It was due, and waited until an earlier run had ended.";
      case DEPENDS_ON_PAST -> "It was due, and waited until the interval before had succeeded.";
      default -> "It was due.";
    };
  }
}
