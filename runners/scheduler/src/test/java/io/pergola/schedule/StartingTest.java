package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Rules 14 to 16: what happens to a tick while an earlier run is live. */
class StartingTest extends SchedulerFixture {
  private StoredRun firstRun(Schedule schedule) {
    apply(schedule);
    return tickAt("2026-03-02T00:00:00Z").runs().get(0);
  }

  @Test
  void rule14_queueOneKeepsTheNewestWaiting() {
    StoredRun first = firstRun(daily());
    start(first);
    assertThat(tickAt("2026-03-03T00:00:00Z").runs()).isEmpty();
    assertThat(tickAt("2026-03-04T00:00:00Z").runs()).isEmpty();
    assertThat(ticks())
        .containsExactly("03-02 FIRED ON_TIME", "03-03 MERGED OVERLAP", "03-04 WAITING OVERLAP");
    assertThat(store.schedules().ticks("nightly", 1).get(0).reason())
        .isEqualTo("It waits until run nightly.20260302T0000Z.1 has ended.");
    assertThat(scheduler.tick().isQuiet()).isTrue();

    end(first, RunState.FAILED);
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-04T00:00:00Z");
    assertThat(ticks()).last().isEqualTo("03-04 FIRED OVERLAP");
  }

  private void end(StoredRun run, RunState state) {
    store
        .runs()
        .move(
            store.leases().current("run/" + run.id()).orElseThrow(),
            run.id(),
            state,
            Optional.empty());
  }

  @Test
  void rule14_skipLeavesTheIntervalOut() {
    StoredRun first = firstRun(daily().overlap(Overlap.SKIP));
    start(first);
    tickAt("2026-03-03T00:00:00Z");
    end(first, RunState.SUCCEEDED);

    assertThat(tickAt("2026-03-04T00:00:00Z").runs()).hasSize(1);
    assertThat(ticks())
        .containsExactly("03-02 FIRED ON_TIME", "03-03 SKIPPED OVERLAP", "03-04 FIRED ON_TIME");
    assertThat(store.schedules().ticks("nightly", 2).get(1).reason())
        .isEqualTo("Overlap is SKIP, and run nightly.20260302T0000Z.1 is live.");
  }

  @Test
  void rule14_queueAllKeepsEachWaiting() {
    StoredRun first = firstRun(daily().overlap(Overlap.QUEUE_ALL));
    start(first);
    tickAt("2026-03-03T00:00:00Z");
    tickAt("2026-03-04T00:00:00Z");
    assertThat(ticks())
        .containsExactly("03-02 FIRED ON_TIME", "03-03 WAITING OVERLAP", "03-04 WAITING OVERLAP");

    end(first, RunState.SUCCEEDED);
    TickReport second = scheduler.tick();
    assertThat(ends(second.runs())).containsExactly("2026-03-03T00:00:00Z");
    succeed(second.runs().get(0));
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-04T00:00:00Z");
  }

  @Test
  void rule14_cancelPreviousCancelsAndThenRuns() {
    StoredRun first = firstRun(daily().overlap(Overlap.CANCEL_PREVIOUS));
    start(first);
    assertThat(tickAt("2026-03-03T00:00:00Z").runs()).isEmpty();
    assertThat(store.runs().find(first.id()).orElseThrow().cancelRequested())
        .contains(clock.instant());

    end(first, RunState.CANCELLED);
    TickReport second = scheduler.tick();
    assertThat(ends(second.runs())).containsExactly("2026-03-03T00:00:00Z");
    TickReport third = tickAt("2026-03-04T00:00:00Z");
    assertThat(ends(third.runs())).as("a queued run ends at once").hasSize(1);
    StoredRun queued = store.runs().find(second.runs().get(0).id()).orElseThrow();
    assertThat(queued.state()).isEqualTo(RunState.CANCELLED);
    assertThat(queued.reason())
        .contains("the interval that ended 2026-03-04T00:00:00Z is due (overlap CANCEL_PREVIOUS)");
  }

  @Test
  void rule14_allowRunsBoth() {
    StoredRun first = firstRun(daily().overlap(Overlap.ALLOW));
    start(first);

    assertThat(tickAt("2026-03-03T00:00:00Z").runs()).hasSize(1);
    assertThat(ticks()).containsExactly("03-02 FIRED ON_TIME", "03-03 FIRED ON_TIME");
  }

