package io.pergola.training.internal;

import io.pergola.model.ModelInputs;
import io.pergola.transform.FittedPlan;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Labelled examples as a network takes them.
 *
 * @param rows n
 * @param width the number of floats of an example
 * @param features row-major [n][width]: dense values, an id for each categorical feature, the ids
 *     of each sequence
 * @param labels [n]
 * @param weights [n], above 0; empty if each counts 1
 */
@SuppressWarnings("ArrayRecordComponent") // Shared inside this package and read only.
public record ExampleRows(int rows, int width, float[] features, float[] labels, float[] weights) {

  /** Examples that all count the same. */
  public ExampleRows(int rows, int width, float[] features, float[] labels) {
    this(rows, width, features, labels, new float[0]);
  }

  /** Room for some examples. */
  static ExampleRows room(int rows, int width, Weighted weighted) {
    return new ExampleRows(
        rows,
        width,
        new float[Math.multiplyExact(rows, width)],
        new float[rows],
        new float[weighted == Weighted.BY_FEATURE ? rows : 0]);
  }

  /** Whether examples have weights. */
  enum Weighted {
    ALIKE,
    BY_FEATURE;

    static Weighted of(FittedPlan.Features features) {
      return features.weight().isPresent() ? BY_FEATURE : ALIKE;
    }
  }

  /**
   * Those of the examples that have a label and a weight above 0; a negative class counts as
   * missing.
   *
   * @param weight [n], NaN where missing; null if all count the same
   */
  static ExampleRows labelled(ModelInputs inputs, boolean classes, float @Nullable [] weight) {
    float @Nullable [] label = inputs.label();
    int d = inputs.width();
    int k = inputs.categorical().length;
    int rows = inputs.rows();
    int[] lengths = new int[inputs.sequences().length];
    for (int s = 0; s < lengths.length; s++) {
      lengths[s] = rows == 0 ? 0 : inputs.sequences()[s].length / rows;
    }
    int width = d + k + Arrays.stream(lengths).sum();
    if (label == null) {
      return new ExampleRows(0, width, new float[0], new float[0]);
    }
    float[] features = new float[Math.multiplyExact(inputs.rows(), width)];
    float[] labels = new float[inputs.rows()];
    float[] weights = new float[weight == null ? 0 : inputs.rows()];
    int n = 0;
    for (int row = 0; row < inputs.rows(); row++) {
      if (Float.isNaN(label[row]) || (classes && label[row] < 0)) {
        continue;
      }
      if (weight != null) {
        if (!(weight[row] > 0)) {
          continue;
        }
        weights[n] = weight[row];
      }
      System.arraycopy(inputs.dense(), row * d, features, n * width, d);
      for (int f = 0; f < k; f++) {
        features[n * width + d + f] = inputs.categorical()[f][row];
      }
      int at = n * width + d + k;
      for (int s = 0; s < lengths.length; s++) {
        for (int i = 0; i < lengths[s]; i++) {
          features[at++] = inputs.sequences()[s][row * lengths[s] + i];
        }
      }
      labels[n++] = label[row];
    }
    ExampleRows all = new ExampleRows(n, width, features, labels, weights);
    return n == inputs.rows() ? all : all.range(0, n);
  }

  /** Every so many examples, from the one at {@code first} on. */
  ExampleRows every(int step, int first) {
    int count = first >= rows ? 0 : (rows - first - 1) / step + 1;
    ExampleRows some =
        room(count, width, weights.length > 0 ? Weighted.BY_FEATURE : Weighted.ALIKE);
    for (int i = 0; i < count; i++) {
      copy(first + i * step, some, i);
    }
    return some;
  }

  /** Copies one example to a place of others. */
  void copy(int row, ExampleRows to, int at) {
    System.arraycopy(features, row * width, to.features, at * width, width);
    to.labels[at] = labels[row];
    if (weights.length > 0) {
      to.weights[at] = weights[row];
    }
  }

  /** All of the examples, their labels not looked at. */
  public static ExampleRows unlabelled(ModelInputs inputs) {
    ModelInputs all =
        new ModelInputs(
            inputs.rows(),
            inputs.width(),
            inputs.dense(),
            inputs.categorical(),
            inputs.sequences(),
            new float[inputs.rows()]);
    return labelled(all, false, null);
  }

  /** Examples {@code from} to {@code to}, exclusive. */
  public ExampleRows range(int from, int to) {
    return new ExampleRows(
        to - from,
        width,
        Arrays.copyOfRange(features, from * width, to * width),
        Arrays.copyOfRange(labels, from, to),
        weights.length == 0 ? weights : Arrays.copyOfRange(weights, from, to));
  }
}
