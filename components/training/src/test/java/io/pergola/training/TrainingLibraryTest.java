package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Model;
import io.pergola.artifact.TransformGraph;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.model.OnnxGraph;
import io.pergola.model.Signature;
import io.pergola.model.Task;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.Resolve;
import io.pergola.transform.Transform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries beside Deeplearning4j. */
class TrainingLibraryTest {
  @TempDir Path folder;

  @Test
  void tribuoTrainsAServableAsOthers() throws Exception {
    Path data = Rides.write(folder, Rides.Target.EVEN_COMPANY, 2_000);

    FakeRun run = new FakeRun(data, folder).run(trainer(new TribuoLogistic(0.5, 5)));

    Signature signature = Signature.read(run.model);
    assertThat(signature.task()).isEqualTo(Task.BINARY);
    assertThat(signature.training()).containsEntry("framework", "tribuo");
    // A weight for each id separates the classes.
    assertThat(run.metrics.get("evaluation_accuracy")).isGreaterThan(0.99);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
    assertThat(run.properties).containsEntry("framework", "tribuo").containsEntry("features", 47);
    assertThat(run.model.resolve(Trainer.CHECKPOINT)).doesNotExist();
    TrainingCurves curves = TrainingCurves.read(run.model);
    assertThat(curves.evaluations()).hasSize(1);
    assertThat(curves.evaluations().get(0).loss()).isEqualTo(run.metrics.get("evaluation_loss"));
  }

  @Test
  void theSameTrainingGivesTheSameModel() throws Exception {
    Path data = Rides.write(folder, Rides.Target.EVEN_COMPANY, 500);
    Trainer trainer = trainer(new TribuoLogistic(0.5, 2));

    FakeRun first = new FakeRun(data, folder.resolve("1")).run(trainer);
    FakeRun second = new FakeRun(data, folder.resolve("2")).run(trainer);
    FakeRun other = new FakeRun(data, folder.resolve("3")).run(trainer.seed(2));

    assertThat(second.file("core.onnx")).isEqualTo(first.file("core.onnx"));
    assertThat(other.file("core.onnx")).isNotEqualTo(first.file("core.onnx"));
  }

  @Test
  void aTunerTriesItsSettings() throws Exception {
    Path data = Rides.write(folder, Rides.Target.EVEN_COMPANY, 500);
    record Rate(double rate) {}
    Trainer trainer =
        trainer(
            session ->
                new TribuoLogistic(session.hyperparameters().real("rate"), 2).train(session));

    TunerRun run =
        new TunerRun(data, folder)
            .run(
                Tuner.of(trainer)
                    .over(SearchSpace.of(Rate.class).real(Rate::rate).onLogScale(1e-6, 1))
                    .by(Search.grid(2)),
                1);

    double best = run.trials().bestValue().getAsDouble();
    assertThat(best).isLessThan(run.trials().trials().get(0).metrics().get("loss"));
    assertThat(run.trials().bestTrial().hyperparameters()).containsEntry("rate", 1.0);
  }

  /** A line through numbers, by steps along the gradient. */
  private static TrainedModel line(TrainingSession session) throws InterruptedException {
    float[] w = new float[3];
    for (int step = 1; step <= session.steps(); step++) {
      ExampleArrays batch = session.nextBatch();
      double loss = 0;
      float[] gradient = new float[w.length];
      for (int row = 0; row < batch.rows(); row++) {
        int at = row * batch.width();
        float x = batch.features()[at];
        float y = batch.features()[at + 1];
        float error = w[0] * x + w[1] * y + w[2] - batch.labels()[row];
        loss += (double) error * error / batch.rows();
        gradient[0] += 2 * error * x / batch.rows();
        gradient[1] += 2 * error * y / batch.rows();
        gradient[2] += 2 * error / batch.rows();
      }
      for (int i = 0; i < w.length; i++) {
        w[i] -= 0.1f * gradient[i];
      }
      session.progress(step, loss);
      if (step % 20 == 0) {
        session.evaluate(new Line(w));
      }
    }
    return new Line(w);
  }

