package io.pergola.transform;

import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One example given as a map of values, and its features as one. */
final class RawRow {
  private RawRow() {}

  /** A batch of one row, with every input of the plan, and those of its label that are given. */
  static ExampleBatch batch(FittedPlan plan, Map<String, ? extends @Nullable Object> values) {
    Map<String, ExampleColumn> columns = new LinkedHashMap<>();
    for (FittedPlan.Input input : plan.inputs()) {
      columns.put(input.column(), column(plan, input, values.get(input.column())));
    }
    for (FittedPlan.Input input : plan.labelInputs()) {
      if (values.containsKey(input.column())) {
        columns.put(input.column(), column(plan, input, values.get(input.column())));
      }
    }
    return ExampleBatch.of(1, new ArrayList<>(columns.values()));
  }

  /** The values of a batch of one row, in its order, without those that are missing. */
  static Map<String, Number> values(ExampleBatch features) {
    Map<String, Number> values = new LinkedHashMap<>();
    for (ExampleColumn column : features.columns()) {
      if (column.isPresent(0)) {
        values.put(
            column.name(),
            column instanceof LongColumn ids
                ? (Number) ids.value(0)
                : (Number) ((FloatColumn) column).value(0));
      }
    }
    return values;
  }

  private static ExampleColumn column(
      FittedPlan plan, FittedPlan.Input input, @Nullable Object value) {
    String name = input.column();
    if (value == null) {
      return FloatColumn.of(name, new float[1], new long[1]);
    }
    if (input.kind() == FittedPlan.Kind.TEXT) {
      if (value instanceof String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return Vectors.bytes(
            name, ColumnType.TEXT, data, new int[] {0, data.length}, null, null, 1);
      }
      throw refused(plan, name, value, "text");
    }
    if (value instanceof Long || value instanceof Integer) {
      return LongColumn.of(name, new long[] {((Number) value).longValue()}, null);
    } else if (value instanceof Float number) {
      return FloatColumn.of(name, new float[] {number}, null);
    } else if (value instanceof Double number) {
      return DoubleColumn.of(name, new double[] {number}, null);
    }
    throw refused(plan, name, value, "a number: an int, long, float or double");
  }

  private static IllegalArgumentException refused(
      FittedPlan plan, String column, Object value, String wanted) {
    List<String> features = new ArrayList<>();
    plan.plan()
        .columns()
        .forEach(
            (feature, columns) -> {
              if (columns.contains(column)) {
                features.add(feature);
              }
            });
    return new IllegalArgumentException(
        "Cannot compute feature '%s' from column '%s': %s is %s. Give it as %s, or leave it out."
            .formatted(
                features.get(0),
                column,
                value instanceof String ? "'" + value + "'" : value,
                value instanceof String ? "text" : "of type " + value.getClass().getSimpleName(),
                wanted));
  }
}