  @Test
  void rule14_aLimitPerPipelineCoversBackfillsToo() {
    store.runs().limit(PIPELINE, 1);
    StoredRun first = firstRun(daily());
    Claimed live = start(first);
    Backfills.over(store, clock)
        .create(
            "february",
            new Backfills.Wish(
                "nightly",
                Instant.parse("2026-02-01T00:00:00Z"),
                Instant.parse("2026-02-03T00:00:00Z"),
                BackfillOrder.ASCENDING,
                2,
                BackfillChoice.MISSING));
    assertThat(scheduler.tick().runs()).hasSize(2);

    assertThat(store.runs().claim("driver", Duration.ofMinutes(1), RunClaim.oldest())).isEmpty();
    store.runs().move(live.lease(), first.id(), RunState.SUCCEEDED, Optional.empty());
    assertThat(store.runs().claim("driver", Duration.ofMinutes(1), RunClaim.oldest())).isPresent();
    assertThat(store.runs().claim("driver", Duration.ofMinutes(1), RunClaim.oldest())).isEmpty();
  }

  @Test
  void rule15_anIntervalStartsOnlyAfterTheOneBeforeSucceeded() {
    Schedule strict = daily().dependsOnPast().catchUp(CatchUp.ALL).overlap(Overlap.QUEUE_ALL);
    StoredRun first = firstRun(strict);
    finish(first, RunState.FAILED);

    assertThat(tickAt("2026-03-03T00:00:00Z").runs()).isEmpty();
    StoredTick waiting = store.schedules().ticks("nightly", 1).get(0);
    assertThat(line(waiting)).isEqualTo("03-03 WAITING DEPENDS_ON_PAST");
    assertThat(waiting.reason())
        .isEqualTo(
            "It waits for the success of the interval that ended 2026-03-02T00:00:00Z. Run that"
                + " one again, or backfill it.");
    assertThat(tickAt("2026-03-04T00:00:00Z").runs()).isEmpty();

    StoredTick failed = store.schedules().ticks("nightly", 3).get(2);
    succeed(Schedules.over(store, clock).runAgain("nightly", failed.start(), failed.end()));
    TickReport second = scheduler.tick();
    assertThat(ends(second.runs())).containsExactly("2026-03-03T00:00:00Z");
    succeed(second.runs().get(0));
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-04T00:00:00Z");
  }

  @Test
  void rule16_aQueuedRunThatCannotStartInTimeIsMissedWithAnAlert() {
    StoredRun first = firstRun(daily().startDeadline(Duration.ofHours(1)));
    assertThat(tickAt("2026-03-02T01:00:00Z").isQuiet()).isTrue();

    TickReport report = tickAt("2026-03-02T01:00:01Z");
    assertThat(ticks()).containsExactly("03-02 MISSED START_DEADLINE");
    assertThat(report.alerts())
        .extracting(TickReport.Alert::message)
        .containsExactly(
            "Missed the interval that ended 2026-03-02T00:00:00Z. Its run could not start within"
                + " 1h. Its run nightly.20260302T0000Z.1 was queued.");
    assertThat(store.runs().find(first.id()).orElseThrow().state()).isEqualTo(RunState.CANCELLED);
    assertThat(store.runs().claim("driver", Duration.ofMinutes(1), RunClaim.oldest())).isEmpty();
  }

  @Test
  void rule16_aTickThatWaitsTooLongIsMissedAndAStartedRunIsNot() {
    StoredRun first = firstRun(daily().startDeadline(Duration.ofHours(1)));
    start(first);
    tickAt("2026-03-03T00:00:00Z");
    TickReport report = tickAt("2026-03-03T01:00:01Z");

    assertThat(ticks()).containsExactly("03-02 FIRED ON_TIME", "03-03 MISSED START_DEADLINE");
    assertThat(report.alerts()).hasSize(1);
    assertThat(store.schedules().ticks("nightly", 1).get(0).reason())
        .isEqualTo(
            "Its run could not start within 1h. It waited: It waits until run"
                + " nightly.20260302T0000Z.1 has ended.");
  }

  @Test
  void catchUpRunsTakeTurnsUnderEveryPolicyButAllow() {
    apply(daily().catchUp(CatchUp.ALL).overlap(Overlap.SKIP));
    TickReport report = tickAt("2026-03-03T09:00:00Z");
    assertThat(ends(report.runs())).containsExactly("2026-03-02T00:00:00Z");
    assertThat(ticks()).containsExactly("03-02 FIRED CATCH_UP", "03-03 WAITING CATCH_UP");

    tickAt("2026-03-04T00:00:00Z");
    assertThat(ticks()).last().isEqualTo("03-04 SKIPPED OVERLAP");
    succeed(report.runs().get(0));
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-03T00:00:00Z");
  }
}
