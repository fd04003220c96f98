package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.Truth;
import org.jspecify.annotations.Nullable;

/** What a plan computes of truth values, which are columns of 1 and 0. */
final class Truths {
  private Truths() {}

  static Vectors.FloatOperation of(Truth.Compare.Operator operator) {
    return switch (operator) {
      case GREATER -> (a, b) -> a > b ? 1 : 0;
      case GREATER_OR_EQUAL -> (a, b) -> a >= b ? 1 : 0;
      case LESS -> (a, b) -> a < b ? 1 : 0;
      case LESS_OR_EQUAL -> (a, b) -> a <= b ? 1 : 0;
      case EQUAL -> (a, b) -> a == b ? 1 : 0;
      case NOT_EQUAL -> (a, b) -> a != b ? 1 : 0;
    };
  }

  /** 1 for each row that is not present. */
  static FloatColumn isMissing(int rows, long @Nullable [] presence) {
    if (presence == null) {
      return Vectors.constant(rows, 0);
    }
    int[] ids = new int[rows];
    for (int row = 0; row < rows; row++) {
      ids[row] = (presence[row >> 6] >>> (row & 63) & 1) == 0 ? 1 : 0;
    }
    return new FloatColumn("", ids.length, new float[] {0, 1}, ids, null, null);
  }

  /**
   * As SQL does: one value decides (false an and, true an or), whether the other is missing or not.
   */
  static FloatColumn combine(FloatColumn a, FloatColumn b, Truth.Logic.Operator operator) {
    float decisive = operator == Truth.Logic.Operator.AND ? 0 : 1;
    int rows = a.rows();
    float[] left = a.values();
    float[] right = b.values();
    float[] values = new float[rows];
    long[] presence = new long[(rows + 63) >> 6];
    for (int row = 0; row < rows; row++) {
      boolean hasLeft = a.isPresent(row);
      boolean hasRight = b.isPresent(row);
      boolean decided = hasLeft && left[row] == decisive || hasRight && right[row] == decisive;
      values[row] = decided ? decisive : 1 - decisive;
      if (decided || hasLeft && hasRight) {
        presence[row >> 6] |= 1L << (row & 63);
      }
    }
    return FloatColumn.of("", values, Vectors.nullIfAll(presence, rows));
  }

  static FloatColumn choose(FloatColumn when, FloatColumn then, FloatColumn otherwise) {
    int rows = when.rows();
    float[] truths = when.values();
    float[] left = then.values();
    float[] right = otherwise.values();
    float[] values = new float[rows];
    long[] presence = new long[(rows + 63) >> 6];
    for (int row = 0; row < rows; row++) {
      boolean truth = truths[row] != 0;
      values[row] = truth ? left[row] : right[row];
      if (when.isPresent(row) && (truth ? then : otherwise).isPresent(row)) {
        presence[row >> 6] |= 1L << (row & 63);
      }
    }
    return FloatColumn.of("", values, Vectors.nullIfAll(presence, rows));
  }
}
