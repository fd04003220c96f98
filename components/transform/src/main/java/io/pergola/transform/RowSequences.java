package io.pergola.transform;

import io.pergola.beam.LongColumn;
import io.pergola.feature.Expr;
import java.util.Arrays;

/** The sequences of a batch, padded where they are wanted. */
record RowSequences(Lists ids, Expr.OfSequence of) {

  /** The sequences of some rows as a multivalent column. */
  LongColumn column(String name, int from, int to) {
    int length = of.length();
    long[] presence = new long[(to - from + 63) >> 6];
    int[] offsets = new int[to - from + 1];
    for (int row = from; row < to; row++) {
      boolean present = ids.isPresent(row);
      offsets[row - from + 1] = Math.addExact(offsets[row - from], present ? length : 0);
      if (present) {
        presence[(row - from) >> 6] |= 1L << ((row - from) & 63);
      }
    }
    long[] values = new long[offsets[to - from]];
    for (int row = from; row < to; row++) {
      if (ids.isPresent(row)) {
        put(ids.list(row), values, offsets[row - from]);
      }
    }
    return new LongColumn(
        name, to - from, values, null, Vectors.nullIfAll(presence, to - from), offsets);
  }

  private void put(int list, long[] to, int at) {
    LongColumn values = (LongColumn) ids.values();
    int end = at + of.length();
    int next = at;
    for (int value = values.start(list); value < values.end(list) && next < end; value++) {
      long id = values.value(value);
      if (id >= 0) {
        to[next++] = id;
      }
    }
    Arrays.fill(to, next, end, of.size());
  }
}
