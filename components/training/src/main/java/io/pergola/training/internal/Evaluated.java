package io.pergola.training.internal;

import io.pergola.model.Task;
import io.pergola.training.TrainingFeatures;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the evaluation examples say of a network, the same for every network of a task.
 *
 * @param loss the mean over examples: log loss (natural logarithm) of probabilities, or squared
 *     error
 * @param metrics {@code accuracy} and, of two classes that both occur, {@code auc}; {@code mae} of
 *     numbers: as the Evaluator names and defines them
 */
public record Evaluated(double loss, SortedMap<String, Double> metrics) {
  /** Probabilities are kept this far from 0 and 1. */
  private static final double EPSILON = 1e-7;

  private static final int BATCH = 4_096;

  /**
   * Runs a network on examples.
   *
   * @param examples one or more
   */
  public static Evaluated of(Network network, TrainingFeatures features, ExampleRows examples) {
    int width = features.outputs();
    float[] predictions = new float[Math.multiplyExact(examples.rows(), width)];
    for (int from = 0; from < examples.rows(); from += BATCH) {
      ExampleRows batch = examples.range(from, Math.min(examples.rows(), from + BATCH));
      float[] part = network.output(batch);
      System.arraycopy(part, 0, predictions, from * width, part.length);
    }
    return of(features.task(), predictions, examples.labels());
  }

  /**
   * Compares predictions with labels.
   *
   * @param predictions row-major [labels][outputs]
   */
  static Evaluated of(Task task, float[] predictions, float[] labels) {
    int width = predictions.length / labels.length;
    double loss = 0;
    double right = 0;
    double error = 0;
    for (int row = 0; row < labels.length; row++) {
      int at = row * width;
      float label = labels[row];
      switch (task) {
        case BINARY -> {
          loss -= Math.log(inside(label > 0.5f ? predictions[at] : 1 - predictions[at]));
          right += predictions[at] > 0.5f == label > 0.5f ? 1 : 0;
        }
        case MULTICLASS -> {
          loss -= Math.log(inside(predictions[at + (int) label]));
          right += largest(predictions, at, width) == (int) label ? 1 : 0;
        }
        case REGRESSION -> {
          double difference = (double) predictions[at] - label;
          loss += difference * difference;
          error += Math.abs(difference);
        }
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    if (task == Task.REGRESSION) {
      metrics.put("mae", error / labels.length);
    } else {
      metrics.put("accuracy", right / labels.length);
    }
    if (task == Task.BINARY) {
      double auc = auc(predictions, labels);
      if (!Double.isNaN(auc)) {
        metrics.put("auc", auc);
      }
    }
    return new Evaluated(loss / labels.length, metrics);
  }

  /**
   * The share of pairs of a positive and a negative example in which the positive one has the
   * larger prediction, ties counting half (Mann and Whitney, 1947); NaN without such a pair.
   */
  private static double auc(float[] predictions, float[] labels) {
    int positives = 0;
    for (float label : labels) {
      positives += label > 0.5f ? 1 : 0;
    }
    float[] positive = new float[positives];
    float[] negative = new float[labels.length - positives];
    for (int row = 0, p = 0, n = 0; row < labels.length; row++) {
      if (labels[row] > 0.5f) {
        positive[p++] = predictions[row];
      } else {
        negative[n++] = predictions[row];
      }
    }
    Arrays.sort(positive);
    Arrays.sort(negative);
    double wins = 0;
    int below = 0;
    int notAbove = 0;
    for (float value : positive) {
      while (below < negative.length && negative[below] < value) {
        below++;
      }
      while (notAbove < negative.length && negative[notAbove] <= value) {
        notAbove++;
      }
      wins += (below + notAbove) / 2.0;
    }
    return wins / positive.length / negative.length;
  }

  private static int largest(float[] values, int from, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  private static double inside(double probability) {
    // NaN stays NaN, and the loop stops on it.
    return Math.max(EPSILON, Math.min(1 - EPSILON, probability));
  }
}
