package io.pergola.beam.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes some rows of a batch, column by column; dictionaries stay, and are shared. */
public final class RowSelection {
  private final int[] rows;

  private RowSelection(int[] rows) {
    this.rows = rows;
  }

  /** The rows of these numbers, in that order. */
  public static ExampleBatch of(ExampleBatch batch, int[] rows) {
    RowSelection selection = new RowSelection(rows);
    List<ExampleColumn> columns = new ArrayList<>();
    for (ExampleColumn column : batch.columns()) {
      columns.add(selection.of(column));
    }
    return ExampleBatch.of(rows.length, columns);
  }

  private ExampleColumn of(ExampleColumn column) {
    long[] presence = presence(column);
    int[] offsets = column.isMultivalent() ? offsets(column) : null;
    int[] values = offsets == null ? rows : values(column, offsets);
    int[] ids = column.ids();
    return ids == null
        ? plain(column, values, presence, offsets)
        : withIds(column, ids(ids, values), presence, offsets);
  }

  private long @Nullable [] presence(ExampleColumn column) {
    long[] all = column.presence();
    if (all == null) {
      return null;
    }
    long[] bits = new long[(rows.length + 63) >> 6];
    int present = 0;
    for (int i = 0; i < rows.length; i++) {
      long bit = all[rows[i] >> 6] >>> (rows[i] & 63) & 1;
      bits[i >> 6] |= bit << (i & 63);
      present += (int) bit;
    }
    return present == rows.length ? null : bits;
  }

  private int[] offsets(ExampleColumn column) {
    int[] offsets = new int[rows.length + 1];
    for (int i = 0; i < rows.length; i++) {
      offsets[i + 1] = offsets[i] + column.end(rows[i]) - column.start(rows[i]);
    }
    return offsets;
  }

  private int[] values(ExampleColumn column, int[] offsets) {
    int[] values = new int[offsets[rows.length]];
    for (int i = 0; i < rows.length; i++) {
      int from = column.start(rows[i]);
      for (int v = offsets[i]; v < offsets[i + 1]; v++) {
        values[v] = from++;
      }
    }
    return values;
  }

  private static int[] ids(int[] all, int[] values) {
    int[] ids = new int[values.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = all[values[i]];
    }
    return ids;
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private ExampleColumn plain(
      ExampleColumn column, int[] values, long @Nullable [] presence, int @Nullable [] offsets) {
    int n = values.length;
    if (column instanceof LongColumn source) {
      long[] taken = new long[n];
      for (int i = 0; i < n; i++) {
        taken[i] = source.entries()[values[i]];
      }
      return new LongColumn(source.name(), rows.length, taken, null, presence, offsets);
    }
    if (column instanceof FloatColumn source) {
      float[] taken = new float[n];
      for (int i = 0; i < n; i++) {
        taken[i] = source.entries()[values[i]];
      }
      return new FloatColumn(source.name(), rows.length, taken, null, presence, offsets);
    }
    if (column instanceof DoubleColumn source) {
      double[] taken = new double[n];
      for (int i = 0; i < n; i++) {
        taken[i] = source.entries()[values[i]];
      }
      return new DoubleColumn(source.name(), rows.length, taken, null, presence, offsets);
    }
    BytesColumn source = (BytesColumn) column;
    int[] ends = new int[n + 1];
    for (int i = 0; i < n; i++) {
      ends[i + 1] = ends[i] + source.entryLength(values[i]);
    }
    byte[] data = new byte[ends[n]];
    for (int i = 0; i < n; i++) {
      System.arraycopy(
          source.data(), source.entryOffsets()[values[i]], data, ends[i], ends[i + 1] - ends[i]);
    }
    return new BytesColumn(
        source.name(), source.type(), rows.length, data, ends, null, presence, offsets);
  }

  @SuppressWarnings("NullAway") // It does not see annotations through a compact constructor.
  private ExampleColumn withIds(
      ExampleColumn column, int[] ids, long @Nullable [] presence, int @Nullable [] offsets) {
    int n = rows.length;
    if (column instanceof LongColumn source) {
      return new LongColumn(source.name(), n, source.entries(), ids, presence, offsets);
    }
    if (column instanceof FloatColumn source) {
      return new FloatColumn(source.name(), n, source.entries(), ids, presence, offsets);
    }
    if (column instanceof DoubleColumn source) {
      return new DoubleColumn(source.name(), n, source.entries(), ids, presence, offsets);
    }
    BytesColumn source = (BytesColumn) column;
    return new BytesColumn(
        source.name(),
        source.type(),
        n,
        source.data(),
        source.entryOffsets(),
        ids,
        presence,
        offsets);
  }
}
