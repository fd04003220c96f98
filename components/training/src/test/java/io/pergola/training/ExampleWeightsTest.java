package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import io.pergola.transform.FittedPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ExampleWeightsTest {
  private static final int ROWS = 2_000;

  @TempDir Path folder;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  @Test
  void anExampleCountsByItsWeight() throws Exception {
    // Three in four labels are x, with weight 0.1; one in four is -x, with weight 1.
    Path data = write(0.1f, 1);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(t -> t.fit(Linear.regressor(t.features()).learningRate(0.05).build()))
                    .steps(300)
                    .batchSize(256));

    // The best slope is the weighted mean of 1 and -1; errors are then 1 - slope and 1 + slope.
    double light = 0.75 * 0.1;
    double heavy = 0.25 * 1;
    double slope = (light - heavy) / (light + heavy);
    double variance = 1;
    double expected =
        variance
            * (light * Math.pow(1 - slope, 2) + heavy * Math.pow(1 + slope, 2))
            / (light + heavy);
    assertThat(run.metrics.get("evaluation_loss")).isCloseTo(expected, within(0.1));
    assertThat(slope).isLessThan(-0.5);
  }

  @Test
  void examplesWithoutWeightAreLeftOutWhateverTheNetwork() throws Exception {
    Path data = write(0, 1);
    TrainFunction function =
        t ->
            t.fit(
                new MultiLayerNetwork(
                    new NeuralNetConfiguration.Builder()
                        .seed(t.seed())
                        .updater(new Adam(0.05))
                        .list()
                        .layer(
                            new OutputLayer.Builder(LossFunction.MSE)
                                .nIn(1)
                                .nOut(1)
                                .activation(Activation.IDENTITY)
                                .build())
                        .build()));

    FakeRun run =
        new FakeRun(data, folder).run(FakeRun.trainer().with(function).steps(200).batchSize(128));

    // Only the labels that are -x are left: a line reaches them.
    assertThat(run.metrics.get("evaluation_loss")).isLessThan(0.01);
  }

  @Test
  void aWeightThatIsNegativeIsRefused() throws Exception {
    Path data = write(-2, 1);
    Trainer trainer =
        FakeRun.trainer().with(t -> t.fit(Linear.regressor(t.features()).build())).steps(1);

    assertThatThrownBy(() -> new FakeRun(data, folder).run(trainer))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train: the weight 'weight' of an example is -2.0. Make it 0 or more:"
                + " weight.clip(0, 1_000).");
  }

  @Test
  void aLossIsMultipliedByTheWeightsOfExampleAndClass() {
    INDArray logits = Nd4j.create(new float[] {1, -2}, new long[] {2, 1}, 'c');
    INDArray labels = Nd4j.create(new float[] {1, 0}, new long[] {2, 1}, 'c');
    INDArray weights = Nd4j.create(new float[] {3, 0.5f}, new long[] {2, 1}, 'c');
    var identity = Activation.IDENTITY.getActivationFunction();
    TaskLoss loss = TaskLoss.of(Task.BINARY, List.of(2.0, 4.0));

    INDArray losses = loss.computeScoreArray(labels, logits, identity, weights);
    INDArray gradient = loss.computeGradient(labels, logits, identity, weights);

    assertThat(losses.getDouble(0)).isCloseTo(4 * 3 * Math.log1p(Math.exp(-1)), within(1e-5));
    assertThat(losses.getDouble(1)).isCloseTo(2 * 0.5 * Math.log1p(Math.exp(-2)), within(1e-5));
    assertThat(gradient.getDouble(0)).isCloseTo(12 * (1 / (1 + Math.exp(-1)) - 1), within(1e-5));
    assertThat(gradient.getDouble(1)).isCloseTo(1 / (1 + Math.exp(2)), within(1e-5));
  }

  /** Numbers x, and a label that is x, or -x in one of four; some weights are missing. */
  private Path write(float light, float heavy) throws Exception {
    Columns<Object> columns = Columns.of();
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .dense(columns.number(Column.number("x")))
                .weight(columns.number(Column.number("weight")))
                .label(columns.number(Column.number("y"))),
            List.of());
    plan.write(Files.createDirectories(folder.resolve("graph")));
    for (String split : List.of("train", "eval")) {
      Random random = new Random(split.hashCode());
      float[] x = new float[ROWS];
      float[] y = new float[ROWS];
      float[] weight = new float[ROWS];
      BitSet weighted = new BitSet();
      for (int row = 0; row < ROWS; row++) {
        x[row] = (float) random.nextGaussian();
        y[row] = row % 4 == 0 ? -x[row] : x[row];
        weight[row] = row % 4 == 0 ? heavy : light;
        weighted.set(row, row % 50 != 7);
        // What is missing must not be trained on.
        y[row] = weighted.get(row) ? y[row] : 1_000;
      }
      ExampleBatch batch =
          plan.apply(
              ExampleBatch.of(
                  ROWS,
                  List.of(
                      FloatColumn.of("x", x, null),
                      FloatColumn.of("y", y, null),
                      FloatColumn.of("weight", weight, ExampleColumn.presenceOf(weighted, ROWS)))));
      Path file = ExampleFiles.partFile(folder.resolve("examples"), split, 0);
      Files.createDirectories(file.getParent());
      try (ExampleFileWriter writer = ExampleFileWriter.open(file, batch.schema())) {
        writer.write(batch);
      }
    }
    return folder;
  }
}
