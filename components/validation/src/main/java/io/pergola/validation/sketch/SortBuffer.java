package io.pergola.validation.sketch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sorts numbers by radix and counts equal ones: about ten times as fast as a comparison sort on the
 * 262,144 values of a row group. Reused from column to column; not thread-safe.
 *
 * <p>Use: {@link #clear}, {@code add...}, {@link #finish}, then read {@link #values}, {@link
 * #weights} and {@link #size}.
 */
public final class SortBuffer {
  private static final int SMALL = 32;
  private static final int DIGIT = 11;

  private long[] keys = new long[0];
  private int[] counts = new int[0];
  private long[] spareKeys = new long[0];
  private int[] spareCounts = new int[0];
  private final int[] starts = new int[1 << DIGIT];
  private double[] values = new double[0];
  private long[] weights = new long[0];
  private int size;
  private boolean counted;

  /** The order-preserving key of an integer, as an unsigned number. */
  public static long keyOf(long value) {
    return value ^ Long.MIN_VALUE;
  }

  /** The order-preserving key of a number other than NaN; -0.0 has that of 0.0. */
  public static long keyOf(double value) {
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return bits ^ ((bits >> 63) | Long.MIN_VALUE);
  }

  /** The order-preserving key of a number other than NaN; -0.0 has that of 0.0. */
  public static long keyOf(float value) {
    int bits = Float.floatToRawIntBits(value + 0.0f);
    return (bits ^ ((bits >> 31) | Integer.MIN_VALUE)) & 0xffff_ffffL;
  }

  /** The integer of a key. */
  public static long longOf(long key) {
    return key ^ Long.MIN_VALUE;
  }

  /** How keys turn back into numbers. */
  public enum Keys {
    LONG {
      @Override
      void decode(long[] keys, double[] values, int n) {
        for (int i = 0; i < n; i++) {
          values[i] = (double) (keys[i] ^ Long.MIN_VALUE);
        }
      }
    },
    DOUBLE {
      @Override
      void decode(long[] keys, double[] values, int n) {
        for (int i = 0; i < n; i++) {
          long key = keys[i];
          values[i] = Double.longBitsToDouble(key ^ ((~key >> 63) | Long.MIN_VALUE));
        }
      }
    },
    FLOAT {
      @Override
      void decode(long[] keys, double[] values, int n) {
        for (int i = 0; i < n; i++) {
          int key = (int) keys[i];
          values[i] = Float.intBitsToFloat(key ^ ((~key >> 31) | Integer.MIN_VALUE));
        }
      }
    };

    abstract void decode(long[] keys, double[] values, int n);
  }

  /** Empties the buffer, for values that each count once. */
  public void clear(int capacity) {
    size = 0;
    counted = false;
    if (keys.length < capacity) {
      keys = new long[capacity];
    }
  }

  /** Empties the buffer, for values with counts. */
  public void clearCounted(int capacity) {
    clear(capacity);
    counted = true;
    if (counts.length < capacity) {
      counts = new int[capacity];
    }
  }

  /** Where the keys of the values go; at most the capacity given to {@code clear}. */
  public long[] keys() {
    return keys;
  }

  /** Where the counts of the values go, after {@link #clearCounted}. */
  public int[] counts() {
    return counts;
  }

  /** Sorts the first {@code n} keys, joins equal ones, and turns them into numbers. */
  public void finish(int n, Keys decoder) {
    size = n;
    sort();
    join();
    if (values.length < size) {
      values = new double[keys.length];
    }
    decoder.decode(keys, values, size);
  }

  /**
   * Sorts the first {@code n} keys after {@link #clearCounted} and turns them into numbers, equal
   * ones apart: their {@link #counts} go with them, whatever they say.
   */
  public void order(int n, Keys decoder) {
    size = n;
    sort();
    if (values.length < size) {
      values = new double[keys.length];
    }
    decoder.decode(keys, values, size);
  }

  /** The number of distinct values, after {@link #finish}. */
  public int size() {
    return size;
  }

  /** The distinct values, ascending. */
  public double[] values() {
    return values;
  }

  /** How often each value occurs. */
  public long[] weights() {
    return weights;
  }

  private void join() {
    if (weights.length < size) {
      weights = new long[keys.length];
    }
    if (size == 0) {
      return;
    }
    int last = 0;
    long weight = counted ? counts[0] : 1;
    for (int i = 1; i < size; i++) {
      long w = counted ? counts[i] : 1;
      if (keys[i] == keys[last]) {
        weight += w;
      } else {
        weights[last++] = weight;
        keys[last] = keys[i];
        weight = w;
      }
    }
    weights[last] = weight;
    size = last + 1;
  }

  private void sort() {
    if (size <= SMALL) {
      insertionSort();
      return;
    }
    long or = 0;
    long and = -1;
    for (int i = 0; i < size; i++) {
      or |= keys[i];
      and &= keys[i];
    }
    long differing = or ^ and;
    if (differing == 0) {
      return;
    }
    int low = Long.numberOfTrailingZeros(differing);
    int bits = 64 - Long.numberOfLeadingZeros(differing) - low;
    int widest = size < 4_096 ? 8 : DIGIT;
    int passes = (bits + widest - 1) / widest;
    int width = (bits + passes - 1) / passes;
    if (spareKeys.length < size) {
      spareKeys = new long[keys.length];
    }
    if (counted && spareCounts.length < size) {
      spareCounts = new int[counts.length];
    }
    for (int pass = 0; pass < passes; pass++) {
      scatter(low + pass * width, width);
    }
  }

  private void scatter(int shift, int width) {
    int mask = (1 << width) - 1;
    int[] at = starts;
    Arrays.fill(at, 0, mask + 1, 0);
    long[] from = keys;
    long[] to = spareKeys;
    int n = size;
    for (int i = 0; i < n; i++) {
      at[(int) (from[i] >>> shift) & mask]++;
    }
    int start = 0;
    for (int d = 0; d <= mask; d++) {
      int count = at[d];
      at[d] = start;
      start += count;
    }
    if (counted) {
      int[] fromCounts = counts;
      int[] toCounts = spareCounts;
      for (int i = 0; i < n; i++) {
        long key = from[i];
        int p = at[(int) (key >>> shift) & mask]++;
        to[p] = key;
        toCounts[p] = fromCounts[i];
      }
      counts = toCounts;
      spareCounts = fromCounts;
    } else {
      for (int i = 0; i < n; i++) {
        long key = from[i];
        to[at[(int) (key >>> shift) & mask]++] = key;
      }
    }
    keys = to;
    spareKeys = from;
  }

  private void insertionSort() {
    for (int i = 1; i < size; i++) {
      long key = keys[i];
      int count = counted ? counts[i] : 0;
      int j = i - 1;
      while (j >= 0 && Long.compareUnsigned(keys[j], key) > 0) {
        keys[j + 1] = keys[j];
        if (counted) {
          counts[j + 1] = counts[j];
        }
        j--;
      }
      keys[j + 1] = key;
      if (counted) {
        counts[j + 1] = count;
      }
    }
  }

  /** Sorts values with weights of any size and joins equal values; a copy. For few values. */
  static Sorted sorted(double[] values, long @Nullable [] weights, int n) {
    long[] keys = new long[n];
    for (int i = 0; i < n; i++) {
      keys[i] = keyOf(values[i]) ^ Long.MIN_VALUE;
    }
    long[] order = keys.clone();
    Arrays.sort(order);
    int distinct = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || order[i] != order[distinct - 1]) {
        order[distinct++] = order[i];
      }
    }
    long[] sums = new long[distinct];
    for (int i = 0; i < n; i++) {
      int at = Arrays.binarySearch(order, 0, distinct, keys[i]);
      sums[at] += weights == null ? 1 : weights[i];
    }
    double[] ascending = new double[distinct];
    for (int i = 0; i < distinct; i++) {
      order[i] ^= Long.MIN_VALUE;
    }
    Keys.DOUBLE.decode(order, ascending, distinct);
    return new Sorted(ascending, sums);
  }

  /** Distinct values, ascending, and their weights. */
  @SuppressWarnings("ArrayRecordComponent") // Local to this package, never compared.
  record Sorted(double[] values, long[] weights) {}
}
