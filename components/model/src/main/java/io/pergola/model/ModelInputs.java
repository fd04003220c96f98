package io.pergola.model;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.transform.FittedPlan;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Features as a network takes them: the one place where missing values become numbers, for
 * training, evaluation and serving alike.
 *
 * @param rows n, the number of examples
 * @param width d, the number of floats of all dense features
 * @param dense row-major [n][d], features in the plan's order, each as wide as it is; 0 where
 *     missing
 * @param categorical [k][n], one array a feature in the plan's order; ids in 0..size-1, and {@code
 *     size} where missing or out of the vocabulary (-1)
 * @param sequences [s][n * length], row-major, one array a feature in the plan's order; ids in
 *     0..size-1, and {@code size} as padding, and everywhere where missing
 * @param label [n], NaN where missing; null if the examples have none
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to native code as they are.
public record ModelInputs(
    int rows,
    int width,
    float[] dense,
    long[][] categorical,
    long[][] sequences,
    float @Nullable [] label) {

  /** Inputs without sequences. */
  public ModelInputs(
      int rows, int width, float[] dense, long[][] categorical, float @Nullable [] label) {
    this(rows, width, dense, categorical, new long[0][], label);
  }

  /**
   * The inputs in some transformed examples.
   *
   * @param features of the plan that transformed them
   * @throws IllegalArgumentException if a feature's column is absent, of another type, or has an id
   *     of {@code size} or more
   */
  public static ModelInputs of(FittedPlan.Features features, ExampleBatch transformed) {
    int rows = transformed.rows();
    int width = features.denseWidth();
    float[] dense = new float[Math.multiplyExact(rows, width)];
    int at = 0;
    for (FittedPlan.DenseFeature feature : features.dense()) {
      ExampleColumn column = transformed.column(feature.name());
      if (feature.vector()) {
        vectors(column, feature.width(), dense, width, at);
      } else {
        float[] values = floats(column, 0);
        for (int row = 0; row < rows; row++) {
          dense[row * width + at] = values[row];
        }
      }
      at += feature.width();
    }
    long[][] categorical = new long[features.categorical().size()][];
    for (int i = 0; i < categorical.length; i++) {
      FittedPlan.CategoricalFeature feature = features.categorical().get(i);
      categorical[i] = ids(transformed.column(feature.name()), feature.size());
    }
    long[][] sequences = new long[features.sequences().size()][];
    for (int i = 0; i < sequences.length; i++) {
      FittedPlan.SequenceFeature feature = features.sequences().get(i);
      sequences[i] = sequences(transformed.column(feature.name()), feature);
    }
    Optional<ExampleColumn> label =
        features.label().flatMap(target -> transformed.find(target.name()));
    return new ModelInputs(
        rows,
        width,
        dense,
        categorical,
        sequences,
        label.map(c -> floats(c, Float.NaN)).orElse(null));
  }

  /** Puts vectors into the columns from {@code at} on of a matrix of {@code stride} columns. */
  private static void vectors(ExampleColumn column, int width, float[] to, int stride, int at) {
    if (!(column instanceof FloatColumn floats)) {
      throw wrongType(column, "numbers");
    }
    for (int row = 0; row < column.rows(); row++) {
      if (column.isPresent(row)) {
        requireCount(column, row, width);
        int start = column.start(row);
        for (int i = 0; i < width; i++) {
          to[row * stride + at + i] = floats.value(start + i);
        }
      }
    }
  }

  private static long[] sequences(ExampleColumn column, FittedPlan.SequenceFeature feature) {
    if (!(column instanceof LongColumn integers)) {
      throw wrongType(column, "ids");
    }
    int length = feature.length();
    long[] ids = new long[Math.multiplyExact(column.rows(), length)];
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isPresent(row)) {
        Arrays.fill(ids, row * length, (row + 1) * length, feature.size());
        continue;
      }
      requireCount(column, row, length);
      int start = column.start(row);
      for (int i = 0; i < length; i++) {
        long id = integers.value(start + i);
        if (id < 0 || id > feature.size()) {
          throw new IllegalArgumentException(
              "Invalid id of feature '%s': %d (must be in 0..%d)"
                  .formatted(column.name(), id, feature.size()));
        }
        ids[row * length + i] = id;
      }
    }
    return ids;
  }

  private static void requireCount(ExampleColumn column, int row, int count) {
    int values = column.end(row) - column.start(row);
    if (values != count) {
      throw new IllegalArgumentException(
          ("Cannot read feature '%s': an example has %d values, not %d. Transform the examples with"
                  + " the model's own plan.")
              .formatted(column.name(), values, count));
    }
  }

  static float[] floats(ExampleColumn column, float missing) {
    float[] values = new float[column.rows()];
    if (column instanceof FloatColumn floats) {
      for (int row = 0; row < values.length; row++) {
        values[row] = floats.isPresent(row) ? floats.value(row) : missing;
      }
    } else if (column instanceof LongColumn integers) {
      for (int row = 0; row < values.length; row++) {
        values[row] = integers.isPresent(row) ? integers.value(row) : missing;
      }
    } else {
      throw wrongType(column, "numbers");
    }
    return values;
  }

  private static long[] ids(ExampleColumn column, int size) {
    if (!(column instanceof LongColumn integers)) {
      throw wrongType(column, "ids");
    }
    long[] ids = new long[column.rows()];
    for (int row = 0; row < ids.length; row++) {
      long id = integers.isPresent(row) ? integers.value(row) : -1;
      if (id >= size || id < -1) {
        throw new IllegalArgumentException(
            "Invalid id of feature '%s': %d (must be in 0..%d, or -1)"
                .formatted(column.name(), id, size - 1));
      }
      ids[row] = id < 0 ? size : id;
    }
    return ids;
  }

  private static IllegalArgumentException wrongType(ExampleColumn column, String wanted) {
    return new IllegalArgumentException(
        ("Cannot read feature '%s': its column holds %s, not %s. Transform the examples with the"
                + " model's own plan.")
            .formatted(column.name(), column.type(), wanted));
  }
}
