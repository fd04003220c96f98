package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.training.internal.Nd4jSettings;
import io.pergola.transform.FittedPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ImageClassifierTest {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 8;
  private static final int PIXELS = HEIGHT * WIDTH;
  private static final Columns<Object> COLUMNS = Columns.of();

  @TempDir Path folder;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  @Test
  void tellsLinesThatLieFromLinesThatStandAnywhereInTheImage() throws Exception {
    Path data = write();

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                ImageClassifier.of(t.features(), "pixels", HEIGHT, WIDTH)
                                    .filters(4, 8)
                                    .hidden(16)
                                    .learningRate(0.01)
                                    .build()))
                    .steps(120)
                    .batchSize(64));

    assertThat(run.metrics.get("evaluation_accuracy")).isGreaterThan(0.95);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  @Test
  void everyLayerOverImagesIsExported() throws Exception {
    Path data = write();

    FakeRun run =
        new FakeRun(data, folder)
            .run(FakeRun.trainer().with(ImageClassifierTest::ownNetwork).steps(20).batchSize(64));

    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
  }

  /** Windows that are not square, padding of all kinds, means, and batch normalisation. */
  private static void ownNetwork(Training training) throws Exception {
    training.fit(
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(training.seed())
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("pixels")
                .addLayer(
                    "padded",
                    new ConvolutionLayer.Builder(3, 2)
                        .padding(1, 0)
                        .stride(1, 2)
                        .nOut(4)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "pixels")
                .addLayer(
                    "larger", new Upsampling2D.Builder().size(new int[] {1, 2}).build(), "padded")
                .addLayer("zeros", new ZeroPaddingLayer(1, 0, 2, 1), "larger")
                .addLayer("normal", new BatchNormalization(), "zeros")
                .addLayer(
                    "mean",
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                        .kernelSize(2, 2)
                        .stride(1, 1)
                        .build(),
                    "normal")
                .addLayer(
                    "same",
                    new ConvolutionLayer.Builder(2, 2)
                        .convolutionMode(ConvolutionMode.Same)
                        .dilation(1, 2)
                        .nOut(5)
                        .activation(Activation.TANH)
                        .build(),
                    "mean")
                .addLayer("whole", new GlobalPoolingLayer(PoolingType.AVG), "same")
                .addLayer(
                    "output",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "whole")
                .setOutputs("output")
                .setInputTypes(InputType.convolutionalFlat(HEIGHT, WIDTH, 1))
                .build()));
  }

  @Test
  void isSizedByTheImage() {
    ImageClassifier network =
        ImageClassifier.of(features(), "pixels", HEIGHT, WIDTH).filters(4, 8).hidden(16);

    // 3 x 3 weights and a bias for each filter; 6 x 8 becomes 3 x 4, then 1 x 2.
    int convolutions = (9 + 1) * 4 + (9 * 4 + 1) * 8;
    assertThat(network.build().numParams())
        .isEqualTo(convolutions + (1 * 2 * 8 + 1) * 16 + (16 + 1) * 2);
    ComputationGraphConfiguration conf = network.build().getConfiguration();
    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
  }

  @Test
  void refusesWhatIsNoImageOfThatSize() {
    assertThatThrownBy(() -> ImageClassifier.of(features(), "pixels", 28, 28))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot see an image in feature 'pixels': it has 48 values, and 1 x 28 x 28 (channels,"
                + " height, width) are 784. Correct the size.");
    assertThatThrownBy(() -> ImageClassifier.of(features(), "image", HEIGHT, WIDTH))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot see an image in feature 'image': the plan has no such feature. Correct the"
                + " name.");
    ImageClassifier network = ImageClassifier.of(features(), "pixels", HEIGHT, WIDTH);
    assertThatThrownBy(() -> network.filters(4, 8, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid convolutions: 3 of them, which halve an image of 6 x 8 each (must be 1 to 2)");
  }

  private static TrainingFeatures features() {
    return TrainingFeatures.of(fitted().features(), 1);
  }

  /** A number beside the pixels, so that they are a part of the dense values only. */
  private static FittedPlan fitted() {
    return FittedPlan.of(
        Features.of()
            .dense(
                COLUMNS.number(Column.number("fare")),
                COLUMNS.numbers(Column.number("pixels")).padTo(PIXELS))
            .label(COLUMNS.number(Column.number("stands")).identity(2)),
        List.of());
  }

  private Path write() throws Exception {
    FittedPlan plan = fitted();
    plan.write(Files.createDirectories(folder.resolve("graph")));
    for (String split : List.of("train", "eval")) {
      ExampleBatch batch = plan.apply(raw(split.equals("train") ? 1_000 : 200, split.hashCode()));
      Path file = ExampleFiles.partFile(folder.resolve("examples"), split, 0);
      Files.createDirectories(file.getParent());
      try (ExampleFileWriter writer = ExampleFileWriter.open(file, batch.schema())) {
        writer.write(batch);
      }
    }
    return folder;
  }

  /** Noise, and a line of three pixels that lies or stands. */
  private static ExampleBatch raw(int rows, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[rows * PIXELS];
    long[] stands = new long[rows];
    int[] offsets = new int[rows + 1];
    for (int row = 0; row < rows; row++) {
      offsets[row + 1] = (row + 1) * PIXELS;
      for (int i = offsets[row]; i < offsets[row + 1]; i++) {
        pixels[i] = (float) (0.2 * random.nextGaussian());
      }
      stands[row] = random.nextInt(2);
      int y = random.nextInt(stands[row] == 1 ? HEIGHT - 2 : HEIGHT);
      int x = random.nextInt(stands[row] == 1 ? WIDTH : WIDTH - 2);
      for (int i = 0; i < 3; i++) {
        int at = stands[row] == 1 ? (y + i) * WIDTH + x : y * WIDTH + x + i;
        pixels[offsets[row] + at] += 1;
      }
    }
    return ExampleBatch.of(
        rows,
        List.of(
            FloatColumn.of("fare", new float[rows], null),
            new FloatColumn("pixels", rows, pixels, null, null, offsets),
            LongColumn.of("stands", stands, null)));
  }
}
