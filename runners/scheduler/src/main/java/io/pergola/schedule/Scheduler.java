package io.pergola.schedule;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleStep;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickCause;
import io.pergola.metadata.TickState;
import io.pergola.pipeline.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the runs that schedules and backfills ask for; somebody else drives them. It has no
 * threads and never waits: whoever has it calls {@link #tick} again and again.
 *
 * <p>Any number of schedulers may work on one database. What one of them decided about a schedule
 * is written in one transaction, and left out if anybody has changed or advanced the schedule since
 * it was read, and a backfill likewise; a run of an interval that is there is not created again.
 * Schedules that are due together share transactions: one for each would wait for the disk a
 * hundred times for a hundred schedules.
 */
public final class Scheduler {
  private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
  private static final Duration MARK_EVERY = Duration.ofSeconds(30);
  private static final int TOGETHER = 20;
  private static final Instant NEVER = Instant.parse("9999-12-31T00:00:00Z");

  private final MetadataStore store;
  private final Clock clock;
  private final RunRequests requests;
  private final BackfillPass backfills;

  private Scheduler(MetadataStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
    this.requests = new RunRequests(store);
    this.backfills = new BackfillPass(store, requests);
  }

  /**
   * A scheduler.
   *
   * @param clock which should be the store's own
   */
  public static Scheduler over(MetadataStore store, Clock clock) {
    return new Scheduler(store, clock);
  }

  /**
   * Does all that is due: records ticks, creates runs, advances backfills. What another scheduler
   * is at is left to it.
   */
  public TickReport tick() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    Optional<Instant> highWater = store.schedules().highWater();
    if (highWater.isPresent() && highWater.get().isAfter(now)) {
      Duration behind = Duration.between(now, highWater.get());
      if (behind.compareTo(MARK_EVERY) > 0) {
        LOG.warn("The clock went back by {}: no tick before {}", behind, highWater.get());
      }
      return new TickReport(now, List.of(), List.of(), List.of(), Optional.of(behind));
    }
    Pass pass = new Pass(now);
    List<String> due = store.schedules().due(now);
    for (int from = 0; from < due.size(); from += TOGETHER) {
      pass.schedules(due.subList(from, Math.min(due.size(), from + TOGETHER)));
    }
    for (StoredBackfill backfill : store.backfills().active()) {
      pass.guarded(backfill.schedule(), () -> pass.backfill(backfill));
    }
    if (highWater.isEmpty() || highWater.get().plus(MARK_EVERY).isBefore(now)) {
      store.schedules().raiseHighWater(now);
    }
    return new TickReport(now, pass.ticks, pass.runs, pass.alerts, Optional.empty());
  }

  private final class Pass {
    private final Instant now;
    private final List<StoredTick> ticks = new ArrayList<>();
    private final List<StoredRun> runs = new ArrayList<>();
    private final List<TickReport.Alert> alerts = new ArrayList<>();

    Pass(Instant now) {
      this.now = now;
    }

    /** One schedule that cannot be written does not hold up the others. */
    void guarded(String id, Runnable work) {
      try {
        work.run();
      } catch (MetadataStoreException e) {
        LOG.error("Cannot advance schedule {}: {}", id, e.getMessage());
        alerts.add(new TickReport.Alert(id, String.valueOf(e.getMessage())));
      }
    }

    void schedules(List<String> ids) {
      List<ScheduleStep> steps = new ArrayList<>();
      for (String id : ids) {
        guarded(id, () -> store.schedules().view(id).flatMap(this::step).ifPresent(steps::add));
      }
      if (steps.isEmpty()) {
        return;
      }
      try {
        advance(steps);
      } catch (MetadataStoreException e) {
        LOG.warn("Cannot advance {} schedules together; trying each", steps.size(), e);
        steps.forEach(step -> guarded(step.seen().id(), () -> advance(List.of(step))));
      }
    }

    private void advance(List<ScheduleStep> steps) {
      Map<String, List<StoredRun>> advanced = store.schedules().advance(steps);
      for (ScheduleStep step : steps) {
        List<StoredRun> created = advanced.get(step.seen().id());
        if (created != null) {
          written(step, created);
        }
      }
    }

    void backfill(StoredBackfill seen) {
      backfills.step(seen, now).flatMap(store.backfills()::advance).ifPresent(runs::addAll);
    }

    private void written(ScheduleStep step, List<StoredRun> created) {
      runs.addAll(created);
      for (ScheduleStep.Decided decided : step.ticks()) {
        StoredTick tick = decided.tick();
        ticks.add(decided.run().map(RunRequest::id).map(tick::run).orElse(tick));
        if (tick.cause() == TickCause.START_DEADLINE || tick.cause() == TickCause.OVER_MAX_RUNS) {
          LOG.warn("Schedule {}, tick {}: {}", tick.schedule(), tick.end(), tick.reason());
          alerts.add(
              new TickReport.Alert(
                  tick.schedule(),
                  "%s the interval that ended %s. %s"
                      .formatted(
                          tick.state() == TickState.MISSED ? "Missed" : "Left out up to",
                          tick.end(),
                          tick.reason())));
        }
      }
    }

    /** What is to be done about a schedule; empty if nothing is. */
    private Optional<ScheduleStep> step(ScheduleView view) {
      Layout layout;
      try {
        layout = Layout.of(view.versions());
      } catch (IllegalArgumentException e) {
        LOG.error("Cannot read schedule {}: {}", view.schedule().id(), e.getMessage());
        alerts.add(
            new TickReport.Alert(
                view.schedule().id(), "The schedule cannot be read: " + e.getMessage()));
        return Optional.empty();
      }
      Schedule schedule = layout.schedule();
      DuePass.Outcome due = DuePass.of(view, layout, now);
      List<StoredTick> ready =
          due.ticks().stream().filter(tick -> tick.state() == TickState.WAITING).toList();
      StartPass.Outcome start =
          StartPass.of(schedule, view, ready, now, tick -> pastSucceeded(view, tick));
      List<ScheduleStep.Decided> decided = new ArrayList<>();
      due.ticks().stream()
          .filter(tick -> tick.state() != TickState.WAITING)
          .forEach(tick -> decided.add(new ScheduleStep.Decided(tick, Optional.empty())));
      start.ended().forEach(tick -> decided.add(new ScheduleStep.Decided(tick, Optional.empty())));
      for (StoredTick tick : start.fired()) {
        decided.add(new ScheduleStep.Decided(tick, Optional.of(request(view, schedule, tick))));
      }
      start.waiting().stream()
          .filter(tick -> !view.waiting().contains(tick))
          .forEach(tick -> decided.add(new ScheduleStep.Decided(tick, Optional.empty())));
      Instant nextDue = nextDue(view, layout, due, start);
      boolean nothing =
          decided.isEmpty()
              && start.cancels().isEmpty()
              && due.cursor().equals(view.schedule().cursor())
              && nextDue.equals(view.schedule().nextDue());
      return nothing
          ? Optional.empty()
          : Optional.of(
              new ScheduleStep(
                  view.schedule(), due.cursor(), nextDue, decided, start.cancels(), now));
    }

    private RunRequest request(ScheduleView view, Schedule schedule, StoredTick tick) {
      return requests.of(
          schedule,
          view.schedule().pipeline(),
          tick.start(),
          tick.end(),
          1,
          "Schedule %s. %s".formatted(schedule.id(), tick.reason()),
          Optional.empty());
    }

    /** When something may happen without anybody changing the schedule. */
    private Instant nextDue(
        ScheduleView view, Layout layout, DuePass.Outcome due, StartPass.Outcome start) {
      boolean deadlines =
          layout.schedule().starting().deadline().isPresent()
              && (!start.fired().isEmpty()
                  || view.live().stream().anyMatch(one -> one.run().state() == RunState.CREATED));
      if (!start.waiting().isEmpty() || deadlines) {
        return Instant.EPOCH;
      }
      return due.held()
          ? NEVER
          : layout.following(due.cursor()).map(Layout.Planned::due).orElse(NEVER);
    }

    /** Of the first interval, yes: there is none before it. */
    private boolean pastSucceeded(ScheduleView view, StoredTick tick) {
      String id = view.schedule().id();
      return store.schedules().tick(id, tick.start()).isEmpty()
          || store.schedules().hasSucceeded(id, tick.start());
    }
  }
}
