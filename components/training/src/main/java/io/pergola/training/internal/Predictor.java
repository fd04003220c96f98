package io.pergola.training.internal;

/** Whatever predicts from features: a network, or a model of another library. */
@FunctionalInterface
public interface Predictor {
  /** Predictions, row-major [rows][outputs]. */
  float[] output(ExampleRows examples);
}
