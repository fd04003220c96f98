package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.model.Task;
import io.pergola.training.internal.Nd4jSettings;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

class MultiHeadAttentionTest {
  private static final int IN = 3;
  private static final int UNITS = 4;
  private static final int HEADS = 2;
  private static final int LENGTH = 5;

  @BeforeAll
  static void settings() {
    Nd4jSettings.apply();
  }

  @Test
  void computesWhatItsFormulasSay() {
    ComputationGraph network = network();
    INDArray given = Slopes.values(1, 1, IN, LENGTH);
    INDArray w = network.getLayer("attention").getParam("W");
    INDArray b = network.getLayer("attention").getParam("b");
    INDArray result = network.feedForward(new INDArray[] {given}, false).get("attention");
    INDArray x = network.feedForward(new INDArray[] {given}, false).get("below");
    double[][] q = projected(x, w, 0);
    double[][] k = projected(x, w, IN * UNITS);
    double[][] v = projected(x, w, 2 * IN * UNITS);

    int depth = UNITS / HEADS;
    for (int t = 0; t < LENGTH; t++) {
      double[] found = new double[UNITS];
      for (int head = 0; head < HEADS; head++) {
        double sum = 0;
        for (int other = 0; other < LENGTH; other++) {
          double score = 0;
          for (int j = head * depth; j < (head + 1) * depth; j++) {
            score += q[t][j] * k[other][j];
          }
          double share = Math.exp(score / Math.sqrt(depth));
          sum += share;
          for (int j = head * depth; j < (head + 1) * depth; j++) {
            found[j] += share * v[other][j];
          }
        }
        for (int j = head * depth; j < (head + 1) * depth; j++) {
          found[j] /= sum;
        }
      }
      for (int j = 0; j < UNITS; j++) {
        double expected = b.getDouble(j);
        for (int i = 0; i < UNITS; i++) {
          expected += found[i] * w.getDouble(3 * IN * UNITS + i * UNITS + j);
        }
        assertThat(result.getDouble(0, j, t)).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void itsGradientIsTheSlopeOfTheLoss() {
    int parameters = 4 * IN * IN + IN + (3 * IN + UNITS) * UNITS + UNITS + UNITS + 1;
    Slopes.agree(network(), IN, LENGTH, parameters, 1e-2);
  }

  @Test
  void aMaskedStepIsFoundByNoneAndGivesNothing() {
    ComputationGraph network = network();
    INDArray x = Slopes.values(1, 1, IN, LENGTH);
    INDArray mask = Nd4j.ones(1, LENGTH);
    mask.putScalar(0, LENGTH - 1, 0);
    network.setLayerMaskArrays(new INDArray[] {mask}, null);
    INDArray before = network.feedForward(new INDArray[] {x}, false).get("attention").dup();
    x.putScalar(new int[] {0, 0, LENGTH - 1}, 100);
    INDArray after = network.feedForward(new INDArray[] {x}, false).get("attention");

    assertThat(after).isEqualTo(before);
    for (int j = 0; j < UNITS; j++) {
      assertThat(after.getDouble(0, j, LENGTH - 1)).isZero();
      assertThat(after.getDouble(0, j, 0)).isNotZero();
    }
  }

  @Test
  void survivesJson() {
    ComputationGraphConfiguration conf = network().getConfiguration();

    assertThat(ComputationGraphConfiguration.fromJson(conf.toJson())).isEqualTo(conf);
    assertThat(MultiHeadAttention.of(4, 4, 2)).isNotEqualTo(MultiHeadAttention.of(4, 4, 4));
  }

  @Test
  void refusesHeadsThatDoNotDivideIt() {
    assertThatThrownBy(() -> MultiHeadAttention.of(3, 4, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid size of an attention layer: 3 to 4 with 3 heads (must be 1 or more, and the"
                + " second a multiple of the third)");
  }

  /** Each step times a matrix [IN][UNITS] that begins at a place of the weights. */
  private static double[][] projected(INDArray x, INDArray w, int at) {
    double[][] result = new double[LENGTH][UNITS];
    for (int t = 0; t < LENGTH; t++) {
      for (int j = 0; j < UNITS; j++) {
        for (int i = 0; i < IN; i++) {
          result[t][j] += x.getDouble(0, i, t) * w.getDouble(at + i * UNITS + j);
        }
      }
    }
    return result;
  }

  /** Something to learn stands before the attention as well, so that its slope by x is checked. */
  private static ComputationGraph network() {
    ComputationGraph network =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new NoOp())
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", MultiHeadAttention.of(IN, IN, 1), "x")
                .addLayer("attention", MultiHeadAttention.of(IN, UNITS, HEADS), "below")
                .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "attention")
                .addLayer(
                    "sum",
                    new DenseLayer.Builder()
                        .nIn(UNITS)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build(),
                    "mean")
                .addLayer(
                    "prediction",
                    new LossLayer.Builder(TaskLoss.of(Task.REGRESSION))
                        .activation(Activation.IDENTITY)
                        .build(),
                    "sum")
                .setOutputs("prediction")
                .build());
    network.init();
    INDArray biases = network.getLayer("attention").getParam("b");
    biases.assign(Slopes.values(9, biases.length()).mul(0.3));
    return network;
  }
}
