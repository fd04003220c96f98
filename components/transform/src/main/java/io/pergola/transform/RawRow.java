package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One example given as a map of values, and its features as one. */
final class RawRow {
  private RawRow() {}

  /**
   * A batch of one row, with every input of the plan, and those of its label and its weight that
   * are given.
   */
  static ExampleBatch batch(FittedPlan plan, Map<String, ? extends @Nullable Object> values) {
    Map<String, ExampleColumn> columns = new LinkedHashMap<>();
    for (FittedPlan.Input input : plan.inputs()) {
      columns.put(input.column(), column(plan, input, values.get(input.column())));
    }
    List<FittedPlan.Input> extras = new ArrayList<>(plan.labelInputs());
    extras.addAll(plan.weightInputs());
    for (FittedPlan.Input input : extras) {
      if (values.containsKey(input.column())) {
        columns.put(input.column(), column(plan, input, values.get(input.column())));
      }
    }
    return ExampleBatch.of(1, new ArrayList<>(columns.values()));
  }

  /** The values of a batch of one row, in its order, without those that are missing. */
  static Map<String, Object> values(ExampleBatch features) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (ExampleColumn column : features.columns()) {
      if (column.isPresent(0)) {
        values.put(column.name(), value(column));
      }
    }
    return values;
  }

  private static Object value(ExampleColumn column) {
    if (column instanceof LongColumn ids) {
      return ids.isMultivalent() ? ids.entries() : (Object) ids.value(0);
    }
    FloatColumn numbers = (FloatColumn) column;
    return numbers.isMultivalent() ? numbers.entries() : (Object) numbers.value(0);
  }

  private static ExampleColumn column(
      FittedPlan plan, FittedPlan.Input input, @Nullable Object value) {
    String name = input.column();
    if (value == null) {
      return FloatColumn.of(name, new float[1], new long[1]);
    }
    if (input.kind() == FittedPlan.Kind.TEXTS) {
      return texts(plan, name, value instanceof Collection<?> all ? all : List.of(value));
    } else if (input.kind() == FittedPlan.Kind.NUMBERS) {
      return numbers(plan, name, value instanceof Collection<?> all ? all : List.of(value));
    } else if (input.kind() == FittedPlan.Kind.TEXT) {
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

  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  private static ExampleColumn texts(FittedPlan plan, String name, Collection<?> values) {
    int[] ends = new int[values.size() + 1];
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    int i = 0;
    for (Object value : values) {
      if (!(value instanceof String text)) {
        throw refused(plan, name, value, "a list of texts");
      }
      data.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      ends[++i] = data.size();
    }
    return new BytesColumn(
        name, ColumnType.TEXT, 1, data.toByteArray(), ends, null, null, new int[] {0, i});
  }

  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  private static ExampleColumn numbers(FittedPlan plan, String name, Collection<?> values) {
    long[] integers = new long[values.size()];
    double[] doubles = new double[values.size()];
    boolean whole = true;
    int i = 0;
    for (Object value : values) {
      if (!(value instanceof Long
          || value instanceof Integer
          || value instanceof Float
          || value instanceof Double)) {
        throw refused(plan, name, value, "a list of numbers: ints, longs, floats or doubles");
      }
      whole &= value instanceof Long || value instanceof Integer;
      integers[i] = ((Number) value).longValue();
      doubles[i] = ((Number) value).doubleValue();
      i++;
    }
    int[] offsets = {0, i};
    return whole
        ? new LongColumn(name, 1, integers, null, null, offsets)
        : new DoubleColumn(name, 1, doubles, null, null, offsets);
  }

  private static IllegalArgumentException refused(
      FittedPlan plan, String column, @Nullable Object value, String wanted) {
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
                value == null
                    ? "no value"
                    : value instanceof String
                        ? "text"
                        : "of type " + value.getClass().getSimpleName(),
                wanted));
  }
}
