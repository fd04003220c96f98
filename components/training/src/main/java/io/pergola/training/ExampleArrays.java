package io.pergola.training;

import io.pergola.training.internal.ExampleRows;

/**
 * Some labelled examples as plain arrays, for any library. Read only: they may be shared.
 *
 * @param rows the number of examples, n
 * @param width the number of columns, {@link TrainingFeatures#width}
 * @param features row-major [n][width]: dense values, then an id of each categorical feature, then
 *     the ids of each sequence, as {@link TrainingFeatures} names them; nothing is missing: a
 *     number is 0 then, and an id is its feature's size
 * @param labels [n]: 0 or 1, a number, or a class from 0 on
 * @param weights [n], above 0; empty if each counts 1
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to libraries as they are.
public record ExampleArrays(
    int rows, int width, float[] features, float[] labels, float[] weights) {
  public ExampleArrays {
    if (features.length != (long) rows * width
        || labels.length != rows
        || (weights.length != 0 && weights.length != rows)) {
      throw new IllegalArgumentException(
          "Invalid arrays of %d examples of %d columns: %d values, %d labels, %d weights"
              .formatted(rows, width, features.length, labels.length, weights.length));
    }
  }

  static ExampleArrays of(ExampleRows rows) {
    return new ExampleArrays(
        rows.rows(), rows.width(), rows.features(), rows.labels(), rows.weights());
  }
}
