package io.pergola.training.internal;

import io.pergola.model.ModelInputs;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Task;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.StringJoiner;

/** Compares a written servable with the network it was made of. */
public final class ParityCheck {
  /** The number of examples compared, at most. */
  public static final int ROWS = 2_000;

  /** The largest difference of two predictions that passes. */
  public static final double TOLERANCE = 1e-5;

  /** How far a probability may be from 0..1, and a sum of probabilities from 1. */
  private static final double PROBABILITY_TOLERANCE = 1e-4;

  private ParityCheck() {}

  /**
   * The largest difference between a prediction of the network and one of the servable, divided by
   * the size of the prediction where that is above 1.
   *
   * @param examples the first {@link #ROWS} are compared
   * @throws TrainingException if it is above {@link #TOLERANCE}, or the predictions of a classifier
   *     are not probabilities
   */
  public static double largestDifference(
      Path modelDirectory, Network network, TrainingFeatures features, ExampleRows examples)
      throws IOException {
    ExampleRows rows = examples.range(0, Math.min(ROWS, examples.rows()));
    float[] expected = network.output(rows);
    float[] actual;
    try (Servable servable = Servable.open(modelDirectory)) {
      Predictions predictions = servable.predict(inputs(rows, features));
      actual = predictions.values();
    }
    int width = features.outputs();
    double largest = 0;
    int worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      double size = Math.max(1, Math.abs(expected[i]));
      // Written so that NaN is a difference.
      if (!(difference / size <= largest)) {
        largest = difference / size;
        worst = i;
      }
    }
    if (!(largest <= TOLERANCE)) {
      throw new TrainingException(
          ("Cannot export the network: core.onnx predicts %s where the network predicts %s, a"
                  + " difference above %s, for %s. Leave out the layers that differ, or report it.")
              .formatted(
                  actual[worst],
                  expected[worst],
                  TOLERANCE,
                  described(rows, worst / width, features)));
    }
    requireProbabilities(expected, rows, features);
    return largest;
  }

  private static void requireProbabilities(
      float[] predictions, ExampleRows rows, TrainingFeatures features) {
    if (features.task() == Task.REGRESSION) {
      return;
    }
    int width = features.outputs();
    for (int row = 0; row < rows.rows(); row++) {
      double sum = 0;
      boolean inside = true;
      for (int i = row * width; i < (row + 1) * width; i++) {
        sum += predictions[i];
        inside &=
            predictions[i] >= -PROBABILITY_TOLERANCE && predictions[i] <= 1 + PROBABILITY_TOLERANCE;
      }
      boolean whole = width == 1 || Math.abs(sum - 1) <= PROBABILITY_TOLERANCE;
      if (!inside || !whole) {
        throw new TrainingException(
            "Cannot export the network: it predicts %s, which are not probabilities, for %s. End it with a %s activation."
                .formatted(
                    Arrays.toString(
                        Arrays.copyOfRange(predictions, row * width, (row + 1) * width)),
                    described(rows, row, features),
                    width == 1 ? "sigmoid" : "softmax"));
      }
    }
  }

  private static ModelInputs inputs(ExampleRows rows, TrainingFeatures features) {
    int d = features.dense().size();
    int k = features.categorical().size();
    float[] dense = new float[rows.rows() * d];
    long[][] categorical = new long[k][rows.rows()];
    for (int row = 0; row < rows.rows(); row++) {
      int from = row * rows.width();
      System.arraycopy(rows.features(), from, dense, row * d, d);
      for (int f = 0; f < k; f++) {
        categorical[f][row] = (long) rows.features()[from + d + f];
      }
    }
    long[][] sequences = new long[features.sequences().size()][];
    int at = d + k;
    for (int s = 0; s < sequences.length; s++) {
      int length = features.sequences().get(s).length();
      sequences[s] = new long[rows.rows() * length];
      for (int row = 0; row < rows.rows(); row++) {
        for (int i = 0; i < length; i++) {
          sequences[s][row * length + i] = (long) rows.features()[row * rows.width() + at + i];
        }
      }
      at += length;
    }
    return new ModelInputs(rows.rows(), d, dense, categorical, sequences, null);
  }

  private static String described(ExampleRows rows, int row, TrainingFeatures features) {
    StringJoiner text = new StringJoiner(", ", "the example {", "}");
    int at = row * rows.width();
    for (String name : features.dense()) {
      text.add(name + ": " + rows.features()[at++]);
    }
    for (String name : features.categorical().keySet()) {
      text.add(name + ": " + (long) rows.features()[at++]);
    }
    for (FittedPlan.SequenceFeature sequence : features.sequences()) {
      StringJoiner ids = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < sequence.length(); i++) {
        ids.add(Long.toString((long) rows.features()[at++]));
      }
      text.add(sequence.name() + ": " + ids);
    }
    return text.toString();
  }
}
