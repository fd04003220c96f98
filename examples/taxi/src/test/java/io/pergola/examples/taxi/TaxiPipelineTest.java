package io.pergola.examples.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.evaluation.EvaluationFile;
import io.pergola.evaluation.EvaluationResult;
import io.pergola.evaluation.Metric;
import io.pergola.pipeline.BundledPipeline;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.NodeOutcome;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.flink.FlinkEngine;
import io.pergola.run.local.LocalEngine;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.SliceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaxiPipelineTest {
  private static final Metric ACCURACY = Metric.accuracy();
  private static final Metric AUC = Metric.auc();

  @TempDir Path folder;

  @Test
  void trainsAModelPushesItAndIsCachedTheSecondTime() throws Exception {
    Path data = folder.resolve("data");
    TaxiData.write(data, 3_000, 1);
    try (Engine engine = LocalEngine.create(2)) {
      RunResult first = run(engine, "home", data, Optional.empty());
      assertThat(first).as(first.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(first.outcomes())
          .extracting(NodeOutcome::node)
          .containsExactlyInAnyOrder(
              "csv-example-gen",
              "statistics-gen",
              "schema-gen",
              "example-validator",
              "transform",
              "trainer",
              "latest-blessed-model",
              "evaluator",
              "pusher");
      EvaluationResult.Slice overall = overall(first);
      assertThat(overall.value(ACCURACY).orElseThrow()).isGreaterThan(0.86);
      assertThat(overall.value(AUC).orElseThrow()).isGreaterThan(0.92);
      Path pushed = versions().get(0);
      assertThat(pushed).isDirectoryContaining("glob:**core.onnx");
      assertThat(pushed).isDirectoryContaining("glob:**transform.json");

      RunResult second = run(engine, "home", data, Optional.empty());
      assertThat(second).isInstanceOf(RunResult.Succeeded.class);
      assertThat(second.outcomes())
          .filteredOn(o -> !o.node().equals("latest-blessed-model"))
          .filteredOn(o -> !List.of("evaluator", "pusher").contains(o.node()))
          .allMatch(o -> o instanceof NodeOutcome.Cached);
      RunResult third = run(engine, "home", data, Optional.empty());
      assertThat(third.outcomes())
          .filteredOn(o -> !o.node().equals("latest-blessed-model"))
          .allMatch(o -> o instanceof NodeOutcome.Cached);
    }
  }

  @Test
  void stopsAtTheValidatorOnABadDay() throws Exception {
    Path data = folder.resolve("data");
    TaxiData.write(data, 3_000, 1);
    try (Engine engine = LocalEngine.create(2)) {
      Path schema = artifact(run(engine, "good", data, Optional.empty()), "schema-gen");
      Path bad = folder.resolve("bad");
      TaxiData.writeBadDay(bad, 3_000, 2);
      int pushed = versions().size();
      RunResult result = run(engine, "bad-home", bad, Optional.of(schema.resolve("schema.json")));
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Stopped.class);
      assertThat(AnomaliesFile.read(artifact(result, "example-validator")).anomalies())
          .extracting(anomaly -> anomaly.feature().orElse(""))
          .contains("fare", "payment_type", "company", "trip_miles");
      assertThat(versions()).hasSize(pushed);
    }
  }

  @Test
  void writesTheSameExamplesStatisticsAndFeaturesOnFlink() throws Exception {
    Path data = folder.resolve("data");
    TaxiData.write(data, 3_000, 1);
    RunResult local;
    RunResult flink;
    try (Engine engine = LocalEngine.create(2)) {
      local = run(engine, "local-home", data, Optional.empty());
    }
    try (Engine engine = FlinkEngine.embedded()) {
      flink = run(engine, "flink-home", data, Optional.empty());
    }
    assertThat(flink).as(flink.toString()).isInstanceOf(RunResult.Succeeded.class);
    for (String node : List.of("csv-example-gen", "schema-gen", "transform")) {
      assertThat(hashes(flink, node)).as(node).isEqualTo(hashes(local, node));
    }
    assertThat(overall(flink).value(AUC).orElseThrow()).isGreaterThan(0.92);
  }

  @Test
  void learnsTheRealTrips() throws Exception {
    Path trips = realTrips();
    try (Engine engine = LocalEngine.create(2)) {
      RunResult result = run(engine, "home", trips, Optional.empty());
      assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(overall(result).value(ACCURACY).orElseThrow()).isGreaterThanOrEqualTo(0.88);
      assertThat(overall(result).value(AUC).orElseThrow()).isGreaterThanOrEqualTo(0.93);
    }
  }

  @Test
  void isFoundByName() {
    BundledPipeline taxi =
        ServiceLoader.load(BundledPipeline.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("taxi"))
            .findFirst()
            .orElseThrow();
    assertThat(taxi.definition()).isEqualTo(TaxiPipeline.class);
    assertThat(taxi.defaults(Path.of("home")))
        .isEqualTo(
            Map.of(
                "data", Path.of("home/data/taxi").toString(),
                "serving", Path.of("home/serving/taxi").toString()));
  }

  private RunResult run(Engine engine, String home, Path data, Optional<Path> schema)
      throws Exception {
    TaxiPipeline pipeline = new TaxiPipeline(data, folder.resolve("serving"), schema);
    try (Workspace workspace = Workspace.open(folder.resolve(home))) {
      return PipelineRunner.in(workspace)
          .on(engine)
          .run(PipelineBuilder.build(pipeline), RunOptions.defaults(), RunListener.none());
    }
  }

  private List<Path> versions() throws IOException {
    Path serving = folder.resolve("serving");
    if (!Files.isDirectory(serving)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(serving)) {
      return entries.filter(p -> p.getFileName().toString().matches("\\d+")).sorted().toList();
    }
  }

  private static EvaluationResult.Slice overall(RunResult result) {
    List<ArtifactRecord> outputs = outputs(result, "evaluator");
    Path evaluation =
        outputs.stream()
            .filter(o -> o.output().equals("evaluation"))
            .findFirst()
            .orElseThrow()
            .directory();
    return EvaluationFile.read(evaluation).slice(SliceKey.OVERALL).orElseThrow();
  }

  private static Path artifact(RunResult result, String node) {
    return outputs(result, node).get(0).directory();
  }

  private static List<String> hashes(RunResult result, String node) {
    return outputs(result, node).stream().map(ArtifactRecord::contentHash).sorted().toList();
  }

  private static List<ArtifactRecord> outputs(RunResult result, String node) {
    NodeOutcome outcome = result.outcome(node).orElseThrow();
    if (outcome instanceof NodeOutcome.Completed completed) {
      return completed.outputs();
    }
    if (outcome instanceof NodeOutcome.Cached cached) {
      return cached.outputs();
    }
    throw new AssertionError(outcome);
  }

  private static Path realTrips() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path file = p.resolve("shared/data/chicago-taxi/trips.csv");
      if (Files.exists(file)) {
        return file;
      }
    }
    Assumptions.assumeTrue(false, "shared/data/chicago-taxi is not beside the repository");
    throw new AssertionError();
  }
}
