package io.pergola.training;

/** Predicts from features. */
@FunctionalInterface
public interface Scorer {
  /**
   * Predicts.
   *
   * @param examples labels and weights are not to be looked at
   * @return row-major [n][outputs]: the probability that the label is true, a number, or the
   *     probability of each class
   */
  float[] predict(ExampleArrays examples);
}
