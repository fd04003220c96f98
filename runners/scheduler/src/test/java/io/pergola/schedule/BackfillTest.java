package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillInterval;
import io.pergola.metadata.BackfillInterval.State;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.BackfillState;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredRun;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules 18 and 19: runs over the past, and runs again. */
class BackfillTest extends SchedulerFixture {
  private Backfills backfills;

  @BeforeEach
  void applyDaily() {
    apply(daily());
    backfills = Backfills.over(store, clock);
  }

  private static Backfills.Wish wish(BackfillOrder order, int parallel, BackfillChoice choice) {
    return new Backfills.Wish(
        "nightly",
        Instant.parse("2026-02-25T00:00:00Z"),
        Instant.parse("2026-03-01T00:00:00Z"),
        order,
        parallel,
        choice);
  }

  private static Backfills.Wish missing() {
    return wish(BackfillOrder.ASCENDING, 1, BackfillChoice.MISSING);
  }

  private List<State> states(String id) {
    return store.backfills().intervals(id).stream().map(BackfillInterval::state).toList();
  }

  private StoredBackfill backfill(String id) {
    return store.backfills().find(id).orElseThrow();
  }

  @Test
  void rule18_theIntervalsAreTheSchedulesOwnAndArePreviewedWithACount() {
    Backfills.Preview preview = backfills.preview(missing());

    assertThat(preview.intervals())
        .extracting(interval -> interval.start().toString())
        .containsExactly(
            "2026-02-25T00:00:00Z",
            "2026-02-26T00:00:00Z",
            "2026-02-27T00:00:00Z",
            "2026-02-28T00:00:00Z");
    assertThat(store.backfills().list()).isEmpty();
  }

  @Test
  void rule18_oneRunAtATimeAndTheCursorStands() {
    tickAt("2026-03-02T12:00:00Z");
    Instant cursor = store.schedules().find("nightly").orElseThrow().cursor();
    backfills.create("february", missing());

    TickReport first = scheduler.tick();
    assertThat(ends(first.runs())).containsExactly("2026-02-26T00:00:00Z");
    assertThat(first.runs().get(0).attributes()).containsEntry("backfill", "february");
    assertThat(scheduler.tick().isQuiet()).isTrue();
    succeed(first.runs().get(0));
    TickReport second = scheduler.tick();
    assertThat(ends(second.runs())).containsExactly("2026-02-27T00:00:00Z");
    finish(second.runs().get(0), RunState.FAILED);
    StoredRun third = scheduler.tick().runs().get(0);
    succeed(third);
    succeed(scheduler.tick().runs().get(0));
    scheduler.tick();

    assertThat(states("february"))
        .containsExactly(State.SUCCEEDED, State.FAILED, State.SUCCEEDED, State.SUCCEEDED);
    assertThat(backfill("february").state()).isEqualTo(BackfillState.DONE);
    assertThat(store.schedules().find("nightly").orElseThrow().cursor()).isEqualTo(cursor);
    assertThat(ticks()).hasSize(1);
  }

  @Test
  void rule18_descendingBeginsWithTheNewestAndMaxParallelBounds() {
    backfills.create("b", wish(BackfillOrder.DESCENDING, 3, BackfillChoice.MISSING));

    assertThat(ends(scheduler.tick().runs()))
        .as("the schedule's own, then the backfill's")
        .containsExactly(
            "2026-03-02T00:00:00Z",
            "2026-03-01T00:00:00Z",
            "2026-02-28T00:00:00Z",
            "2026-02-27T00:00:00Z");
    assertThat(states("b"))
        .containsExactly(State.STARTED, State.STARTED, State.STARTED, State.PENDING);
  }

  @Test
  void rule18_missingLeavesOutWhatRanAndFailedTakesWhatFailed() {
    scheduler.tick();
    backfills.create("first", missing());
    succeed(scheduler.tick().runs().get(0));
    finish(scheduler.tick().runs().get(0), RunState.FAILED);
    store.backfills().cancel("first");

    assertThat(backfills.preview(missing()))
        .satisfies(
            preview -> {
              assertThat(preview.leftOut()).isEqualTo(2);
              assertThat(preview.intervals()).hasSize(2);
            });
    Backfills.Wish failed = wish(BackfillOrder.ASCENDING, 1, BackfillChoice.FAILED);
    assertThat(backfills.preview(failed).intervals())
        .extracting(interval -> interval.start().toString())
        .containsExactly("2026-02-26T00:00:00Z");
    Backfills.Wish all = wish(BackfillOrder.ASCENDING, 1, BackfillChoice.ALL);
    assertThat(backfills.preview(all).intervals()).hasSize(4);
  }

