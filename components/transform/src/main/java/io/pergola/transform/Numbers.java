package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.Expr;
import java.util.List;

/**
 * What a plan computes of numbers. {@link StrictMath} wherever {@link Math} may differ from one JVM
 * to the next.
 */
final class Numbers {
  private Numbers() {}

  static Vectors.FloatOperation of(Expr.Arithmetic.Operator operator) {
    return switch (operator) {
      case PLUS -> (a, b) -> a + b;
      case MINUS -> (a, b) -> a - b;
      case TIMES -> (a, b) -> a * b;
      case DIVIDED_BY -> (a, b) -> a / b;
      case POWER -> (a, b) -> (float) StrictMath.pow(a, b);
      case MIN -> Math::min;
      case MAX -> Math::max;
    };
  }

  static Vectors.FloatFunction of(Expr.Function.Name function) {
    return switch (function) {
      case LN -> x -> (float) StrictMath.log(x);
      case LOG1P -> x -> (float) StrictMath.log1p(x);
      case ABS -> Math::abs;
      case SQRT -> x -> (float) Math.sqrt(x);
      case FLOOR -> x -> (float) Math.floor(x);
      case ROUND -> x -> (float) Math.rint(x);
      case SIN -> x -> (float) StrictMath.sin(x);
      case COS -> x -> (float) StrictMath.cos(x);
      case EXP -> x -> (float) StrictMath.exp(x);
      case LOG10 -> x -> (float) StrictMath.log10(x);
      case CEIL -> x -> (float) Math.ceil(x);
    };
  }

  static Vectors.FloatFunction clip(Expr.Clip e) {
    float low = e.low();
    float high = e.high();
    return x -> x < low ? low : x > high ? high : x;
  }

  /** Of those that are present, from left to right; missing where none is. */
  static FloatColumn sum(List<FloatColumn> parts) {
    int rows = parts.get(0).rows();
    float[] sums = new float[rows];
    long[] presence = new long[(rows + 63) >> 6];
    for (FloatColumn part : parts) {
      float[] values = part.values();
      for (int row = 0; row < rows; row++) {
        if (part.isPresent(row)) {
          boolean first = (presence[row >> 6] >>> (row & 63) & 1) == 0;
          sums[row] = first ? values[row] : sums[row] + values[row];
          presence[row >> 6] |= 1L << (row & 63);
        }
      }
    }
    return FloatColumn.of("", sums, Vectors.nullIfAll(presence, rows));
  }
}
