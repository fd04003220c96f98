package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.DeploymentDraft;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Schedule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** By which code, on which engine and in which process a schedule's runs are driven. */
class DrivingTest extends SchedulerFixture {
  private static final Instant FIRST = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant SECOND = Instant.parse("2026-03-02T00:00:00Z");

  private void deploy(int number) {
    store
        .deployments()
        .deploy(
            new DeploymentDraft(
                PIPELINE, "acme.TaxiPipeline", jar(number), "taxi.jar", "{}", Optional.empty()));
  }

  private static String jar(int number) {
    return Integer.toString(number).repeat(64);
  }

  private static String code(StoredRun run) {
    return run.attribute("deployment.version").orElse("none")
        + " "
        + run.attribute("deployment").map(hash -> hash.substring(0, 1)).orElse("none");
  }

  @Test
  void rule01_aScheduleFollowsTheNewestVersionUnlessItPinsOne() {
    deploy(1);
    apply(daily());
    StoredRun first = tickAt("2026-03-02T00:00:00Z").runs().get(0);
    succeed(first);
    deploy(2);
    StoredRun second = tickAt("2026-03-03T00:00:00Z").runs().get(0);
    succeed(second);
    apply(daily().deployment(1));
    StoredRun third = tickAt("2026-03-04T00:00:00Z").runs().get(0);

    assertThat(List.of(code(first), code(second), code(third)))
        .containsExactly("1 1", "2 2", "1 1");
  }

  @Test
  void rule18_rule19_backfillsAndRepeatedIntervalsHeedThePin() {
    deploy(1);
    deploy(2);
    apply(daily().deployment(1).heap("3g"));
    StoredRun run = tickAt("2026-03-02T00:00:00Z").runs().get(0);
    finish(run, RunState.FAILED);

    StoredRun again = Schedules.over(store, clock).runAgain("nightly", FIRST, SECOND);
    assertThat(code(again)).isEqualTo("1 1");
    assertThat(again.attribute("child.heap")).contains("3g");
    succeed(again);
    Backfills.over(store, clock)
        .create(
            "all",
            new Backfills.Wish(
                "nightly", FIRST, SECOND, BackfillOrder.ASCENDING, 1, BackfillChoice.ALL));
    assertThat(scheduler.tick().runs())
        .singleElement()
        .extracting(DrivingTest::code)
        .isEqualTo("1 1");
  }

  @Test
  void aVersionThatWasNeverDeployedIsRefused() {
    assertThatThrownBy(() -> apply(daily().deployment(1)))
        .hasMessage(
            "There is no version 1 of pipeline 'taxi-pipeline': it was never deployed. Deploy its"
                + " jar first: pergola deploy JAR.");
    deploy(1);
    assertThatThrownBy(() -> apply(daily().deployment(7)))
        .hasMessage(
            "There is no version 7 of pipeline 'taxi-pipeline': the newest is 1. Take one of those"
                + " that 'pergola deployments taxi-pipeline' lists, or deploy the jar first.");
    assertThatThrownBy(() -> daily().deployment(0))
        .hasMessage("Invalid version of a deployment: 0 (from 1)");
    assertThat(store.schedules().list()).isEmpty();
  }

  @Test
  void heapEnvironmentAndEngineOptionsReachTheRun() {
    apply(
        daily()
            .engine("flink")
            .engineOption("flink-master", "flink:8081")
            .engineOption("flink-parallelism", "8")
            .heap("512m")
            .environment("OMP_NUM_THREADS", "2"));
    StoredRun run = tickAt("2026-03-02T00:00:00Z").runs().get(0);

    assertThat(run.attributes())
        .containsAllEntriesOf(
            new TreeMap<>(
                Map.of(
                    "engine", "flink",
                    "own.cli.flink-master", "flink:8081",
                    "own.cli.flink-parallelism", "8",
                    "child.heap", "512m",
                    "child.env.OMP_NUM_THREADS", "2")));
    assertThat(ChildSettings.of(run))
        .isEqualTo(
            new ChildSettings(Optional.of("512m"), new TreeMap<>(Map.of("OMP_NUM_THREADS", "2"))));
  }

