package io.pergola.validation.sketch;

import io.pergola.beam.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Writes numbers in ascending order as the differences of their order-preserving keys, in as few
 * bytes as these need: whole numbers as such, floats by their 32 bits, all others by their 64.
 */
final class SortedValues {
  private static final int INTEGERS = 0;
  private static final int FLOATS = 1;
  private static final int DOUBLES = 2;
  private static final double EXACT_INTEGERS = 0x1p53;

  private SortedValues() {}

  /**
   * Writes the first {@code n} values.
   *
   * @param ascending may have equal values; no NaN, and no -0.0
   */
  static void write(DataOutput out, double[] ascending, int n) throws IOException {
    int kind = kind(ascending, n);
    out.writeByte(kind);
    long last = 0;
    for (int i = 0; i < n; i++) {
      long key = key(kind, ascending[i]);
      Varint.write(out, key - last);
      last = key;
    }
  }

  /** Reads {@code n} values that {@link #write} wrote. */
  static double[] read(DataInput in, int n) throws IOException {
    int kind = in.readByte();
    if (kind < INTEGERS || kind > DOUBLES) {
      throw new IOException("Cannot read values of kind %d. The state is damaged.".formatted(kind));
    }
    double[] values = new double[n];
    long key = 0;
    for (int i = 0; i < n; i++) {
      key += Varint.read(in);
      values[i] = value(kind, key);
    }
    return values;
  }

  private static int kind(double[] values, int n) {
    boolean integers = true;
    boolean floats = true;
    for (int i = 0; i < n && (integers || floats); i++) {
      double value = values[i];
      integers &= value == Math.rint(value) && Math.abs(value) < EXACT_INTEGERS;
      floats &= (float) value == value;
    }
    return integers ? INTEGERS : floats ? FLOATS : DOUBLES;
  }

  private static long key(int kind, double value) {
    if (kind == INTEGERS) {
      return (long) value + (1L << 53);
    }
    return kind == FLOATS ? SortBuffer.keyOf((float) value) : SortBuffer.keyOf(value);
  }

  private static double value(int kind, long key) {
    if (kind == INTEGERS) {
      return key - (1L << 53);
    }
    if (kind == FLOATS) {
      int bits = (int) key;
      return Float.intBitsToFloat(bits ^ ((~bits >> 31) | Integer.MIN_VALUE));
    }
    return Double.longBitsToDouble(key ^ ((~key >> 63) | Long.MIN_VALUE));
  }
}
