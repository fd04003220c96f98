package io.pergola.training.internal;

import io.pergola.model.Task;
import io.pergola.training.TrainingFeatures;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the evaluation examples say of a model, the same for every model of a task.
 *
 * @param loss the mean over examples, by their weights: log loss (natural logarithm) of
 *     probabilities, or squared error
 * @param metrics {@code accuracy} and, of two classes that both occur, {@code auc}; {@code mae} of
 *     numbers: as the Evaluator names and defines them, by the weights of examples
 */
public record Evaluated(double loss, SortedMap<String, Double> metrics) {
  /** Probabilities are kept this far from 0 and 1. */
  private static final double EPSILON = 1e-7;

  private static final int BATCH = 4_096;

  /**
   * Runs a model on examples.
   *
   * @param examples one or more
   */
  public static Evaluated of(Predictor model, TrainingFeatures features, ExampleRows examples) {
    int width = features.outputs();
    float[] predictions = new float[Math.multiplyExact(examples.rows(), width)];
    for (int from = 0; from < examples.rows(); from += BATCH) {
      ExampleRows batch = examples.range(from, Math.min(examples.rows(), from + BATCH));
      float[] part = model.output(batch);
      System.arraycopy(part, 0, predictions, from * width, part.length);
    }
    return of(features.task(), predictions, examples.labels(), examples.weights());
  }

  /**
   * Compares predictions with labels, all of which count the same.
   *
   * @param predictions row-major [labels][outputs]
   */
  static Evaluated of(Task task, float[] predictions, float[] labels) {
    return of(task, predictions, labels, new float[0]);
  }

  /**
   * Compares predictions with labels.
   *
   * @param predictions row-major [labels][outputs]
   * @param weights by which examples count; empty for 1 each
   */
  static Evaluated of(Task task, float[] predictions, float[] labels, float[] weights) {
    int width = predictions.length / labels.length;
    double all = 0;
    double loss = 0;
    double right = 0;
    double error = 0;
    for (int row = 0; row < labels.length; row++) {
      int at = row * width;
      float label = labels[row];
      double weight = weights.length == 0 ? 1 : weights[row];
      all += weight;
      switch (task) {
        case BINARY -> {
          loss -= weight * Math.log(inside(label > 0.5f ? predictions[at] : 1 - predictions[at]));
          right += predictions[at] > 0.5f == label > 0.5f ? weight : 0;
        }
        case MULTICLASS -> {
          loss -= weight * Math.log(inside(predictions[at + (int) label]));
          right += largest(predictions, at, width) == (int) label ? weight : 0;
        }
        case REGRESSION -> {
          double difference = (double) predictions[at] - label;
          loss += weight * difference * difference;
          error += weight * Math.abs(difference);
        }
      }
    }
    SortedMap<String, Double> metrics = new TreeMap<>();
    if (task == Task.REGRESSION) {
      metrics.put("mae", error / all);
    } else {
      metrics.put("accuracy", right / all);
    }
    if (task == Task.BINARY) {
      double auc = auc(predictions, labels, weights);
      if (!Double.isNaN(auc)) {
        metrics.put("auc", auc);
      }
    }
    return new Evaluated(loss / all, metrics);
  }

  /**
   * The share of pairs of a positive and a negative example in which the positive one has the
   * larger prediction, ties counting half (Mann and Whitney, 1947), a pair by the product of its
   * weights; NaN without such a pair, or with a prediction that is NaN.
   */
  private static double auc(float[] predictions, float[] labels, float[] weights) {
    // The bits of a prediction, in its order, above the number of its example.
    long[] sorted = new long[labels.length];
    for (int row = 0; row < sorted.length; row++) {
      int bits = Float.floatToIntBits(predictions[row] + 0f);
      long ordered = bits ^ (bits >> 31 & Integer.MAX_VALUE);
      sorted[row] = ordered << 32 | row;
      if (Float.isNaN(predictions[row])) {
        return Double.NaN;
      }
    }
    Arrays.sort(sorted);
    double wins = 0;
    double positives = 0;
    double negatives = 0;
    for (int from = 0, to; from < sorted.length; from = to) {
      double tiedPositives = 0;
      double tiedNegatives = 0;
      for (to = from; to < sorted.length && sorted[to] >> 32 == sorted[from] >> 32; to++) {
        int row = (int) sorted[to];
        double weight = weights.length == 0 ? 1 : weights[row];
        if (labels[row] > 0.5f) {
          tiedPositives += weight;
        } else {
          tiedNegatives += weight;
        }
      }
      wins += tiedPositives * (negatives + tiedNegatives / 2);
      positives += tiedPositives;
      negatives += tiedNegatives;
    }
    return wins / positives / negatives;
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