  /** The end of one run and the start of the next are written together, and nothing else is. */
  @Test
  void rule18_aStepOfABackfillIsOneTransaction() {
    scheduler.tick();
    backfills.create("b", missing());
    StoredRun first = scheduler.tick().runs().get(0);
    succeed(first);
    AtomicInteger transactions = new AtomicInteger();
    MetadataStore counted = TickFaults.around(store, transactions::incrementAndGet, () -> {});

    assertThat(ends(Scheduler.over(counted, clock).tick().runs()))
        .containsExactly("2026-02-27T00:00:00Z");
    assertThat(transactions).hasValue(1);
    assertThat(store.leases().epoch("backfill/b")).as("nobody took a lease").isZero();
    assertThat(states("b"))
        .containsExactly(State.SUCCEEDED, State.STARTED, State.PENDING, State.PENDING);

    assertThat(Scheduler.over(counted, clock).tick().isQuiet()).isTrue();
    assertThat(transactions).as("nothing to write").hasValue(1);
  }

  @Test
  void rule18_itIsPausedResumedAndCancelled() {
    backfills.create("b", wish(BackfillOrder.ASCENDING, 2, BackfillChoice.MISSING));
    List<StoredRun> runs = scheduler.tick().runs();
    assertThat(store.backfills().pause("b")).isTrue();
    runs.stream().filter(run -> run.attribute("backfill").isPresent()).forEach(this::succeed);
    assertThat(scheduler.tick().runs()).isEmpty();
    assertThat(states("b"))
        .containsExactly(State.SUCCEEDED, State.SUCCEEDED, State.PENDING, State.PENDING);

    assertThat(store.backfills().resume("b")).isTrue();
    List<StoredRun> more = scheduler.tick().runs();
    start(more.get(0));
    assertThat(store.backfills().cancel("b")).isTrue();
    assertThat(states("b")).endsWith(State.CANCELLED, State.CANCELLED);
    assertThat(store.runs().find(more.get(0).id()).orElseThrow().cancelRequested()).isPresent();
    assertThat(store.runs().find(more.get(1).id()).orElseThrow().state())
        .isEqualTo(RunState.CANCELLED);
    assertThat(scheduler.tick().isQuiet()).isTrue();
    assertThat(store.backfills().resume("b")).isFalse();
  }

  @Test
  void rule18_whatTheScheduleRanMeanwhileIsNotRunTwice() {
    Backfills.Wish wish =
        new Backfills.Wish(
            "nightly",
            Instant.parse("2026-02-27T00:00:00Z"),
            Instant.parse("2026-03-02T00:00:00Z"),
            BackfillOrder.ASCENDING,
            1,
            BackfillChoice.MISSING);
    backfills.create("b", wish);
    assertThat(ends(scheduler.tick().runs()))
        .as("the schedule's own, and the backfill's first")
        .containsExactly("2026-03-02T00:00:00Z", "2026-02-28T00:00:00Z");
    for (StoredRun run : store.runs().list(RunFilter.newest(9))) {
      succeed(run);
    }
    succeed(scheduler.tick().runs().get(0));
    scheduler.tick();
    assertThat(states("b")).containsExactly(State.SUCCEEDED, State.SUCCEEDED, State.NEEDLESS);
  }

  @Test
  void rule18_whatCannotBeBackfilledIsSaid() {
    assertThatThrownBy(() -> backfills.create("no such id!", missing()))
        .hasMessageStartingWith("Invalid backfill id: 'no such id!'");
    Backfills.Wish future =
        new Backfills.Wish(
            "nightly",
            Instant.parse("2027-01-01T00:00:00Z"),
            Instant.parse("2027-01-03T00:00:00Z"),
            BackfillOrder.ASCENDING,
            1,
            BackfillChoice.MISSING);
    assertThatThrownBy(() -> backfills.create("b", future))
        .hasMessageContaining("no interval is MISSING there (0 left out, 2 not ended)");
    backfills.create("b", missing());
    assertThatThrownBy(() -> backfills.create("b", missing()))
        .hasMessage("Cannot create backfill 'b': there is one of this id. Choose another id.");
  }

  @Test
  void rule19_aReRunIsANewAttemptAndTheNewestSuccessfulOneWins() {
    StoredRun first = tickAt("2026-03-02T00:00:00Z").runs().get(0);
    succeed(first);
    Schedules schedules = Schedules.over(store, clock);
    Instant start = Instant.parse("2026-03-01T00:00:00Z");
    Instant end = Instant.parse("2026-03-02T00:00:00Z");
    StoredRun second = schedules.runAgain("nightly", start, end);
    assertThatThrownBy(() -> schedules.runAgain("nightly", start, end))
        .hasMessageContaining("run nightly.20260302T0000Z.2 of it is live");
    succeed(second);
    StoredRun third = schedules.runAgain("nightly", start, end);
    finish(third, RunState.FAILED);

    assertThat(third.attributes()).containsEntry("attempt", "3");
    assertThat(store.runs().slot(third.id()).orElseThrow().attempt()).isEqualTo(3);
    assertThat(schedules.attempts(store.schedules().find("nightly").orElseThrow(), start, end))
        .extracting(Attempt::standing)
        .containsExactly(
            Attempt.Standing.SUPERSEDED,
            Attempt.Standing.EFFECTIVE,
            Attempt.Standing.WITHOUT_RESULT);
  }
}