  /** {@code w[0] x + w[1] y + w[2]}. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Line(float[] w) implements TrainedModel {
    @Override
    public String framework() {
      return "by hand";
    }

    @Override
    public float[] predict(ExampleArrays examples) {
      float[] predictions = new float[examples.rows()];
      for (int row = 0; row < predictions.length; row++) {
        int at = row * examples.width();
        predictions[row] =
            w[0] * examples.features()[at] + w[1] * examples.features()[at + 1] + w[2];
      }
      return predictions;
    }

    @Override
    public byte[] onnx() {
      return onnx(w);
    }

    @Override
    public void write(Path directory) throws IOException {
      Files.writeString(directory.resolve("line.txt"), w[0] + " " + w[1] + " " + w[2]);
    }

    static Line read(Path directory) throws IOException {
      String[] values = Files.readString(directory.resolve("line.txt")).split(" ", -1);
      return new Line(
          new float[] {
            Float.parseFloat(values[0]), Float.parseFloat(values[1]), Float.parseFloat(values[2])
          });
    }

    static byte[] onnx(float[] w) {
      OnnxGraph graph = OnnxGraph.named("line");
      return graph
          .output(
              "prediction",
              graph.gemm(
                  graph.floats("dense", 2),
                  graph.matrix("w", 2, 1, Arrays.copyOf(w, 2)),
                  graph.vector("b", new float[] {w[2]})))
          .bytes();
    }
  }

  @Test
  void stepsAndEvaluationsBecomeCurves() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 2_000);

    FakeRun run =
        new FakeRun(data, folder).run(trainer(TrainingLibraryTest::line).steps(60).batchSize(256));

    TrainingCurves curves = TrainingCurves.read(run.model);
    assertThat(curves.steps()).isEqualTo(60);
    assertThat(curves.training()).hasSize(60);
    assertThat(curves.evaluations())
        .extracting(TrainingCurves.Evaluation::step)
        .containsExactly(20, 40, 60);
    // The label is 2 x - y + company / 10, of which the company's part stays: the variance of
    // 0..19 tenths is 0.3325, and where it is missing (a tenth) it is 0 instead of 0.95 on average.
    double variance = 0.9 * (0.3325 + 0.95 * 0.95) - 0.855 * 0.855;
    assertThat(run.metrics.get("evaluation_loss")).isCloseTo(variance, within(0.05));
    assertThat(run.rows).isEqualTo(60 * 256);
  }

  @Test
  void aLibraryGoesOnFromItsOwnFiles() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 200);
    FakeRun first =
        new FakeRun(data, folder.resolve("1")).run(trainer(TrainingLibraryTest::line).steps(5));
    TrainingLibrary again = session -> Line.read(session.earlier().orElseThrow().directory());

    FakeRun second = new FakeRun(data, folder.resolve("2"));
    second.earlier = Optional.of(first.model);
    second.run(trainer(again).startingFrom(FakeRun.EARLIER));

    assertThat(second.file("core.onnx")).isEqualTo(first.file("core.onnx"));
  }

  @Test
  void aGraphThatPredictsOtherwiseFailsTheNode() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 200);
    TrainingLibrary wrong =
        session ->
            new TrainedModel() {
              @Override
              public String framework() {
                return "wrong";
              }

              @Override
              public float[] predict(ExampleArrays examples) {
                return new Line(new float[] {1, 0, 0}).predict(examples);
              }

              @Override
              public byte[] onnx() {
                return Line.onnx(new float[] {1.001f, 0, 0});
              }
            };

    assertThatThrownBy(() -> new FakeRun(data, folder).run(trainer(wrong)))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Cannot export the network: core.onnx predicts ");
  }

  @Test
  void tooFewPredictionsAreRefused() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 200);
    TrainingLibrary few =
        session -> {
          session.evaluate(examples -> new float[1]);
          return new Line(new float[3]);
        };

    assertThatThrownBy(() -> new FakeRun(data, folder).run(trainer(few)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot use the model: it gives 1 predictions for 47 examples, and label 'label' needs"
                + " 1 each. Give as many.");
  }

  record WithTribuo() implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Transform.Outputs transformed =
          new Transform.Outputs(
              p.add(Resolve.latest(TransformGraph.class).required()),
              p.add(Resolve.latestExamples(FeatureVector.class).required()));
      Channel<Model> model = p.add(Trainer.of(transformed).using(new TribuoLogistic(0.5, 5)));
      p.add("again", Trainer.of(transformed).using(TrainingLibraryTest::line).startingFrom(model));
    }
  }

  @Test
  void aNodeNamesItsLibraryAndItsModelToStartFrom() {
    PipelineGraph graph = PipelineBuilder.build(new WithTribuo()).graph();

    PipelineGraph.Node trainer = node(graph, "trainer");
    assertThat(trainer.parameters())
        .containsEntry("function", "TribuoLogistic(learningRate=0.5, epochs=5)");
    PipelineGraph.Node again = node(graph, "again");
    assertThat(again.parameters()).containsEntry("function", "TrainingLibraryTest::line");
    assertThat(again.inputs())
        .extracting(PipelineGraph.Input::name)
        .containsExactly("graph", "examples", "earlier");
  }

  private static PipelineGraph.Node node(PipelineGraph graph, String id) {
    return graph.nodes().stream().filter(node -> node.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void theSettingsOfALibraryCountInTheCacheKey() {
    Trainer trainer = trainer(new TribuoLogistic(0.5, 2));

    assertThat(key(trainer(new TribuoLogistic(0.5, 2)))).isEqualTo(key(trainer));
    assertThat(key(trainer(new TribuoLogistic(0.5, 3)))).isNotEqualTo(key(trainer));
    assertThat(key(trainer(TrainingLibraryTest::line))).isNotEqualTo(key(trainer));
  }

  private static String key(Trainer trainer) {
    return Fingerprints.ofParameter(trainer, "function", trainer.function());
  }

  @Test
  void thePageShowsThisLibrary() throws Exception {
    Path root = Path.of("../..");
    String page = Files.readString(root.resolve("docs/how-to/train-with-another-library.md"));
    String source =
        Files.readString(Path.of("src/test/java/io/pergola/training/TribuoLogistic.java"));
    Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);

    int shown = 0;
    while (blocks.find()) {
      String block = blocks.group(1);
      if (!block.contains("p.add(")) {
        assertThat(withoutSpaces(source)).contains(withoutSpaces(block));
        shown++;
      }
    }
    assertThat(shown).isEqualTo(3);
  }

  private static String withoutSpaces(String text) {
    return text.replaceAll("\\s+", "");
  }

  private static Trainer trainer(TrainingLibrary library) {
    return FakeRun.trainer().using(library);
  }
}
