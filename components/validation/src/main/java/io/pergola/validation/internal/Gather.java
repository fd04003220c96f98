package io.pergola.validation.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes some rows of a batch. Dictionaries are shared while they are not larger than what is taken;
 * otherwise only the entries in use come along, so that a small slice costs what its rows cost.
 */
final class Gather {
  private Gather() {}

  static ExampleBatch rows(ExampleBatch batch, int[] rows) {
    List<ExampleColumn> columns = new ArrayList<>();
    for (ExampleColumn column : batch.columns()) {
      columns.add(rows(column, rows));
    }
    return ExampleBatch.of(rows.length, columns);
  }

  static ExampleColumn rows(ExampleColumn column, int[] rows) {
    long @Nullable [] presence = presence(column, rows);
    int @Nullable [] offsets = offsets(column, rows);
    int[] values = offsets == null ? rows : values(column, rows, offsets[rows.length]);
    int[] ids = column.ids();
    boolean shared = ids != null && column.entryCount() <= values.length;
    int @Nullable [] taken = ids != null && shared ? take(ids, values) : null;
    if (column instanceof BytesColumn bytes) {
      return shared
          ? column(bytes, rows.length, bytes.data(), bytes.entryOffsets(), taken, presence, offsets)
          : copied(bytes, rows.length, values, presence, offsets);
    }
    if (column instanceof LongColumn longs) {
      long[] entries = shared ? longs.entries() : new long[values.length];
      for (int i = 0; i < (shared ? 0 : entries.length); i++) {
        int entry = longs.entry(values[i]);
        entries[i] = entry < 0 ? 0 : longs.entries()[entry];
      }
      return new LongColumn(longs.name(), rows.length, entries, taken, presence, offsets);
    }
    if (column instanceof FloatColumn floats) {
      float[] entries = shared ? floats.entries() : new float[values.length];
      for (int i = 0; i < (shared ? 0 : entries.length); i++) {
        int entry = floats.entry(values[i]);
        entries[i] = entry < 0 ? 0 : floats.entries()[entry];
      }
      return new FloatColumn(floats.name(), rows.length, entries, taken, presence, offsets);
    }
    DoubleColumn doubles = (DoubleColumn) column;
    double[] entries = shared ? doubles.entries() : new double[values.length];
    for (int i = 0; i < (shared ? 0 : entries.length); i++) {
      int entry = doubles.entry(values[i]);
      entries[i] = entry < 0 ? 0 : doubles.entries()[entry];
    }
    return new DoubleColumn(doubles.name(), rows.length, entries, taken, presence, offsets);
  }

  private static BytesColumn copied(
      BytesColumn bytes,
      int rows,
      int[] values,
      long @Nullable [] presence,
      int @Nullable [] offsets) {
    int[] starts = new int[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      int entry = bytes.entry(values[i]);
      starts[i + 1] = starts[i] + (entry < 0 ? 0 : bytes.entryLength(entry));
    }
    byte[] data = new byte[starts[values.length]];
    for (int i = 0; i < values.length; i++) {
      int entry = bytes.entry(values[i]);
      if (entry >= 0) {
        System.arraycopy(
            bytes.data(), bytes.entryOffsets()[entry], data, starts[i], bytes.entryLength(entry));
      }
    }
    return column(bytes, rows, data, starts, null, presence, offsets);
  }

  /** The class file of the record's constructor does not say which of its arrays may be null. */
  @SuppressWarnings("NullAway")
  private static BytesColumn column(
      BytesColumn like,
      int rows,
      byte[] data,
      int[] starts,
      int @Nullable [] ids,
      long @Nullable [] presence,
      int @Nullable [] offsets) {
    return new BytesColumn(like.name(), like.type(), rows, data, starts, ids, presence, offsets);
  }

  private static int[] take(int[] ids, int[] values) {
    int[] taken = new int[values.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = ids[values[i]];
    }
    return taken;
  }

  private static long @Nullable [] presence(ExampleColumn column, int[] rows) {
    if (column.presence() == null) {
      return null;
    }
    long[] words = new long[(rows.length + 63) >> 6];
    int present = 0;
    for (int i = 0; i < rows.length; i++) {
      if (column.isPresent(rows[i])) {
        words[i >> 6] |= 1L << (i & 63);
        present++;
      }
    }
    return present == rows.length ? null : words;
  }

  private static int @Nullable [] offsets(ExampleColumn column, int[] rows) {
    if (!column.isMultivalent()) {
      return null;
    }
    int[] offsets = new int[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      offsets[i + 1] = offsets[i] + column.end(rows[i]) - column.start(rows[i]);
    }
    return offsets;
  }

  private static int[] values(ExampleColumn column, int[] rows, int count) {
    int[] values = new int[count];
    int at = 0;
    for (int row : rows) {
      for (int value = column.start(row); value < column.end(row); value++) {
        values[at++] = value;
      }
    }
    return values;
  }

  static double @Nullable [] weights(double @Nullable [] weights, int[] rows) {
    if (weights == null) {
      return null;
    }
    double[] taken = new double[rows.length];
    Arrays.setAll(taken, i -> weights[rows[i]]);
    return taken;
  }
}
