package io.pergola.training.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class RowMajorDenseTest {
  private static final int ROWS = 37;
  private static final int WIDTH = 5;

  static Stream<Arguments> layers() {
    return Stream.of(
        variant("relu", layer -> layer.activation(Activation.RELU)),
        variant("identity", layer -> layer.activation(Activation.IDENTITY)),
        variant("tanh", layer -> layer.activation(Activation.TANH)),
        variant("leaky relu", layer -> layer.activation(Activation.LEAKYRELU)),
        variant("no bias", layer -> layer.activation(Activation.RELU).hasBias(false)),
        variant("layer norm", layer -> layer.activation(Activation.RELU).hasLayerNorm(true)),
        variant("dropout", layer -> layer.activation(Activation.RELU).dropOut(new EveryThird())));
  }

  /** Drops the same values in each step, in place where that is allowed. */
  private static final class EveryThird extends Dropout {
    private static final long serialVersionUID = 1L;

    EveryThird() {
      super(2.0 / 3);
    }

    @Override
    public INDArray applyDropout(
        INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
      return result.assign(input).muli(mask(input));
    }

    @Override
    public INDArray backprop(INDArray gradient, INDArray result, int iteration, int epoch) {
      return result.assign(gradient).muli(mask(gradient));
    }

    @Override
    public EveryThird clone() {
      return this;
    }

    private INDArray mask(INDArray like) {
      float[] mask = new float[(int) like.length()];
      for (int i = 0; i < mask.length; i++) {
        mask[i] = i % 3 == 0 ? 0 : 1.5f;
      }
      return Nd4j.create(mask, like.shape(), 'c');
    }
  }

  private static Arguments variant(String name, UnaryOperator<DenseLayer.Builder> settings) {
    return Arguments.of(name, settings);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void trainsAsDeeplearning4jsOwnLayer(String name, UnaryOperator<DenseLayer.Builder> settings) {
    ComputationGraph plain = new ComputationGraph(graph(settings));
    plain.init();
    ComputationGraph ours = new ComputationGraph(graph(settings));
    ours.init();
    RowMajorDense.into(ours);
    ours.setParams(plain.params());

    INDArray before = plain.params().dup();
    INDArray x = values(ROWS, WIDTH);
    INDArray y = values(ROWS, 2);
    for (int step = 0; step < 5; step++) {
      fit(plain, x, y);
      fit(ours, x, y);
    }

    assertThat(ours.getLayer("first")).isInstanceOf(RowMajorDense.class);
    assertThat(ours.getLayers()).hasAtLeastOneElementOfType(RowMajorDense.class);
    assertThat(before.distance1(plain.params())).isGreaterThan(0.01);
    assertThat(ours.params().toDoubleVector())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(plain.params().toDoubleVector());
    assertThat(ours.score()).isCloseTo(plain.score(), within(1e-5));
    assertThat(ours.outputSingle(x).data().asDouble())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(plain.outputSingle(x).data().asDouble());
    assertThat(ours.getConfiguration().toJson()).isEqualTo(plain.getConfiguration().toJson());
  }

  @Test
  void layersInARowTrainTheSame() {
    MultiLayerNetwork plain = layersInARow();
    MultiLayerNetwork ours = layersInARow();
    RowMajorDense.into(ours);
    ours.setParams(plain.params());
    INDArray x = values(ROWS, WIDTH);
    INDArray y = values(ROWS, 2);
    for (int step = 0; step < 5; step++) {
      plain.fit(x, y);
      ours.fit(x, y);
    }
    assertThat(ours.getLayer(0)).isInstanceOf(RowMajorDense.class);
    assertThat(ours.params().toDoubleVector())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(plain.params().toDoubleVector());
  }

  @Test
  void aNetworkUnderTrainingGoesOn() {
    UnaryOperator<DenseLayer.Builder> relu = layer -> layer.activation(Activation.RELU);
    ComputationGraph plain = new ComputationGraph(graph(relu));
    plain.init();
    ComputationGraph ours = new ComputationGraph(graph(relu));
    ours.init();
    ours.setParams(plain.params());
    INDArray x = values(ROWS, WIDTH);
    INDArray y = values(ROWS, 2);
    for (int step = 0; step < 4; step++) {
      fit(plain, x, y);
      fit(ours, x, y);
      if (step == 1) {
        RowMajorDense.into(ours);
      }
    }
    assertThat(ours.params().toDoubleVector())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(plain.params().toDoubleVector());
  }

  private static void fit(ComputationGraph network, INDArray x, INDArray y) {
    network.fit(new INDArray[] {x.dup()}, new INDArray[] {y.dup()});
  }

  /** Two branches from one layer, which dropout of the next layers changes in place. */
  private static ComputationGraphConfiguration graph(UnaryOperator<DenseLayer.Builder> settings) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(new Sgd(0.1))
        .graphBuilder()
        .addInputs("in")
        .addLayer("first", layer(settings, WIDTH, 8), "in")
        .addLayer("left", layer(settings, 8, 4), "first")
        .addLayer("right", layer(settings, 8, 4), "first")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "left", "right")
        .addLayer("last", layer(settings, 4, 2), "sum")
        .addLayer("out", loss(), "last")
        .setOutputs("out")
        .build();
  }

  private static MultiLayerNetwork layersInARow() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Sgd(0.1))
                .list()
                .layer(layer(layer -> layer.activation(Activation.RELU), WIDTH, 8))
                .layer(layer(layer -> layer.activation(Activation.SIGMOID), 8, 2))
                .layer(loss())
                .build());
    network.init();
    return network;
  }

  private static DenseLayer layer(
      UnaryOperator<DenseLayer.Builder> settings, int width, int outputs) {
    return settings.apply(new DenseLayer.Builder().nIn(width).nOut(outputs)).build();
  }

  private static LossLayer loss() {
    return new LossLayer.Builder(LossFunctions.LossFunction.MSE)
        .activation(Activation.IDENTITY)
        .build();
  }

  private static INDArray values(int rows, int columns) {
    Random random = new Random(rows + columns);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.create(values, new long[] {rows, columns}, 'c');
  }
}
