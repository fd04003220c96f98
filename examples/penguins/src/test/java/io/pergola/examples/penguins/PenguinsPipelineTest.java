package io.pergola.examples.penguins;

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
import io.pergola.run.local.LocalEngine;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.SliceKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PenguinsPipelineTest {
  @TempDir Path folder;

  @Test
  void tellsMadeUpPenguinsApartAndStopsOnABadDay() throws Exception {
    Path data = folder.resolve("data");
    PenguinData.write(data, 1_000, 1);
    RunResult result = run(data, Optional.empty());

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    assertThat(overall(result).value(Metric.accuracy()).orElseThrow()).isGreaterThan(0.93);
    Path version;
    try (var versions = Files.list(folder.resolve("serving"))) {
      version = versions.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    assertThat(version).isDirectoryContaining("glob:**core.onnx");

    Path schema = artifact(result, "schema-gen", "schema").resolve("schema.json");
    PenguinData.writeBadDay(folder.resolve("bad"), 1_000, 2);
    RunResult stopped = run(folder.resolve("bad"), Optional.of(schema));

    assertThat(stopped).as(stopped.toString()).isInstanceOf(RunResult.Stopped.class);
    Path anomalies = artifact(stopped, "example-validator", "anomalies");
    assertThat(AnomaliesFile.read(anomalies).anomalies())
        .extracting(anomaly -> anomaly.feature().orElse(""))
        .containsOnly("body_mass_g");
  }

  @Test
  void tellsTheRealPenguinsApart() throws Exception {
    RunResult result = run(realPenguins(), Optional.empty());

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    EvaluationResult.Slice overall = overall(result);
    // One in three of the 334, by the hash of the row, that the network never saw.
    assertThat(overall.examples()).isBetween(90L, 130L);
    assertThat(overall.value(Metric.accuracy()).orElseThrow()).isGreaterThanOrEqualTo(0.97);
    long right = 0;
    for (int species = 0; species < 3; species++) {
      right += overall.confusion().get(species).get(species);
    }
    assertThat((double) right / overall.examples())
        .isEqualTo(overall.value(Metric.accuracy()).orElseThrow());
  }

  @Test
  void theSameSeedMakesTheSamePenguins() throws Exception {
    PenguinData.write(folder.resolve("1"), 200, 7);
    PenguinData.write(folder.resolve("2"), 200, 7);
    PenguinData.write(folder.resolve("3"), 200, 8);

    Path first = folder.resolve("1/penguins.csv");
    assertThat(first).hasSameBinaryContentAs(folder.resolve("2/penguins.csv"));
    assertThat(Files.readString(first))
        .isNotEqualTo(Files.readString(folder.resolve("3/penguins.csv")));
    assertThat(Files.readAllLines(first)).hasSize(201);
    assertThat(
            Files.readAllLines(first).stream()
                .skip(1)
                .map(line -> line.substring(0, 1))
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrder("0", "1", "2");
  }

  @Test
  void isFoundByName() {
    BundledPipeline penguins =
        ServiceLoader.load(BundledPipeline.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("penguins"))
            .findFirst()
            .orElseThrow();
    assertThat(penguins.definition()).isEqualTo(PenguinsPipeline.class);
    assertThat(penguins.defaults(Path.of("home")))
        .containsEntry("data", Path.of("home/data/penguins").toString());
  }

  private RunResult run(Path data, Optional<Path> schema) throws Exception {
    PenguinsPipeline pipeline = new PenguinsPipeline(data, folder.resolve("serving"), schema);
    try (Engine engine = LocalEngine.create(2);
        Workspace workspace = Workspace.open(folder.resolve("home"))) {
      return PipelineRunner.in(workspace)
          .on(engine)
          .run(PipelineBuilder.build(pipeline), RunOptions.defaults(), RunListener.none());
    }
  }

  private static EvaluationResult.Slice overall(RunResult result) {
    return EvaluationFile.read(artifact(result, "evaluator", "evaluation"))
        .slice(SliceKey.OVERALL)
        .orElseThrow();
  }

  private static Path artifact(RunResult result, String node, String output) {
    NodeOutcome outcome = result.outcome(node).orElseThrow();
    if (outcome instanceof NodeOutcome.Completed completed) {
      return completed.outputs().stream()
          .filter(artifact -> artifact.output().equals(output))
          .map(ArtifactRecord::directory)
          .findFirst()
          .orElseThrow(() -> new AssertionError(completed.outputs()));
    }
    throw new AssertionError(outcome);
  }

  private static Path realPenguins() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path file = p.resolve("shared/data/penguins/labelled.csv");
      if (Files.exists(file)) {
        return file;
      }
    }
    Assumptions.assumeTrue(false, "shared/data/penguins is not beside the repository");
    throw new AssertionError();
  }
}
