package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

class GatedRecurrentTest {
  private static final int IN = 3;
  private static final int UNITS = 4;
  private static final int LENGTH = 5;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  @Test
  void computesWhatItsFormulasSay() {
    ComputationGraph network = network();
    INDArray x = Slopes.values(1, 1, IN, LENGTH);
    double[][] w = new double[IN + UNITS][3 * UNITS];
    INDArray flat = network.getLayer("memory").getParam("W");
    for (int row = 0; row < w.length; row++) {
      for (int column = 0; column < 3 * UNITS; column++) {
        w[row][column] = flat.getDouble(row * 3 * UNITS + column);
      }
    }
    INDArray b = network.getLayer("memory").getParam("b");

    double[] h = new double[UNITS];
    for (int t = 0; t < LENGTH; t++) {
      double[] z = new double[UNITS];
      double[] r = new double[UNITS];
      for (int j = 0; j < UNITS; j++) {
        z[j] = logistic(sum(x, t, h, w, b, j));
        r[j] = logistic(sum(x, t, h, w, b, UNITS + j));
      }
      double[] kept = new double[UNITS];
      for (int j = 0; j < UNITS; j++) {
        kept[j] = r[j] * h[j];
      }
      double[] next = new double[UNITS];
      for (int j = 0; j < UNITS; j++) {
        double candidate = Math.tanh(sum(x, t, kept, w, b, 2 * UNITS + j));
        next[j] = (1 - z[j]) * candidate + z[j] * h[j];
      }
      h = next;
    }

    INDArray last = network.feedForward(new INDArray[] {x}, false).get("last");
    for (int j = 0; j < UNITS; j++) {
      assertThat(last.getDouble(0, j)).isCloseTo(h[j], within(1e-6));
    }
  }

  @Test
  void itsGradientIsTheSlopeOfTheLoss() {
    int parameters = (IN + UNITS + 1) * 3 * UNITS + UNITS + 1;
    Slopes.agree(network(), IN, LENGTH, parameters, 2e-2);
  }

  @Test
  void aMaskedEndChangesNothing() {
    ComputationGraph network = network();
    INDArray x = Slopes.values(1, 1, IN, LENGTH);
    INDArray mask = Nd4j.ones(1, LENGTH);
    mask.putScalar(0, LENGTH - 1, 0);
    INDArray longer = network.output(false, new INDArray[] {x}, new INDArray[] {mask})[0].dup();
    x.putScalar(new int[] {0, 0, LENGTH - 1}, 100);
    INDArray same = network.output(false, new INDArray[] {x}, new INDArray[] {mask})[0];

    assertThat(same).isEqualTo(longer);
  }

  @Test
  void survivesJson() {
    ComputationGraphConfiguration conf = network().getConfiguration();

    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
  }

  @Test
  void refusesToHaveNoUnits() {
    assertThatThrownBy(() -> GatedRecurrent.of(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid size of a recurrent layer: 3 to 0 (must be 1 or more)");
  }

  private static double sum(INDArray x, int t, double[] h, double[][] w, INDArray b, int column) {
    double sum = b.getDouble(column);
    for (int i = 0; i < IN; i++) {
      sum += x.getDouble(0, i, t) * w[i][column];
    }
    for (int j = 0; j < UNITS; j++) {
      sum += h[j] * w[IN + j][column];
    }
    return sum;
  }

  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("x")
                .addLayer("memory", GatedRecurrent.of(IN, UNITS), "x")
                .addVertex("last", new LastTimeStepVertex("x"), "memory")
                .addLayer(
                    "sum",
                    new DenseLayer.Builder()
                        .nIn(UNITS)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "last")
                .addLayer(
                    "prediction",
                    new LossLayer.Builder(TaskLoss.of(Task.REGRESSION))
                        .activation(Activation.IDENTITY)
                        .build(),
                    "sum")
                .setOutputs("prediction")
                .build());
    network.init();
    INDArray biases = network.getLayer("memory").getParam("b");
    biases.assign(Slopes.values(9, biases.length()).mul(0.3));
    return network;
  }
}
