package io.pergola.validation.internal;

import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.sketch.SortBuffer;
import io.pergola.validation.sketch.SortBuffer.Keys;
import java.util.Arrays;

/**
 * Turns a column of numbers into its distinct values in ascending order and the weights of the rows
 * that have them, and keeps the arrays for the next one. NaN and rows of weight 0 are left out.
 */
final class WeightedScan {
  private final SortBuffer buffer = new SortBuffer();
  private double[] ofEntry = new double[0];
  private double[] weights = new double[0];
  private int size;

  /** The distinct values, ascending. */
  double[] values() {
    return buffer.values();
  }

  /** Their weights. */
  double[] weights() {
    return weights;
  }

  /** The number of distinct values. */
  int size() {
    return size;
  }

  /** The weight of each dictionary entry of a column; its first {@code entryCount} elements. */
  double[] entryWeights(ExampleColumn column, double[] rowWeights) {
    int entries = column.entryCount();
    if (ofEntry.length < entries) {
      ofEntry = new double[Math.max(entries, ofEntry.length * 2)];
    }
    Arrays.fill(ofEntry, 0, entries, 0);
    int[] ids = column.ids();
    long[] presence = column.presence();
    if (column.isMultivalent()) {
      addValues(column, rowWeights);
    } else if (ids != null) {
      for (int row = 0; row < ids.length; row++) {
        if (ids[row] >= 0) {
          ofEntry[ids[row]] += rowWeights[row];
        }
      }
    } else if (presence == null) {
      System.arraycopy(rowWeights, 0, ofEntry, 0, entries);
    } else {
      for (int row = 0; row < entries; row++) {
        if ((presence[row >> 6] >>> (row & 63) & 1) != 0) {
          ofEntry[row] = rowWeights[row];
        }
      }
    }
    return ofEntry;
  }

  private void addValues(ExampleColumn column, double[] rowWeights) {
    for (int row = 0; row < column.rows(); row++) {
      for (int value = column.start(row); value < column.end(row); value++) {
        ofEntry[column.entry(value)] += rowWeights[row];
      }
    }
  }

  void scan(ExampleColumn column, double[] rowWeights) {
    double[] ofEntries = entryWeights(column, rowWeights);
    int entries = column.entryCount();
    buffer.clearCounted(entries);
    long[] keys = buffer.keys();
    int[] from = buffer.counts();
    int n = 0;
    Keys decoder;
    if (column instanceof LongColumn longs) {
      decoder = Keys.LONG;
      for (int entry = 0; entry < entries; entry++) {
        if (ofEntries[entry] > 0) {
          keys[n] = SortBuffer.keyOf(longs.entries()[entry]);
          from[n++] = entry;
        }
      }
    } else if (column instanceof FloatColumn floats) {
      decoder = Keys.FLOAT;
      for (int entry = 0; entry < entries; entry++) {
        if (ofEntries[entry] > 0 && !Float.isNaN(floats.entries()[entry])) {
          keys[n] = SortBuffer.keyOf(floats.entries()[entry]);
          from[n++] = entry;
        }
      }
    } else {
      decoder = Keys.DOUBLE;
      double[] doubles = ((DoubleColumn) column).entries();
      for (int entry = 0; entry < entries; entry++) {
        if (ofEntries[entry] > 0 && !Double.isNaN(doubles[entry])) {
          keys[n] = SortBuffer.keyOf(doubles[entry]);
          from[n++] = entry;
        }
      }
    }
    buffer.order(n, decoder);
    join(n, ofEntries);
  }

  private void join(int n, double[] ofEntries) {
    if (weights.length < n) {
      weights = new double[n];
    }
    double[] values = buffer.values();
    int[] from = buffer.counts();
    size = 0;
    for (int i = 0; i < n; i++) {
      double weight = ofEntries[from[i]];
      if (size > 0 && values[i] == values[size - 1]) {
        weights[size - 1] += weight;
      } else {
        values[size] = values[i];
        weights[size++] = weight;
      }
    }
  }
}
