package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickCause;
import io.pergola.metadata.TickState;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Rules 1, 7 to 13, 17 and 20: what is due, and what becomes of what was missed. */
class SchedulerTest extends SchedulerFixture {
  @Test
  void rule01_applyIsIdempotentAndVersioned() {
    Schedules schedules = Schedules.over(store, clock);

    assertThat(schedules.apply(daily(), PIPELINE).kind()).isEqualTo(ScheduleChange.Kind.NEW);
    assertThat(schedules.apply(daily(), PIPELINE).kind()).isEqualTo(ScheduleChange.Kind.UNCHANGED);
    ScheduleChange change =
        schedules.apply(daily().cron("0 3 * * *").parameter("data", "d"), PIPELINE);
    assertThat(change.kind()).isEqualTo(ScheduleChange.Kind.CHANGED);
    assertThat(change.differences())
        .containsExactly("parameters: none -> data=d", "when: 0 0 * * * -> 0 3 * * *");
    assertThat(store.schedules().find("nightly").orElseThrow().version()).isEqualTo(2);
    assertThat(store.schedules().versions("nightly")).hasSize(2);
    assertThat(Schedules.declaration(store.schedules().find("nightly").orElseThrow()))
        .isEqualTo(daily().cron("0 3 * * *").parameter("data", "d"));
  }

