package io.pergola.examples.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.RunContext;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.LateData;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nights of which the second day is late: its trips come only after the third night, which is
 * then run again. What they left is looked at by each test.
 */
class NightlyTaxiTest {
  private static final ZoneId CHICAGO = ZoneId.of("America/Chicago");
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);
  private static final int ROWS = 200;

  @TempDir static Path folder;

  private static Engine engine;
  private static Workspace workspace;
  private static RunResult first;
  private static RunResult second;
  private static RunResult third;
  private static RunResult again;
  private static List<LateData> late;
  private static List<String> planned;

  @BeforeAll
  static void runTheNights() throws Exception {
    engine = LocalEngine.create(2);
    workspace = Workspace.open(folder.resolve("home"));
    day(-1);
    day(0);
    first = night(workspace, 0);
    second = night(workspace, 1);
    day(2);
    third = night(workspace, 2);
    day(1);
    late = PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(pipeline()));
    planned =
        PipelineRunner.in(workspace)
            .plan(PipelineBuilder.build(pipeline()), on(2))
            .node("statistics-gen")
            .orElseThrow()
            .spans();
    again = night(workspace, 2);
  }

  @AfterAll
  static void close() throws Exception {
    workspace.close();
    engine.close();
  }

  @Test
  void rule23_aNightReadsTheDaysThereAreAndNamesTheMissing() {
    assertThat(trips(first)).containsEntry("spans", "20774..20775");
    assertThat(cause(first)).isEmpty();
    assertThat(trips(second)).containsEntry("spans", "20774..20775");
    assertThat(cause(second)).contains("csv-example-gen: missing span 20776 (2026-11-19)");
    assertThat(trips(third)).containsEntry("spans", "20774..20775,20777");
    assertThat(cause(third)).contains("csv-example-gen: missing span 20776 (2026-11-19)");
    assertThat(trips(again)).containsEntry("spans", "20774..20777");
    assertThat(cause(again)).isEmpty();
  }

  @Test
  void statisticsMergeTheDaysThatEarlierNightsDescribed() {
    assertThat(planned).containsExactly("merges 3 spans, reads 1");
    assertThat(artifact(first, "statistics-gen").properties())
        .containsEntry("files_merged", 0L)
        .containsEntry("files_read", 4L);
    assertThat(artifact(third, "statistics-gen").properties())
        .containsEntry("files_merged", 4L)
        .containsEntry("files_read", 2L);
    assertThat(artifact(again, "statistics-gen").properties())
        .containsEntry("files_merged", 6L)
        .containsEntry("files_read", 2L);
  }

  @Test
  void transformAnalysesOnlyTheDaysThatEarlierNightsDidNot() {
    assertThat(artifact(first, "transform").properties())
        .containsEntry("files_merged", 0L)
        .containsEntry("files_read", 2L);
    assertThat(artifact(third, "transform").properties())
        .containsEntry("files_merged", 2L)
        .containsEntry("files_read", 1L);
    assertThat(artifact(again, "transform").properties())
        .containsEntry("files_merged", 3L)
        .containsEntry("files_read", 1L);
  }

  @Test
  void rule22_theNightsThatDidWithoutTheLateDayAreStale() {
    assertThat(late).extracting(LateData::runId).contains(second.runId(), third.runId());
    assertThat(late)
        .allSatisfy(
            data ->
                assertThat(data.reasons()).containsExactly("span 20776 (2026-11-19) came later"));
    assertThat(stale(third)).isNotEmpty();
    assertThat(stale(again)).isEmpty();
  }

  @Test
  void rule19_theNightThatRanAgainSupersedesTheOneBefore() {
    assertThat(workspace.history().run(again.runId()).orElseThrow().context().attempt())
        .isEqualTo(2);
    long before = artifact(third, "trainer").id();
    assertThat(workspace.history().superseded(List.of(before)))
        .isEqualTo(Map.of(before, artifact(again, "trainer").id()));
  }

  /** The exception is the pusher, whose output names the version's folder that it wrote. */
  @Test
  void rule21_theSameIntervalCodeAndDataGiveTheSameBitsInAnotherHome() {
    try (Workspace other = Workspace.open(folder.resolve("other-home"))) {
      Map<String, String> there = hashes(other, night(other, 0));

      assertThat(there.keySet())
          .contains(
              "csv-example-gen.examples",
              "statistics-gen.statistics",
              "schema-gen.schema",
              "example-validator.anomalies",
              "trainer.model",
              "evaluator.evaluation",
              "evaluator.blessing");
      assertThat(there).isEqualTo(hashes(workspace, first));
    }
  }

  @Test
  void theExampleWritesItsDaysAndItsBadDayWhereThePipelineLooks(@TempDir Path data)
      throws Exception {
    new NightlyTaxiExample().generate(data, 70, 7);
    new NightlyTaxiExample().generateBadDay(data, 10, 7);

    NightlyTaxi nightly = new NightlyTaxi(data, folder, Optional.empty());
    SpanSource trips =
        (SpanSource) PipelineBuilder.build(nightly).nodes().get("csv-example-gen").component();
    long first = LocalDate.of(2026, 11, 14).toEpochDay();
    assertThat(trips.found())
        .extracting(FoundSpan::span)
        .containsExactlyElementsOf(LongStream.range(first, first + 8).boxed().toList());
    assertThat(Files.readString(data.resolve("2026-11-21/trips-v1.csv")))
        .isNotEqualTo(ordinary(LocalDate.of(2026, 11, 21)));
  }

  /** The file of an ordinary day with the bad day's seed. */
  private static String ordinary(LocalDate day) throws IOException {
    Path aside = folder.resolve("ordinary");
    TaxiData.writeDay(aside, day, 1, 10, 7);
    return Files.readString(aside.resolve(day.toString()).resolve("trips-v1.csv"));
  }

  private static Map<String, String> hashes(Workspace home, RunResult result) {
    Map<String, String> hashes = new TreeMap<>();
    for (ArtifactRecord artifact : home.history().artifactsOf(result.runId())) {
      if (!artifact.node().equals("pusher")) {
        hashes.put(artifact.node() + "." + artifact.output(), artifact.contentHash());
      }
    }
    return hashes;
  }

  private static RunOptions on(int day) {
    return RunOptions.defaults()
        .context(RunContext.of(DataInterval.day(FIRST.plusDays(day), CHICAGO)));
  }

  private static RunResult night(Workspace home, int day) {
    RunResult result =
        PipelineRunner.in(home)
            .on(engine)
            .run(PipelineBuilder.build(pipeline()), on(day), RunListener.none());
    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    return result;
  }

  private static NightlyTaxi pipeline() {
    return new NightlyTaxi(
        folder.resolve("data"), folder.resolve("serving"), Optional.of(Duration.ofMillis(100)));
  }

  private static void day(int day) throws IOException {
    TaxiData.writeDay(folder.resolve("data"), FIRST.plusDays(day), 1, ROWS, 7);
  }

  private static Map<String, Object> trips(RunResult result) {
    return artifact(result, "csv-example-gen").properties();
  }

  private static Optional<String> cause(RunResult result) {
    return workspace.history().run(result.runId()).orElseThrow().cause();
  }

  private static Set<Long> stale(RunResult result) {
    return workspace.store().marks().stale(List.of(artifact(result, "trainer").id())).keySet();
  }

  private static ArtifactRecord artifact(RunResult result, String node) {
    return workspace.history().artifactsOf(result.runId()).stream()
        .filter(artifact -> artifact.node().equals(node))
        .filter(artifact -> !node.equals("transform") || artifact.output().equals("graph"))
        .findFirst()
        .orElseThrow();
  }
}
