package io.pergola.schedule;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillInterval;
import io.pergola.metadata.BackfillInterval.State;
import io.pergola.metadata.BackfillState;
import io.pergola.metadata.BackfillStep;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Schedule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moves backfills on: looks at the runs that ended, and creates the next ones. */
final class BackfillPass {
  private final MetadataStore store;
  private final RunRequests requests;

  BackfillPass(MetadataStore store, RunRequests requests) {
    this.store = store;
    this.requests = requests;
  }

  /** What is to be done about a backfill; empty if nothing is. */
  Optional<BackfillStep> step(StoredBackfill backfill, Instant now) {
    List<BackfillStep.Change> changes = new ArrayList<>();
    List<BackfillInterval> pending = new ArrayList<>();
    int live = 0;
    for (BackfillInterval interval : store.backfills().intervals(backfill.id())) {
      if (interval.state() == State.PENDING) {
        pending.add(interval);
      } else if (interval.state() == State.STARTED) {
        Optional<BackfillInterval> ended = ended(interval);
        ended.ifPresent(done -> changes.add(new BackfillStep.Change(done, Optional.empty())));
        live += ended.isPresent() ? 0 : 1;
      }
    }
    Optional<ScheduleView> view = store.schedules().view(backfill.schedule());
    if (backfill.state() == BackfillState.RUNNING && view.isPresent()) {
      changes.addAll(start(backfill, view.get(), pending, backfill.maxParallel() - live));
    }
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(new BackfillStep(backfill, changes, now));
  }

  private Optional<BackfillInterval> ended(BackfillInterval interval) {
    Optional<StoredRun> run = interval.runId().flatMap(store.runs()::find);
    if (run.isEmpty() || !run.get().state().isFinished()) {
      return Optional.empty();
    }
    RunState state = run.get().state();
    return Optional.of(
        state == RunState.SUCCEEDED
            ? interval.becomes(State.SUCCEEDED, "")
            : interval.becomes(
                State.FAILED,
                "Its run is %s%s."
                    .formatted(state, run.get().reason().map(": %s"::formatted).orElse(""))));
  }

  private List<BackfillStep.Change> start(
      StoredBackfill backfill, ScheduleView view, List<BackfillInterval> pending, int room) {
    Schedule schedule = Layout.of(view.versions()).schedule();
    List<BackfillStep.Change> changes = new ArrayList<>();
    int free = room;
    for (BackfillInterval interval : pending) {
      if (free <= 0) {
        break;
      }
      Optional<BackfillStep.Change> change = turn(backfill, view, schedule, interval);
      if (change.isEmpty() && schedule.starting().dependsOnPast()) {
        break;
      }
      if (change.isPresent()) {
        changes.add(change.get());
        free -= change.get().run().isPresent() ? 1 : 0;
      }
    }
    return changes;
  }

  /** Empty if the interval has to wait for its turn. */
  private Optional<BackfillStep.Change> turn(
      StoredBackfill backfill, ScheduleView view, Schedule schedule, BackfillInterval interval) {
    String pipeline = view.schedule().pipeline();
    List<StoredRun> attempts =
        store.runs().attempts(pipeline, schedule.id(), interval.start(), interval.end());
    Optional<String> needless = needless(backfill.choice(), attempts);
    if (needless.isPresent()) {
      return Optional.of(
          new BackfillStep.Change(
              interval.becomes(State.NEEDLESS, needless.get()), Optional.empty()));
    }
    boolean live = attempts.stream().anyMatch(run -> !run.state().isFinished());
    if (live || schedule.starting().dependsOnPast() && !pastSucceeded(schedule, interval)) {
      return Optional.empty();
    }
    RunRequest run =
        requests.of(
            schedule,
            pipeline,
            interval.start(),
            interval.end(),
            requests.nextAttempt(attempts),
            "Backfill %s of schedule %s.".formatted(backfill.id(), schedule.id()),
            Optional.of(backfill.id()));
    return Optional.of(new BackfillStep.Change(interval, Optional.of(run)));
  }

  /** An interval that nothing has ever been recorded about is the first one. */
  private boolean pastSucceeded(Schedule schedule, BackfillInterval interval) {
    return store.schedules().hasSucceeded(schedule.id(), interval.start())
        || interval.position() == 0
            && store.schedules().tick(schedule.id(), interval.start()).isEmpty();
  }

  /** Why no run is needed, as things stand when the interval's turn comes. */
  static Optional<String> needless(BackfillChoice choice, List<StoredRun> attempts) {
    if (choice == BackfillChoice.ALL) {
      return Optional.empty();
    }
    if (attempts.isEmpty()) {
      return choice == BackfillChoice.MISSING
          ? Optional.empty()
          : Optional.of("No run of it has failed: there is none.");
    }
    StoredRun newest = attempts.get(attempts.size() - 1);
    boolean failed = newest.state() == RunState.FAILED || newest.state() == RunState.CANCELLED;
    return choice == BackfillChoice.FAILED && failed
        ? Optional.empty()
        : Optional.of("Run %s of it is %s.".formatted(newest.id(), newest.state()));
  }
}
