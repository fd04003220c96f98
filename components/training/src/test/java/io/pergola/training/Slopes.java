package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Compares the gradient that a network over masked sequences computes with the slope of its loss.
 */
final class Slopes {
  private static final double TOLERANCE = 2e-3;

  private Slopes() {}

  /** Normal values. */
  static INDArray values(long seed, long... shape) {
    Random random = new Random(seed);
    INDArray values = Nd4j.create(shape);
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian());
    }
    return values;
  }

  /**
   * Compares at two sequences, of which the second is two steps shorter.
   *
   * @param network with one input [2, in, length] and one output [2, 1]
   * @param parameters how many it has
   * @param step how far a parameter is moved to either side
   */
  static void agree(ComputationGraph network, int in, int length, int parameters, double step) {
    INDArray labels = values(2, 2, 1);
    INDArray mask = Nd4j.ones(2, length);
    mask.putScalar(1, length - 1, 0);
    mask.putScalar(1, length - 2, 0);
    INDArray x = values(3, 2, in, length);
    network.setInputs(x);
    network.setLabels(labels);
    network.setLayerMaskArrays(new INDArray[] {mask}, null);
    network.computeGradientAndScore();
    // Of the sum over both examples; the score is their mean.
    INDArray gradient = network.gradient().gradient().div(2);
    assertThat(gradient.length()).isEqualTo(parameters);
    MultiDataSet data =
        new MultiDataSet(new INDArray[] {x}, new INDArray[] {labels}, new INDArray[] {mask}, null);
    for (int i = 0; i < parameters; i++) {
      double at = network.params().getDouble(i);
      network.params().putScalar(i, at + step);
      double above = network.score(data, true);
      network.params().putScalar(i, at - step);
      double below = network.score(data, true);
      network.params().putScalar(i, at);
      assertThat(gradient.getDouble(i))
          .as("parameter %d", i)
          .isCloseTo((above - below) / (2 * step), within(TOLERANCE));
    }
  }
}