  @Test
  void rule01_allThatIsWrongIsSaidAtOnce() {
    Schedule wrong =
        Schedule.of("bad", "acme.X")
            .cron("61 * * * *")
            .zone("GMT+2")
            .dependsOnPast()
            .engine("spark");

    assertThat(Schedules.problems(wrong)).hasSize(4);
    assertThatThrownBy(() -> apply(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("minute (field 1) is '61'")
        .hasMessageContaining("'GMT+2' is an offset")
        .hasMessageContaining("depends on the past")
        .hasMessageContaining("Invalid engine: 'spark' (local or flink)");
    assertThat(store.schedules().list()).isEmpty();
  }

  @Test
  void rule01_noRunAfterTheScheduleHasEnded() {
    apply(daily().endingAt(LocalDate.parse("2026-03-05")).catchUp(CatchUp.ALL));

    tickAt("2026-03-20T00:00:00Z");
    assertThat(store.schedules().ticks("nightly", 9))
        .extracting(tick -> tick.end().toString())
        .containsExactly(
            "2026-03-05T00:00:00Z",
            "2026-03-04T00:00:00Z",
            "2026-03-03T00:00:00Z",
            "2026-03-02T00:00:00Z");
  }

  @Test
  void rule07_theFirstIntervalStartsAtTheStartFlooredToTheSchedule() {
    apply(daily().cron("30 2 * * *").zone("Europe/Berlin"));
    tickAt("2026-03-02T12:00:00Z");

    StoredTick first = store.schedules().ticks("nightly", 1).get(0);
    assertThat(first.end()).isEqualTo("2026-03-02T01:30:00Z");
    assertThat(first.start()).isEqualTo("2026-03-01T01:30:00Z");
    assertThat(ticks()).hasSize(2);
    assertThat(store.schedules().ticks("nightly", 2).get(1).start())
        .as("1 March 00:00 Berlin, moved back to the tick before")
        .isEqualTo("2026-02-28T01:30:00Z");
  }

  @Test
  void rule08_aRunIsCreatedWhenItsIntervalHasEndedPlusLag() {
    apply(daily().lag(Duration.ofHours(3)));
    tickAt("2026-03-02T12:00:00Z");

    assertThat(tickAt("2026-03-03T02:59:59Z").runs()).isEmpty();
    TickReport report = tickAt("2026-03-03T03:00:00Z");
    assertThat(report.ticks()).hasSize(1);
    StoredTick tick = report.ticks().get(0);
    assertThat(tick.start()).as("data for").isEqualTo("2026-03-02T00:00:00Z");
    assertThat(tick.due()).as("due").isEqualTo("2026-03-03T03:00:00Z");
  }

  @Test
  void rule08_jitterIsTheSameForATickWhoeverAsks() {
    Schedule spread = daily().jitter(Duration.ofHours(1)).catchUp(CatchUp.ALL);
    apply(spread);
    List<Upcoming> next = Schedules.over(store, clock).explain("nightly").orElseThrow().next();
    List<Upcoming> again = Schedules.over(store, clock).explain("nightly").orElseThrow().next();

    assertThat(again).isEqualTo(next);
    assertThat(next)
        .allSatisfy(
            tick ->
                assertThat(Duration.between(tick.interval().end(), tick.due()))
                    .isBetween(Duration.ZERO, Duration.ofHours(1)));
    assertThat(next.stream().map(tick -> Duration.between(tick.interval().end(), tick.due())))
        .as("spread")
        .doesNotHaveDuplicates();
    clock.set(next.get(0).due().minusMillis(1).toString());
    scheduler.tick();
    int before = ticks().size();
    clock.advance(Duration.ofMillis(1));
    scheduler.tick();
    assertThat(ticks()).hasSize(before + 1);
  }

  @Test
  void rule09_aSecondRunOfAnIntervalIsAHarmlessConflict() {
    apply(daily());
    TickReport first = tickAt("2026-03-02T00:00:00Z");
    StoredRun run = first.runs().get(0);
    succeed(run);
    store.schedules().delete("nightly");
    apply(daily());

    assertThat(scheduler.tick().runs()).isEmpty();
    assertThat(
            store
                .runs()
                .attempts(
                    PIPELINE, "nightly", run.created().minus(Duration.ofDays(1)), run.created()))
        .extracting(StoredRun::id)
        .containsExactly(run.id());
    assertThat(Scheduler.over(store, clock).tick().isQuiet()).isTrue();
  }

  @Test
  void rule10_aTickAndItsRunAreCreatedTogether() {
    apply(daily());
    TickReport report = tickAt("2026-03-02T00:00:00Z");

    StoredTick tick = store.schedules().ticks("nightly", 1).get(0);
    assertThat(tick.state()).isEqualTo(TickState.FIRED);
    assertThat(tick.runId()).contains(report.runs().get(0).id());
    assertThat(store.runs().find(tick.runId().orElseThrow()).orElseThrow().state())
        .isEqualTo(RunState.CREATED);
    assertThat(scheduler.tick().isQuiet()).isTrue();
  }

  @Test
  void rule10_aTickIsNotWrittenWithoutItsRunAndOtherSchedulesGoOn() {
    apply(daily());
    Schedules.over(store, clock)
        .apply(
            Schedule.of("other", "acme.P")
                .cron("0 0 * * *")
                .startingAt(LocalDate.parse("2026-03-01")),
            PIPELINE);
    store
        .runs()
        .create(
            new RunDraft("nightly.20260302T0000Z.1", "stranger", "{}", new TreeMap<>(), List.of()));
    TickReport report = tickAt("2026-03-02T00:00:00Z");

    assertThat(ticks()).isEmpty();
    assertThat(store.schedules().find("nightly").orElseThrow().cursor())
        .isEqualTo("2026-03-01T00:00:00Z");
    assertThat(report.alerts())
        .containsExactly(
            new TickReport.Alert(
                "nightly",
                "Cannot create run 'nightly.20260302T0000Z.1': there is one of this id. Choose"
                    + " another id."));
    assertThat(ticks("other")).containsExactly("03-02 FIRED ON_TIME");
  }

  @Test
  void rule11_afterDowntimeTheNewestCompleteIntervalRuns() {
    apply(daily());
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));

    TickReport back = tickAt("2026-03-06T09:00:00Z");
    assertThat(ends(back.runs())).containsExactly("2026-03-06T00:00:00Z");
    assertThat(ticks())
        .containsExactly(
            "03-02 FIRED ON_TIME",
            "03-03 MISSED NO_CATCH_UP",
            "03-04 MISSED NO_CATCH_UP",
            "03-05 MISSED NO_CATCH_UP",
            "03-06 FIRED CATCH_UP");
    assertThat(store.schedules().ticks("nightly", 2).get(1).reason())
        .isEqualTo(
            "It was due at 2026-03-05T00:00:00Z, and no scheduler was running until"
                + " 2026-03-06T09:00:00Z. Catch-up is LAST.");
  }

