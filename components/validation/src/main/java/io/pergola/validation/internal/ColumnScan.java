package io.pergola.validation.internal;

import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.sketch.CountedEntries;
import io.pergola.validation.sketch.SortBuffer;
import io.pergola.validation.sketch.SortBuffer.Keys;
import java.util.Arrays;

/**
 * Turns a column into its distinct values in ascending order and their counts, and keeps the arrays
 * for the next one. One per thread.
 */
public final class ColumnScan {
  private final SortBuffer buffer = new SortBuffer();
  private final CountedEntries entries = new CountedEntries();
  private int[] counts = new int[0];
  private final int[] lengths = new int[1_024];
  private long nans;

  /** The values found by the last scan; NaN is left out. */
  SortBuffer buffer() {
    return buffer;
  }

  /** Entries of text to count, to be started anew. */
  CountedEntries entries() {
    return entries;
  }

  /** The number of NaN values that the last scan met. */
  long nans() {
    return nans;
  }

  /** Zeros, to count small numbers of values with. */
  int[] lengthCounts() {
    Arrays.fill(lengths, 0);
    return lengths;
  }

  /** How often each dictionary entry of a column is used; its first {@code entryCount} elements. */
  int[] entryCounts(ExampleColumn column, int[] ids) {
    int entries = column.entryCount();
    if (counts.length < entries + 1) {
      counts = new int[Math.max(entries + 1, counts.length * 2)];
    }
    Arrays.fill(counts, 0, entries + 1, 0);
    int[] shifted = counts;
    for (int id : ids) {
      shifted[id + 1]++;
    }
    System.arraycopy(counts, 1, counts, 0, entries);
    return counts;
  }

  void scan(LongColumn column) {
    nans = 0;
    long[] entries = column.entries();
    int[] ids = column.ids();
    if (ids != null) {
      int[] used = entryCounts(column, ids);
      buffer.clearCounted(entries.length);
      long[] keys = buffer.keys();
      int[] times = buffer.counts();
      int n = 0;
      for (int i = 0; i < entries.length; i++) {
        if (used[i] > 0) {
          keys[n] = SortBuffer.keyOf(entries[i]);
          times[n++] = used[i];
        }
      }
      buffer.finish(n, Keys.LONG);
      return;
    }
    buffer.clear(entries.length);
    long[] keys = buffer.keys();
    long[] presence = column.presence();
    int n = 0;
    if (presence == null || column.isMultivalent()) {
      for (long entry : entries) {
        keys[n++] = SortBuffer.keyOf(entry);
      }
    } else {
      for (int w = 0; w < presence.length; w++) {
        for (long bits = presence[w]; bits != 0; bits &= bits - 1) {
          keys[n++] = SortBuffer.keyOf(entries[(w << 6) + Long.numberOfTrailingZeros(bits)]);
        }
      }
    }
    buffer.finish(n, Keys.LONG);
  }

  void scan(FloatColumn column) {
    nans = 0;
    float[] entries = column.entries();
    int[] ids = column.ids();
    int n = 0;
    if (ids != null) {
      int[] used = entryCounts(column, ids);
      buffer.clearCounted(entries.length);
      long[] keys = buffer.keys();
      int[] times = buffer.counts();
      for (int i = 0; i < entries.length; i++) {
        if (Float.isNaN(entries[i])) {
          nans += used[i];
        } else if (used[i] > 0) {
          keys[n] = SortBuffer.keyOf(entries[i]);
          times[n++] = used[i];
        }
      }
      buffer.finish(n, Keys.FLOAT);
      return;
    }
    buffer.clear(entries.length);
    long[] keys = buffer.keys();
    long[] presence = column.presence();
    if (presence == null || column.isMultivalent()) {
      for (float entry : entries) {
        if (Float.isNaN(entry)) {
          nans++;
        } else {
          keys[n++] = SortBuffer.keyOf(entry);
        }
      }
    } else {
      for (int w = 0; w < presence.length; w++) {
        for (long bits = presence[w]; bits != 0; bits &= bits - 1) {
          float entry = entries[(w << 6) + Long.numberOfTrailingZeros(bits)];
          if (Float.isNaN(entry)) {
            nans++;
          } else {
            keys[n++] = SortBuffer.keyOf(entry);
          }
        }
      }
    }
    buffer.finish(n, Keys.FLOAT);
  }

  void scan(DoubleColumn column) {
    nans = 0;
    double[] entries = column.entries();
    int[] ids = column.ids();
    int n = 0;
    if (ids != null) {
      int[] used = entryCounts(column, ids);
      buffer.clearCounted(entries.length);
      long[] keys = buffer.keys();
      int[] times = buffer.counts();
      for (int i = 0; i < entries.length; i++) {
        if (Double.isNaN(entries[i])) {
          nans += used[i];
        } else if (used[i] > 0) {
          keys[n] = SortBuffer.keyOf(entries[i]);
          times[n++] = used[i];
        }
      }
      buffer.finish(n, Keys.DOUBLE);
      return;
    }
    buffer.clear(entries.length);
    long[] keys = buffer.keys();
    long[] presence = column.presence();
    if (presence == null || column.isMultivalent()) {
      for (double entry : entries) {
        if (Double.isNaN(entry)) {
          nans++;
        } else {
          keys[n++] = SortBuffer.keyOf(entry);
        }
      }
    } else {
      for (int w = 0; w < presence.length; w++) {
        for (long bits = presence[w]; bits != 0; bits &= bits - 1) {
          double entry = entries[(w << 6) + Long.numberOfTrailingZeros(bits)];
          if (Double.isNaN(entry)) {
            nans++;
          } else {
            keys[n++] = SortBuffer.keyOf(entry);
          }
        }
      }
    }
    buffer.finish(n, Keys.DOUBLE);
  }
}
