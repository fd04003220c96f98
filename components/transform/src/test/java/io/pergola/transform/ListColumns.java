package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Small columns of lists; null is missing. */
final class ListColumns {
  private ListColumns() {}

  @SafeVarargs
  static ExampleColumn texts(String name, List<String>... rows) {
    return column(name, ColumnType.TEXT, Arrays.asList(rows));
  }

  @SafeVarargs
  static ExampleColumn longs(String name, List<Long>... rows) {
    return column(name, ColumnType.INT, Arrays.asList(rows));
  }

  @SafeVarargs
  static ExampleColumn floats(String name, List<Float>... rows) {
    return column(name, ColumnType.FLOAT, Arrays.asList(rows));
  }

  @SafeVarargs
  static ExampleColumn doubles(String name, List<Double>... rows) {
    return column(name, ColumnType.DOUBLE, Arrays.asList(rows));
  }

  private static ExampleColumn column(String name, ColumnType type, List<? extends List<?>> rows) {
    ExampleBatchBuilder builder =
        new ExampleBatchBuilder(
            new ExampleSchema(List.of(new ExampleSchema.Field(name, type, true))));
    for (List<?> row : rows) {
      if (row != null && row.isEmpty()) {
        builder.putEmpty(0);
      } else if (row != null) {
        row.forEach(value -> put(builder, value));
      }
      builder.endRow();
    }
    return builder.build().column(name);
  }

  private static void put(ExampleBatchBuilder builder, Object value) {
    if (value instanceof Long number) {
      builder.putLong(0, number);
    } else if (value instanceof Float number) {
      builder.putFloat(0, number);
    } else if (value instanceof Double number) {
      builder.putDouble(0, number);
    } else {
      builder.putText(0, (String) value);
    }
  }

  /**
   * The same lists of texts or integers with a dictionary, in which every second value has an entry
   * of its own and one is not in use.
   */
  static ExampleColumn dictionary(ExampleColumn plain) {
    int n = plain.valueCount();
    int[] ids = new int[n];
    for (int i = 0; i < n; i++) {
      ids[i] = i % 2 == 0 ? i : i + n;
    }
    if (plain instanceof LongColumn longs) {
      long[] entries = new long[2 * n + 1];
      for (int i = 0; i < 2 * n; i++) {
        entries[i] = longs.value(i % n);
      }
      entries[2 * n] = -70_000_000;
      return new LongColumn(
          plain.name(), plain.rows(), entries, ids, plain.presence(), plain.offsets());
    }
    BytesColumn bytes = (BytesColumn) plain;
    StringBuilder all = new StringBuilder();
    int[] offsets = new int[2 * n + 2];
    for (int i = 0; i < 2 * n; i++) {
      all.append(bytes.text(i % n));
      offsets[i + 1] = all.toString().getBytes(StandardCharsets.UTF_8).length;
    }
    all.append("unused");
    byte[] data = all.toString().getBytes(StandardCharsets.UTF_8);
    offsets[2 * n + 1] = data.length;
    return new BytesColumn(
        plain.name(),
        plain.type(),
        plain.rows(),
        data,
        offsets,
        ids,
        plain.presence(),
        plain.offsets());
  }

  /** The lists of a vector or sequence in row order; null is missing. */
  static List<List<Object>> lists(ExampleBatch batch, String name) {
    ExampleColumn column = batch.column(name);
    List<List<Object>> rows = new ArrayList<>();
    for (int row = 0; row < column.rows(); row++) {
      List<Object> values = new ArrayList<>();
      for (int value = column.start(row); value < column.end(row); value++) {
        values.add(
            column instanceof FloatColumn floats
                ? (Object) floats.value(value)
                : (Object) ((LongColumn) column).value(value));
      }
      rows.add(column.isPresent(row) ? values : null);
    }
    return rows;
  }
}
