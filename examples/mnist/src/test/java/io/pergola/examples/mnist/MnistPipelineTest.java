package io.pergola.examples.mnist;

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
import java.util.Random;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistPipelineTest {
  @TempDir Path folder;

  @Test
  void readsMadeUpDigitsAndStopsOnABadDay() throws Exception {
    Path data = folder.resolve("data");
    DigitData.write(data, 600, 1);
    RunResult result = run(data, Optional.empty(), 100);

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    assertThat(overall(result).value(Metric.accuracy()).orElseThrow()).isGreaterThan(0.8);
    Path schema = artifact(result, "schema-gen", "schema").resolve("schema.json");

    DigitData.writeBadDay(folder.resolve("bad"), 100, 2);
    RunResult stopped = run(folder.resolve("bad"), Optional.of(schema), 100);

    assertThat(stopped).as(stopped.toString()).isInstanceOf(RunResult.Stopped.class);
    Path anomalies = artifact(stopped, "example-validator", "anomalies");
    assertThat(AnomaliesFile.read(anomalies).anomalies())
        .extracting(anomaly -> anomaly.feature().orElse(""))
        .contains("image_class", "image_floats");
  }

  @Test
  void readsTheRealDigits() throws Exception {
    RunResult result = run(real(), Optional.empty(), 300);

    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    EvaluationResult.Slice overall = overall(result);
    // One in five of the 1,000, by the hash of the example, that the network never saw.
    assertThat(overall.examples()).isBetween(170L, 230L);
    assertThat(overall.value(Metric.accuracy()).orElseThrow()).isGreaterThanOrEqualTo(0.93);
  }

  @Test
  void theSameSeedMakesTheSameDigits() throws Exception {
    DigitData.write(folder.resolve("1"), 20, 7);
    DigitData.write(folder.resolve("2"), 20, 7);
    DigitData.write(folder.resolve("3"), 20, 8);

    Path first = folder.resolve("1/digits.tfrecord");
    assertThat(first).hasSameBinaryContentAs(folder.resolve("2/digits.tfrecord"));
    assertThat(Files.readAllBytes(first))
        .isNotEqualTo(Files.readAllBytes(folder.resolve("3/digits.tfrecord")));
  }

  @Test
  void aDigitIsInkOnPaper() {
    Random random = new Random(3);
    for (int digit = 0; digit < 10; digit++) {
      float[] image = DigitData.image(digit, random);
      assertThat(image).hasSize(28 * 28);
      int ink = 0;
      for (float pixel : image) {
        assertThat(pixel).isBetween(-0.5f, 0.5f);
        ink += pixel > 0 ? 1 : 0;
      }
      // Handwritten digits cover 5 to 30 percent of their images.
      assertThat(ink).as("digit %d", digit).isBetween(28, 280);
    }
  }

  @Test
  void isFoundByName() {
    BundledPipeline mnist =
        ServiceLoader.load(BundledPipeline.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("mnist"))
            .findFirst()
            .orElseThrow();
    assertThat(mnist.definition()).isEqualTo(MnistPipeline.class);
  }

  private RunResult run(Path data, Optional<Path> schema, int steps) throws Exception {
    MnistPipeline pipeline = new MnistPipeline(data, folder.resolve("serving"), schema, steps);
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

  private static Path real() {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path file = p.resolve("shared/data/mnist/mnist.tfrecord");
      if (Files.exists(file)) {
        return file;
      }
    }
    Assumptions.assumeTrue(false, "shared/data/mnist is not beside the repository");
    throw new AssertionError();
  }
}