  @Test
  void whatIsWrongWithThemIsSaidBeforeTheyAreApplied() {
    assertThatThrownBy(
            () ->
                apply(
                    daily()
                        .heap("lots")
                        .environment("LD_PRELOAD", "x")
                        .engineOption("flink-paralelism", "8")
                        .engineOption("parallel-nodes", "none")))
        .hasMessage(
            String.join(
                "\n",
                "Invalid heap: 'lots' (a number and k, m or g: 2g)",
                "Invalid environment variable: 'LD_PRELOAD' (letters, digits, '_'; none that decides"
                    + " what a process loads)",
                "Unknown engine option: 'flink-paralelism' (known: flink-master, flink-parallelism,"
                    + " flink-stage, parallel-nodes). Did you mean flink-parallelism?",
                "Engine option flink-paralelism has no effect on this engine. Set engine flink, or"
                    + " leave it out.",
                "Invalid engine option parallel-nodes: 'none' (a whole number, from 1)"));
  }

  @Test
  void whatSaysHowToDriveIsStoredAndTheRestAsItWasBefore() {
    Schedule plain = daily();
    Schedule driven = plain.deployment(3).heap("2g").environment("A", "b").engineOption("c", "d");

    assertThat(ScheduleJson.read(ScheduleJson.write(driven))).isEqualTo(driven);
    assertThat(ScheduleJson.tree(ScheduleJson.write(driven)).get("format").asInt()).isEqualTo(2);
    assertThat(ScheduleJson.tree(ScheduleJson.write(plain)).get("format").asInt()).isEqualTo(1);
    assertThat(ScheduleJson.write(plain))
        .doesNotContain("environment", "heap", "engineOptions", "deployment");
  }

  @Test
  void aReferenceToAVariableIsStoredAndWhatItStandsForIsNot() {
    Schedule schedule =
        daily()
            .engine("flink")
            .engineOption("flink-master", "${env:FLINK}")
            .environment("TOKEN", "${env:CHURN_TOKEN}");
    apply(schedule);
    StoredRun run = tickAt("2026-03-02T00:00:00Z").runs().get(0);

    assertThat(run.attributes())
        .containsEntry("own.cli.flink-master", "${env:FLINK}")
        .containsEntry("child.env.TOKEN", "${env:CHURN_TOKEN}");
    assertThat(ScheduleJson.read(ScheduleJson.write(schedule))).isEqualTo(schedule);
    assertThat(ScheduleJson.tree(ScheduleJson.write(schedule)).get("format").asInt())
        .as("an older Pergola refuses it")
        .isEqualTo(3);
  }

  @Test
  void referencesThatCannotBeFollowedAreSaidBeforeTheyAreApplied() {
    assertThatThrownBy(
            () ->
                apply(
                    daily()
                        .engine("flink")
                        .engineOption("flink-master", "${env:FLINK")
                        .engineOption("flink-stage", "${env:STAGE}")
                        .environment("STAGE", "x")
                        .environment("A", "${env:LD_PRELOAD}")
                        .environment("B", "${env:}")))
        .hasMessage(
            String.join(
                "\n",
                "Invalid environment variable: 'LD_PRELOAD' (letters, digits, '_'; none that decides"
                    + " what a process loads)",
                "Invalid environment variable: '' (letters, digits, '_'; none that decides what a"
                    + " process loads)",
                "Invalid reference to a variable: it has no end. Write ${env:NAME}.",
                "Engine option flink-stage refers to variable STAGE, which the schedule's"
                    + " environment sets itself. Refer to another one, or leave that out."));
  }

  @Test
  void theValuesOfVariablesAreShownNowhere() {
    Schedule before = daily().environment("TOKEN", "old-secret").environment("GONE", "secret");
    apply(before);
    Schedule after = daily().environment("TOKEN", "new-secret").environment("MORE", "secret");
    ScheduleChange change = Schedules.over(store, clock).plan(after, PIPELINE);

    assertThat(change.differences())
        .containsExactly(
            "environment GONE: removed", "environment MORE: set", "environment TOKEN: changed");
    assertThat(after.toString()).contains("TOKEN").doesNotContain("secret");
  }
}
