package io.pergola.training.internal;

import io.pergola.model.ModelInputs;
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
 */
@SuppressWarnings("ArrayRecordComponent") // Shared inside this package and read only.
public record ExampleRows(int rows, int width, float[] features, float[] labels) {

  /** Those of the examples that have a label; a negative class counts as missing. */
  static ExampleRows labelled(ModelInputs inputs, boolean classes) {
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
    int n = 0;
    for (int row = 0; row < inputs.rows(); row++) {
      if (Float.isNaN(label[row]) || (classes && label[row] < 0)) {
        continue;
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
    return n == inputs.rows()
        ? new ExampleRows(n, width, features, labels)
        : new ExampleRows(n, width, Arrays.copyOf(features, n * width), Arrays.copyOf(labels, n));
  }

  /** Every so many examples, from the one at {@code first} on. */
  ExampleRows every(int step, int first) {
    int count = first >= rows ? 0 : (rows - first - 1) / step + 1;
    ExampleRows some = new ExampleRows(count, width, new float[count * width], new float[count]);
    for (int i = 0; i < count; i++) {
      int row = first + i * step;
      System.arraycopy(features, row * width, some.features, i * width, width);
      some.labels[i] = labels[row];
    }
    return some;
  }

  /** Examples {@code from} to {@code to}, exclusive. */
  public ExampleRows range(int from, int to) {
    return new ExampleRows(
        to - from,
        width,
        Arrays.copyOfRange(features, from * width, to * width),
        Arrays.copyOfRange(labels, from, to));
  }
}
