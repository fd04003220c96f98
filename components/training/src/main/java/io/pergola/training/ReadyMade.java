package io.pergola.training;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A network that is sized by a plan's features and ends as its label wants it: the probability of a
 * truth value, those of several classes, or a number. Trained with Adam on the loss of its task.
 * Immutable.
 *
 * @param <M> the network itself
 */
public sealed interface ReadyMade<M extends ReadyMade<M>> permits Linear, HiddenLayers {
  /** What the network is sized by. */
  TrainingFeatures features();

  /** How it learns. */
  LearningOptions learning();

  /** The same, learning with other options. */
  M learning(LearningOptions options);

  /** The network, with initial weights that depend on the features' seed only. */
  ComputationGraph build();

  /** The same with this learning rate at every step; 0.001 unless called. */
  default M learningRate(double rate) {
    return learningRate(LearningRate.constant(rate));
  }

  /** The same with a learning rate that changes with the steps. */
  default M learningRate(LearningRate rate) {
    return learning(learning().rate(rate));
  }

  /** The same with this L1 regularisation; 0 unless called. */
  default M l1(double factor) {
    return learning(learning().l1(factor));
  }

  /** The same with this L2 regularisation; 0 unless called. */
  default M l2(double factor) {
    return learning(learning().l2(factor));
  }

  /** The same, scaling each layer's gradient down to an L2 norm of {@code limit} at most. */
  default M clipNorm(double limit) {
    return learning(
        learning().clipping(new GradientClipping(GradientClipping.By.LAYER_NORM, limit)));
  }

  /** The same, with every element of a gradient brought into {@code -limit..limit}. */
  default M clipValue(double limit) {
    return learning(learning().clipping(new GradientClipping(GradientClipping.By.VALUE, limit)));
  }

  /**
   * The same with a weight for each class, by which the losses of its examples are multiplied while
   * it trains; the evaluation loss has no weights. 1 each unless called.
   *
   * @param weights in the order of the classes; two of a truth value: false, true
   */
  default M classWeights(double... weights) {
    return learning(learning().classWeights(weights));
  }
}