  @Test
  void rule11_withNoneOnlyTicksOnTimeRun() {
    apply(daily().catchUp(CatchUp.NONE));
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));

    assertThat(tickAt("2026-03-04T09:00:00Z").runs()).isEmpty();
    assertThat(ends(tickAt("2026-03-05T00:04:59Z").runs())).containsExactly("2026-03-05T00:00:00Z");
    assertThat(ticks())
        .containsExactly(
            "03-02 FIRED ON_TIME",
            "03-03 MISSED NO_CATCH_UP",
            "03-04 MISSED NO_CATCH_UP",
            "03-05 FIRED ON_TIME");
  }

  @Test
  void rule11_withAllEachRunsInOrder() {
    apply(daily().catchUp(CatchUp.ALL));
    TickReport report = tickAt("2026-03-04T09:00:00Z");

    assertThat(ends(report.runs())).containsExactly("2026-03-02T00:00:00Z");
    succeed(report.runs().get(0));
    report = scheduler.tick();
    assertThat(ends(report.runs())).containsExactly("2026-03-03T00:00:00Z");
    succeed(report.runs().get(0));
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-04T00:00:00Z");
    assertThat(ticks()).allMatch(tick -> tick.endsWith("FIRED CATCH_UP"));
  }

  @Test
  void rule11_pastMaxCatchUpRunsThereIsOneWarningTickAndNoStorm() {
    apply(daily().catchUp(CatchUp.ALL).maxCatchUpRuns(3).overlap(Overlap.ALLOW));
    TickReport report = tickAt("2026-09-10T09:00:00Z");

    assertThat(ends(report.runs()))
        .containsExactly("2026-09-08T00:00:00Z", "2026-09-09T00:00:00Z", "2026-09-10T00:00:00Z");
    assertThat(ticks()).hasSize(4).first().isEqualTo("09-07 MERGED OVER_MAX_RUNS");
    StoredTick warning = store.schedules().ticks("nightly", 9).get(3);
    assertThat(warning.intervals()).as("2 March to 7 September").isEqualTo(190);
    assertThat(warning.start()).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(report.alerts())
        .extracting(TickReport.Alert::message)
        .containsExactly(
            "Left out up to the interval that ended 2026-09-07T00:00:00Z. 190 intervals were"
                + " missed, more than the 3 that are made up for. Run them with a backfill.");
  }

  @Test
  void rule11_yearsOfMissedMinutesAreAHundredTicks() {
    apply(daily().cron("* * * * *"));
    tickAt("2027-03-01T00:10:30Z");

    assertThat(ticks()).hasSize(1 + 100);
    assertThat(store.schedules().ticks("nightly", 101).get(100).intervals())
        .isEqualTo(Duration.ofDays(365).toMinutes() + 10 - 100);
  }

  @Test
  void rule11_theCatchUpWindowBoundsHowFarBack() {
    apply(daily().catchUp(CatchUp.ALL).overlap(Overlap.ALLOW).catchUpWindow(Duration.ofDays(2)));
    tickAt("2026-03-05T09:00:00Z");

    assertThat(ticks())
        .containsExactly(
            "03-02 MISSED OUTSIDE_WINDOW",
            "03-03 MISSED OUTSIDE_WINDOW",
            "03-04 FIRED CATCH_UP",
            "03-05 FIRED CATCH_UP");
  }

  @Test
  void rule12_intervalsThatEndedWhilePausedAreNeverRunByUnpausing() {
    apply(daily().catchUp(CatchUp.ALL));
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));
    store.schedules().pause("nightly", "holidays");
    assertThat(tickAt("2026-03-03T00:00:00Z").runs()).isEmpty();
    clock.set("2026-03-04T12:00:00Z");
    store.schedules().unpause("nightly");

    assertThat(scheduler.tick().runs()).as("ended in the pause, noticed after it").isEmpty();
    assertThat(ends(tickAt("2026-03-05T00:00:00Z").runs())).containsExactly("2026-03-05T00:00:00Z");
    assertThat(ticks())
        .containsExactly(
            "03-02 FIRED ON_TIME",
            "03-03 SKIPPED PAUSED_SKIP",
            "03-04 SKIPPED PAUSED_SKIP",
            "03-05 FIRED ON_TIME");
  }

  @Test
  void rule12_whatEndedBeforeThePauseObeysCatchUpAfterIt() {
    apply(daily());
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));
    clock.set("2026-03-03T06:00:00Z");
    store.schedules().pause("nightly", "no scheduler was up at midnight");

    assertThat(scheduler.tick().isQuiet() || ticks().size() == 1).isTrue();
    clock.set("2026-03-04T06:00:00Z");
    store.schedules().unpause("nightly");
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-03T00:00:00Z");
    assertThat(ticks())
        .containsExactly(
            "03-02 FIRED ON_TIME", "03-03 FIRED CATCH_UP", "03-04 SKIPPED PAUSED_SKIP");
  }

  @Test
  void rule13_anEditAffectsOnlyTheFutureAndIntervalsStayContiguous() {
    apply(daily().catchUp(CatchUp.ALL));
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));
    clock.set("2026-03-02T15:20:00Z");
    apply(daily().cron("0 */6 * * *").catchUp(CatchUp.ALL));

    assertThat(scheduler.tick().runs()).as("06:00 and 12:00 are past").isEmpty();
    TickReport next = tickAt("2026-03-02T18:00:00Z");
    assertThat(next.runs().get(0).attributes())
        .containsEntry("interval.start", "2026-03-02T00:00:00Z")
        .containsEntry("interval.end", "2026-03-02T18:00:00Z");
  }

  @Test
  void rule13_whatWasMissedBeforeAnEditIsLaidOutAsItWasThen() {
    apply(daily().catchUp(CatchUp.ALL));
    tickAt("2026-03-02T00:00:00Z");
    clock.set("2026-03-04T15:20:00Z");
    apply(daily().cron("0 */6 * * *").catchUp(CatchUp.ALL).overlap(Overlap.ALLOW));
    TickReport report = tickAt("2026-03-04T18:00:00Z");

    assertThat(ends(report.runs()))
        .containsExactly("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-04T18:00:00Z");
    List<StoredTick> ticks = store.schedules().ticks("nightly", 9);
    for (int i = 0; i + 1 < ticks.size(); i++) {
      assertThat(ticks.get(i).start()).isEqualTo(ticks.get(i + 1).end());
    }
  }

  @Test
  void rule13_theDryRunShowsTheNextFiveTicksAndChangesNothing() {
    apply(daily());
    tickAt("2026-03-02T00:00:00Z");
    clock.set("2026-03-02T15:20:00Z");
    ScheduleChange plan =
        Schedules.over(store, clock).plan(daily().zone("Europe/Berlin"), PIPELINE);

    assertThat(plan.next())
        .extracting(tick -> tick.interval().end().toString())
        .containsExactly(
            "2026-03-02T23:00:00Z",
            "2026-03-03T23:00:00Z",
            "2026-03-04T23:00:00Z",
            "2026-03-05T23:00:00Z",
            "2026-03-06T23:00:00Z");
    assertThat(plan.next().get(0).interval().start()).isEqualTo("2026-03-02T00:00:00Z");
    assertThat(store.schedules().find("nightly").orElseThrow().version()).isEqualTo(1);
  }

  @Test
  void rule17_aManualRunNeverMovesTheCursorAndItsParametersAreRecorded() {
    apply(daily().parameter("data", "days/{SPAN}"));
    StoredRun first = tickAt("2026-03-02T00:00:00Z").runs().get(0);
    succeed(first);
    Instant cursor = store.schedules().find("nightly").orElseThrow().cursor();

    StoredRun again =
        Schedules.over(store, clock)
            .runAgain(
                "nightly",
                Instant.parse("2026-03-01T00:00:00Z"),
                Instant.parse("2026-03-02T00:00:00Z"));
    assertThat(again.attributes()).containsEntry("parameter.data", "days/{SPAN}");
    assertThat(store.schedules().find("nightly").orElseThrow().cursor()).isEqualTo(cursor);
    assertThat(ticks()).hasSize(1);
  }

  @Test
  void rule20_aRunIsToldItsIntervalItsAttemptAndOneFixedNow() {
    apply(daily().zone("Europe/Berlin").engine("flink").parameter("data", "days/{SPAN}"));
    StoredRun run = tickAt("2026-03-02T12:00:00Z").runs().get(0);

    assertThat(run.pipeline()).isEqualTo(PIPELINE);
    assertThat(run.attributes())
        .containsAllEntriesOf(
            Map.of(
                "definition", "acme.TaxiPipeline",
                "schedule", "nightly",
                "interval.start", "2026-02-28T23:00:00Z",
                "interval.end", "2026-03-01T23:00:00Z",
                "interval.zone", "Europe/Berlin",
                "as-of", "2026-03-01T23:00:00Z",
                "attempt", "1",
                "engine", "flink",
                "parameter.data", "days/{SPAN}"));
    assertThat(store.schedules().ticks("nightly", 1).get(0).cause()).isEqualTo(TickCause.CATCH_UP);
  }

  @Test
  void aDeletedScheduleTicksNoMoreAndComesBackWithoutMakingUp() {
    apply(daily().catchUp(CatchUp.ALL));
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));
    assertThat(store.schedules().delete("nightly")).isTrue();
    assertThat(tickAt("2026-03-04T00:00:00Z").isQuiet()).isTrue();
    assertThat(store.schedules().list()).isEmpty();

    clock.set("2026-03-05T12:00:00Z");
    apply(daily().catchUp(CatchUp.ALL));
    assertThat(scheduler.tick().runs()).isEmpty();
    assertThat(ends(tickAt("2026-03-06T00:00:00Z").runs())).containsExactly("2026-03-06T00:00:00Z");
  }
}
