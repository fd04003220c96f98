package io.pergola.validation.internal;

import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;

/** Reads how much examples count. */
final class Weights {
  private Weights() {}

  /**
   * The weights of examples.
   *
   * @throws IllegalArgumentException if one has none, or one that is no finite number from 0
   */
  static double[] of(ExampleBatch batch, String feature) {
    ExampleColumn column = batch.column(feature);
    if (!column.type().isNumber()) {
      throw new IllegalArgumentException(
          "Cannot weigh examples by '%s': it is %s. Name a numeric feature."
              .formatted(feature, column.type()));
    }
    double[] weights = new double[batch.rows()];
    for (int row = 0; row < weights.length; row++) {
      int values = column.end(row) - column.start(row);
      if (values != 1) {
        throw new IllegalArgumentException(
            "Cannot weigh an example by '%s': it has %d values of it. Give every example one weight."
                .formatted(feature, values));
      }
      double weight = value(column, column.entry(column.start(row)));
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw new IllegalArgumentException(
            "Invalid weight of an example: '%s' is %s (finite, from 0)".formatted(feature, weight));
      }
      weights[row] = weight;
    }
    return weights;
  }

  private static double value(ExampleColumn column, int entry) {
    if (column instanceof LongColumn longs) {
      return longs.entries()[entry];
    }
    return column instanceof FloatColumn floats
        ? floats.entries()[entry]
        : ((DoubleColumn) column).entries()[entry];
  }
}
