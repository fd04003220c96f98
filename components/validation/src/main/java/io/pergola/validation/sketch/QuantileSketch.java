package io.pergola.validation.sketch;

import io.pergola.beam.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Quantiles of many weighted numbers, in little memory.
 *
 * <p>Exact while there are at most {@value #EXACT} distinct values; then a compactor of the KLL
 * family (Karnin, Lang, Liberty: Optimal Quantile Approximation in Streams, 2016; Manku,
 * Rajagopalan, Lindsay, 1998) with two differences: every level holds up to {@value #K} items, and
 * which half a compaction keeps is not random but the one that balances the errors made so far. So
 * the same calls give the same result, and {@link #rankError} is a bound that always holds, not
 * with a probability: below 0.005 of the number of values up to 10^9 values, however they are
 * ordered and merged. Sorted runs enter at the level their weight allows, which loses less.
 *
 * <p>NaN is not allowed; -0.0 counts as 0.0. Not thread-safe.
 */
public final class QuantileSketch {
  /** The number of distinct values up to which everything is exact. */
  public static final int EXACT = 10_000;

  private static final int K = 2_048;
  private static final int PENDING = 2_048;
  private static final int LEVELS = 64;

  private long count;
  private boolean exact = true;
  private double[] values = new double[0];
  private long[] weights = new long[0];
  private int size;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double[][] levels = new double[0][];
  private long overestimate;
  private long underestimate;
  private double[] pendingValues = new double[0];
  private long[] pendingWeights = new long[0];
  private int pending;

  /** Adds one value. */
  public void add(double value) {
    add(value, 1);
  }

  /**
   * Adds a value that occurs {@code weight} times.
   *
   * @param weight at least 0
   */
  public void add(double value, long weight) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("Invalid value of a quantile sketch: NaN");
    }
    if (weight <= 0) {
      return;
    }
    if (pending == pendingValues.length) {
      if (pending == PENDING) {
        flush();
      } else {
        int capacity = Math.max(16, Math.min(PENDING, pending * 4));
        pendingValues = Arrays.copyOf(pendingValues, capacity);
        pendingWeights = Arrays.copyOf(pendingWeights, capacity);
      }
    }
    pendingValues[pending] = value;
    pendingWeights[pending++] = weight;
  }

  /**
   * Adds distinct values in ascending order.
   *
   * @param ascending the first {@code n} are read; no NaN, and no -0.0
   * @param times how often each occurs, at least 1
   */
  public void addSorted(double[] ascending, long[] times, int n) {
    flush();
    addRun(ascending, times, n);
  }

  /** Adds everything that the other sketch has seen; the other stays as it is. */
  public void merge(QuantileSketch other) {
    flush();
    other.flush();
    if (other.count == 0) {
      return;
    }
    if (other.exact) {
      addRun(other.values, other.weights, other.size);
      return;
    }
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    count += other.count;
    if (exact) {
      exact = false;
      compress(values, weights, size);
      values = new double[0];
      weights = new long[0];
      size = 0;
    }
    overestimate += other.overestimate;
    underestimate += other.underestimate;
    for (int level = 0; level < other.levels.length; level++) {
      insert(level, other.levels[level]);
    }
  }

  /** The number of values, each as often as it occurs. */
  public long count() {
    flush();
    return count;
  }

  /** The least value; positive infinity without values. */
  public double min() {
    flush();
    return min;
  }

  /** The greatest value; negative infinity without values. */
  public double max() {
    flush();
    return max;
  }

  /** Whether every value is still known. */
  public boolean isExact() {
    flush();
    return exact;
  }

  /** The number of distinct values, where this is exact. */
  public int distinct() {
    flush();
    if (!exact) {
      throw new IllegalStateException("Cannot count distinct values: the sketch is not exact.");
    }
    return size;
  }

  /** The distinct values, ascending, where the sketch is exact. */
  public double[] exactValues() {
    flush();
    if (!exact) {
      throw new IllegalStateException("Cannot list the values: the sketch is not exact.");
    }
    return Arrays.copyOf(values, size);
  }

  /** How far a rank can be off, in values: a bound, not an estimate; 0 while exact. */
  public long rankError() {
    flush();
    return Math.max(overestimate, underestimate);
  }

  /** The values as they stand now, to query. */
  public Quantiles quantiles() {
    flush();
    if (exact) {
      return new Quantiles(
          Arrays.copyOf(values, size), Arrays.copyOf(weights, size), count, true, min, max);
    }
    int items = 0;
    for (double[] level : levels) {
      items += level.length;
    }
    double[] all = new double[items];
    long[] times = new long[items];
    int at = 0;
    for (int h = 0; h < levels.length; h++) {
      System.arraycopy(levels[h], 0, all, at, levels[h].length);
      Arrays.fill(times, at, at + levels[h].length, 1L << h);
      at += levels[h].length;
    }
    SortBuffer.Sorted sorted = SortBuffer.sorted(all, times, items);
    return new Quantiles(sorted.values(), sorted.weights(), count, false, min, max);
  }

  /** Writes the state, for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    flush();
    out.writeLong(count);
    out.writeBoolean(exact);
    if (exact) {
      out.writeInt(size);
      SortedValues.write(out, values, size);
      for (int i = 0; i < size; i++) {
        Varint.write(out, weights[i]);
      }
      return;
    }
    out.writeDouble(min);
    out.writeDouble(max);
    out.writeLong(overestimate);
    out.writeLong(underestimate);
    out.writeByte(levels.length);
    for (double[] level : levels) {
      out.writeShort(level.length);
      SortedValues.write(out, level, level.length);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static QuantileSketch read(DataInput in) throws IOException {
    QuantileSketch sketch = new QuantileSketch();
    sketch.count = in.readLong();
    sketch.exact = in.readBoolean();
    if (sketch.exact) {
      sketch.size = in.readInt();
      sketch.values = SortedValues.read(in, sketch.size);
      sketch.weights = new long[sketch.size];
      for (int i = 0; i < sketch.size; i++) {
        sketch.weights[i] = Varint.read(in);
      }
      if (sketch.size > 0) {
        sketch.min = sketch.values[0];
        sketch.max = sketch.values[sketch.size - 1];
      }
      return sketch;
    }
    sketch.min = in.readDouble();
    sketch.max = in.readDouble();
    sketch.overestimate = in.readLong();
    sketch.underestimate = in.readLong();
    sketch.levels = new double[in.readUnsignedByte()][];
    for (int h = 0; h < sketch.levels.length; h++) {
      sketch.levels[h] = SortedValues.read(in, in.readUnsignedShort());
    }
    return sketch;
  }

  private void flush() {
    if (pending == 0) {
      return;
    }
    SortBuffer.Sorted sorted = SortBuffer.sorted(pendingValues, pendingWeights, pending);
    pending = 0;
    addRun(sorted.values(), sorted.weights(), sorted.values().length);
  }

  private void addRun(double[] ascending, long[] times, int n) {
    if (n == 0) {
      return;
    }
    min = Math.min(min, ascending[0]);
    max = Math.max(max, ascending[n - 1]);
    for (int i = 0; i < n; i++) {
      count += times[i];
    }
    if (exact) {
      join(ascending, times, n);
    } else {
      compress(ascending, times, n);
    }
  }

  /** Joins a run with the exact values, and gives up exactness if they become too many. */
  private void join(double[] ascending, long[] times, int n) {
    double[] joined = new double[size + n];
    long[] sums = new long[size + n];
    int i = 0;
    int j = 0;
    int at = 0;
    while (i < size || j < n) {
      if (j == n || (i < size && values[i] < ascending[j])) {
        joined[at] = values[i];
        sums[at++] = weights[i++];
      } else if (i == size || ascending[j] < values[i]) {
        joined[at] = ascending[j];
        sums[at++] = times[j++];
      } else {
        joined[at] = values[i];
        sums[at++] = weights[i++] + times[j++];
      }
    }
    if (at <= EXACT) {
      values = joined;
      weights = sums;
      size = at;
      return;
    }
    exact = false;
    values = new double[0];
    weights = new long[0];
    size = 0;
    compress(joined, sums, at);
  }

  /**
   * Adds a sorted run as items of one level: of every 2^g consecutive values the middle one, so
   * that a rank is off by at most half of that; what is left over goes to lower levels likewise.
   */
  private void compress(double[] ascending, long[] times, int n) {
    long total = 0;
    for (int i = 0; i < n; i++) {
      total += times[i];
    }
    int level = 0;
    while (total >>> level > K) {
      level++;
    }
    long width = 1L << level;
    overestimate += width / 2;
    underestimate += width / 2;

    double[] items = new double[(int) (total >>> level)];
    int run = 0;
    long passed = 0;
    long start = 0;
    for (int i = 0; i < items.length; i++) {
      long wanted = start + width / 2;
      while (passed + times[run] <= wanted) {
        passed += times[run++];
      }
      items[i] = ascending[run];
      start += width;
    }
    insert(level, items);
    for (int h = level - 1; h >= 0; h--) {
      if ((total >>> h & 1) == 0) {
        continue;
      }
      long wanted = start + (1L << h) / 2;
      while (passed + times[run] <= wanted) {
        passed += times[run++];
      }
      insert(h, new double[] {ascending[run]});
      start += 1L << h;
    }
  }

  /** Adds sorted items to a level; too many are halved and go up. The array is kept. */
  private void insert(int level, double[] items) {
    while (items.length > 0) {
      if (level >= LEVELS - 1) {
        throw new IllegalStateException("Cannot add more values to a quantile sketch.");
      }
      while (levels.length <= level) {
        levels = Arrays.copyOf(levels, levels.length + 1);
        levels[levels.length - 1] = new double[0];
      }
      double[] all = mergeSorted(levels[level], items);
      if (all.length <= K) {
        levels[level] = all;
        return;
      }
      int half = all.length / 2;
      levels[level] = all.length % 2 == 0 ? new double[0] : new double[] {all[all.length - 1]};
      boolean lower = overestimate <= underestimate;
      if (lower) {
        overestimate += 1L << level;
      } else {
        underestimate += 1L << level;
      }
      double[] kept = new double[half];
      for (int i = 0; i < half; i++) {
        kept[i] = all[2 * i + (lower ? 0 : 1)];
      }
      items = kept;
      level++;
    }
  }

  private static double[] mergeSorted(double[] a, double[] b) {
    if (a.length == 0) {
      return b;
    }
    double[] merged = new double[a.length + b.length];
    int i = 0;
    int j = 0;
    for (int at = 0; at < merged.length; at++) {
      merged[at] = j == b.length || (i < a.length && a[i] <= b[j]) ? a[i++] : b[j++];
    }
    return merged;
  }
}
