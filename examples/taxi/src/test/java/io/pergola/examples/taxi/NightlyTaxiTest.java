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
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NightlyTaxiTest {
  private static final ZoneId CHICAGO = ZoneId.of("America/Chicago");
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 18);

  @TempDir Path folder;

  /** Three nights; the second day's trips come only after the third night. */
  @Test
  void rule22_rule23_threeNightsOfWhichTheSecondDayIsLate() throws Exception {
    day(0);
    try (Workspace workspace = Workspace.open(folder.resolve("home"));
        Engine engine = LocalEngine.create(2)) {
      RunResult first = night(workspace, engine, 0);
      assertThat(first).as(first.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(trips(workspace, first)).containsEntry("spans", "20775");

      RunResult second = night(workspace, engine, 1);
      assertThat(second).as(second.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(cause(workspace, second))
          .contains("csv-example-gen: missing span 20776 (2026-11-19)");

      day(2);
      RunResult third = night(workspace, engine, 2);
      assertThat(trips(workspace, third)).containsEntry("spans", "20775,20777");
      assertThat(cause(workspace, third))
          .contains("csv-example-gen: missing span 20776 (2026-11-19)");

      day(1);
      List<LateData> late =
          PipelineRunner.in(workspace).markLateData(PipelineBuilder.build(pipeline()));
      assertThat(late).extracting(LateData::runId).contains(second.runId(), third.runId());
      assertThat(late)
          .allSatisfy(
              data ->
                  assertThat(data.reasons()).containsExactly("span 20776 (2026-11-19) came later"));

      RunResult again = night(workspace, engine, 2);
      assertThat(again).as(again.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(trips(workspace, again)).containsEntry("spans", "20775..20777");
      assertThat(cause(workspace, again)).isEmpty();
      assertThat(workspace.history().run(again.runId()).orElseThrow().context().attempt())
          .isEqualTo(2);
      ArtifactRecord before = artifact(workspace, third, "trainer");
      assertThat(workspace.history().superseded(List.of(before.id())))
          .isEqualTo(Map.of(before.id(), artifact(workspace, again, "trainer").id()));
      assertThat(workspace.store().marks().stale(List.of(before.id()))).isNotEmpty();
    }
  }

  /** The exception is the pusher, whose output names the version's folder that it wrote. */
  @Test
  void rule21_theSameIntervalCodeAndDataGiveTheSameBitsInAnotherHome() throws Exception {
    day(0);
    day(1);

    Map<String, String> here = hashes("one");
    Map<String, String> there = hashes("two");

    assertThat(here.keySet())
        .contains(
            "csv-example-gen.examples",
            "statistics-gen.statistics",
            "schema-gen.schema",
            "example-validator.anomalies",
            "trainer.model",
            "evaluator.evaluation",
            "evaluator.blessing");
    assertThat(there).isEqualTo(here);
  }

  private Map<String, String> hashes(String home) throws Exception {
    try (Workspace workspace = Workspace.open(folder.resolve(home));
        Engine engine = LocalEngine.create(2)) {
      RunResult result = night(workspace, engine, 1);
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
      Map<String, String> hashes = new TreeMap<>();
      for (ArtifactRecord artifact : workspace.history().artifactsOf(result.runId())) {
        if (!artifact.node().equals("pusher")) {
          hashes.put(artifact.node() + "." + artifact.output(), artifact.contentHash());
        }
      }
      return hashes;
    }
  }

  private RunResult night(Workspace workspace, Engine engine, int day) {
    RunContext context = RunContext.of(DataInterval.day(FIRST.plusDays(day), CHICAGO));
    return PipelineRunner.in(workspace)
        .on(engine)
        .run(
            PipelineBuilder.build(pipeline()),
            RunOptions.defaults().context(context),
            RunListener.none());
  }

  private NightlyTaxi pipeline() {
    return new NightlyTaxi(
        folder.resolve("data"), folder.resolve("serving"), Optional.of(Duration.ofMillis(100)));
  }

  private void day(int day) throws Exception {
    TaxiData.writeDay(folder.resolve("data"), FIRST.plusDays(day), 1, 2_000, 7);
  }

  private static Map<String, Object> trips(Workspace workspace, RunResult result) {
    return artifact(workspace, result, "csv-example-gen").properties();
  }

  private static Optional<String> cause(Workspace workspace, RunResult result) {
    return workspace.history().run(result.runId()).orElseThrow().cause();
  }

  private static ArtifactRecord artifact(Workspace workspace, RunResult result, String node) {
    return workspace.history().artifactsOf(result.runId()).stream()
        .filter(artifact -> artifact.node().equals(node))
        .findFirst()
        .orElseThrow();
  }
}
