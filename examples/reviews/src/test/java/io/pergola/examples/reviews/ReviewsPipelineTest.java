package io.pergola.examples.reviews;

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
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewsPipelineTest {
  @TempDir Path folder;

  @Test
  void judgesMadeUpReviewsAndStopsOnABadDay() throws Exception {
    Path data = folder.resolve("data");
    ReviewData.write(data, 1_000, 1);
    RunResult result = run(data, Optional.empty());

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    assertThat(overall(result).value(Metric.accuracy()).orElseThrow()).isGreaterThan(0.85);
    assertOneFilePredictsTheSame(result);
    Path schema = artifact(result, "schema-gen", "schema").resolve("schema.json");

    ReviewData.writeBadDay(folder.resolve("bad"), 200, 2);
    RunResult stopped = run(folder.resolve("bad"), Optional.of(schema));

    assertThat(stopped).as(stopped.toString()).isInstanceOf(RunResult.Stopped.class);
    Path anomalies = artifact(stopped, "example-validator", "anomalies");
    assertThat(AnomaliesFile.read(anomalies).anomalies())
        .extracting(anomaly -> anomaly.feature().orElse(""))
        .containsOnly("text");
  }

  /** What 100 reviews can give: a model, whose accuracy on some 33 of them says little. */
  @Test
  void learnsFromTheRealReviews() throws Exception {
    RunResult result = run(real(), Optional.empty());

    assertThat(result.outcome("evaluator")).get().isInstanceOf(NodeOutcome.Completed.class);
    EvaluationResult.Slice overall = overall(result);
    assertThat(overall.examples()).isBetween(20L, 46L);
    assertOneFilePredictsTheSame(result);
    assertThat(overall.value(Metric.accuracy()).orElseThrow()).isBetween(0.35, 1.0);
  }

  /** From raw text to the prediction in standard operators, on real examples. */
  private static void assertOneFilePredictsTheSame(RunResult result) {
    ArtifactRecord model = record(result, "trainer", "model");
    assertThat(model.directory().resolve("full.onnx")).exists();
    assertThat(model.properties()).containsKeys("parity_core", "parity_full");
    assertThat((Double) model.properties().get("parity_full")).isBetween(0.0, 1e-5);
  }

  @Test
  void theSameSeedMakesTheSameReviews() throws Exception {
    ReviewData.write(folder.resolve("1"), 50, 7);
    ReviewData.write(folder.resolve("2"), 50, 7);
    ReviewData.write(folder.resolve("3"), 50, 8);

    Path first = folder.resolve("1/reviews.csv");
    assertThat(first).hasSameBinaryContentAs(folder.resolve("2/reviews.csv"));
    assertThat(Files.readString(first))
        .isNotEqualTo(Files.readString(folder.resolve("3/reviews.csv")));
    assertThat(Files.readAllLines(first)).hasSize(51);
  }

  @Test
  void isFoundByName() {
    BundledPipeline reviews =
        ServiceLoader.load(BundledPipeline.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("reviews"))
            .findFirst()
            .orElseThrow();
    assertThat(reviews.definition()).isEqualTo(ReviewsPipeline.class);
  }

  private RunResult run(Path data, Optional<Path> schema) throws Exception {
    ReviewsPipeline pipeline = new ReviewsPipeline(data, folder.resolve("serving"), schema);
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
    return record(result, node, output).directory();
  }

  private static ArtifactRecord record(RunResult result, String node, String output) {
    NodeOutcome outcome = result.outcome(node).orElseThrow();
    if (outcome instanceof NodeOutcome.Completed completed) {
      return completed.outputs().stream()
          .filter(artifact -> artifact.output().equals(output))
          .findFirst()
          .orElseThrow(() -> new AssertionError(completed.outputs()));
    }
    throw new AssertionError(outcome);
  }

  private static Path real() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path file = p.resolve("shared/data/imdb/reviews.csv");
      if (Files.exists(file)) {
        return file;
      }
    }
    Assumptions.assumeTrue(false, "shared/data/imdb is not beside the repository");
    throw new AssertionError();
  }
}
