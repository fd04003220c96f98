package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.beam.Varint;
import io.pergola.feature.Expr;
import io.pergola.feature.Scaling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How often each finite float32 occurs: exact quantiles while there are at most {@link #CAPACITY}
 * distinct values. Beyond, values are counted together that share their leading bits, of as many as
 * keep within the capacity. How many that is follows from the set of values alone, and so, unlike
 * with sketches that sample or compact, every order and grouping of the values gives the same
 * boundaries.
 *
 * <p>Values counted together differ by at most 1/512 of themselves (2^18 prefixes always hold sign,
 * exponent and 9 bits of the fraction), far less for values of similar size.
 */
final class QuantileCounts implements Accumulator, Accumulator.OfNumbers {
  static final int KIND = 3;
  static final int CAPACITY = 1 << 18;

  private final int capacity;

  /** How many trailing bits of a value are not told apart. */
  private int dropped;

  private int size;
  private long count;

  /** A slot is free where its count is 0. */
  private int[] keys = new int[64];

  private long[] counts = new long[64];

  QuantileCounts() {
    this(CAPACITY);
  }

  QuantileCounts(int capacity) {
    this.capacity = capacity;
  }

  void add(FloatColumn x) {
    float[] entries = x.entries();
    int[] ids = x.ids();
    if (ids != null) {
      int[] uses = Accumulator.uses(x, ids);
      for (int i = 0; i < uses.length; i++) {
        add(entries[i], uses[i]);
      }
      return;
    }
    for (int row = 0; row < entries.length; row++) {
      if (x.isPresent(row)) {
        add(entries[row], 1);
      }
    }
  }

  @Override
  public void add(float value, int times) {
    add(value, (long) times);
  }

  void add(float value, long times) {
    if (times > 0 && Float.isFinite(value)) {
      count += times;
      put(order(value) >> dropped, times);
    }
  }

  /** Bits whose order as integers is the order of the values; both zeros are one. */
  private static int order(float value) {
    int bits = Float.floatToRawIntBits(value + 0f);
    return bits ^ (bits >> 31 & 0x7FFF_FFFF);
  }

  /** The smallest value of a key. */
  private float value(int key) {
    int order = key << dropped;
    float value = Float.intBitsToFloat(order ^ (order >> 31 & 0x7FFF_FFFF));
    return Float.isFinite(value) ? value : -Float.MAX_VALUE;
  }

  private void put(int key, long times) {
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    if (counts[slot] == 0) {
      keys[slot] = key;
      size++;
    }
    counts[slot] += times;
    if (size > capacity) {
      coarsen(dropped + 1);
    } else if (size * 2 > keys.length) {
      rebuild(keys.length * 2, 0);
    }
  }

  private static int slot(int key, int mask) {
    int mixed = key * 0x9E37_79B9;
    return (mixed ^ mixed >>> 15) & mask;
  }

  /** Makes room for so many keys at once. */
  private void makeRoom(int keys) {
    int slots = this.keys.length;
    while (slots < 2 * Math.min(keys, capacity)) {
      slots *= 2;
    }
    if (slots > this.keys.length) {
      rebuild(slots, 0);
    }
  }

  private void coarsen(int bits) {
    int more = bits - dropped;
    dropped = bits;
    rebuild(keys.length, more);
    if (size > capacity) {
      coarsen(dropped + 1);
    }
  }

  private void rebuild(int slots, int shift) {
    int[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new int[slots];
    counts = new long[slots];
    size = 0;
    int mask = slots - 1;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] != 0) {
        int key = oldKeys[i] >> shift;
        int slot = slot(key, mask);
        while (counts[slot] != 0 && keys[slot] != key) {
          slot = (slot + 1) & mask;
        }
        if (counts[slot] == 0) {
          keys[slot] = key;
          size++;
        }
        counts[slot] += oldCounts[i];
      }
    }
  }

  /**
   * The boundaries between {@code buckets} equal parts: boundary i is the value of rank {@code i *
   * n / buckets} (rounded down, ranks from 0) in ascending order.
   */
  Fitted.Bucketize fit(Expr.Bucketize of) {
    return new Fitted.Bucketize(of, count, boundaries(of.buckets()));
  }

  /** The boundaries between equal parts, as those of buckets. */
  Fitted.Quantile fit(Scaling.Quantile of) {
    return new Fitted.Quantile(of, count, boundaries(of.buckets()));
  }

  /** The boundaries between quarters. */
  Fitted.Robust fit(Scaling.Robust of) {
    if (count == 0) {
      return new Fitted.Robust(of, 0, 0, 0, 0);
    }
    List<Float> quartiles = boundaries(4);
    return new Fitted.Robust(of, count, quartiles.get(1), quartiles.get(0), quartiles.get(2));
  }

  private List<Float> boundaries(int buckets) {
    List<Float> boundaries = new ArrayList<>();
    if (count > 0) {
      int[] sorted = sortedKeys();
      int next = 0;
      long below = 0;
      for (int i = 1; i < buckets; i++) {
        long rank = rank(i, buckets);
        while (below + countOf(sorted[next]) <= rank) {
          below += countOf(sorted[next]);
          next++;
        }
        boundaries.add(value(sorted[next]));
      }
    }
    return boundaries;
  }

  long count() {
    return count;
  }

  /** Hands on each value and how often it occurs, in ascending order. */
  void forEach(ValueAndTimes to) {
    for (int key : sortedKeys()) {
      to.accept(value(key), countOf(key));
    }
  }

  /** Takes a value and how often it occurs. */
  interface ValueAndTimes {
    void accept(float value, long times);
  }

  /** Without overflow: floor(i * count / buckets). */
  private long rank(int i, int buckets) {
    return count / buckets * i + count % buckets * i / buckets;
  }

  private int[] sortedKeys() {
    int[] sorted = new int[size];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] != 0) {
        sorted[n++] = keys[i];
      }
    }
    Arrays.sort(sorted);
    return sorted;
  }

  private long countOf(int key) {
    int mask = keys.length - 1;
    int slot = slot(key, mask);
    while (keys[slot] != key || counts[slot] == 0) {
      slot = (slot + 1) & mask;
    }
    return counts[slot];
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public QuantileCounts empty() {
    return new QuantileCounts(capacity);
  }

  @Override
  public void merge(Accumulator other) {
    QuantileCounts that = (QuantileCounts) other;
    if (that.dropped > dropped) {
      coarsen(that.dropped);
    }
    count += that.count;
    makeRoom(that.size);
    for (int i = 0; i < that.keys.length; i++) {
      if (that.counts[i] != 0) {
        // Not hoisted: adding a key may coarsen this.
        put(that.keys[i] >> (dropped - that.dropped), that.counts[i]);
      }
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(capacity);
    out.writeByte(dropped);
    out.writeInt(size);
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] != 0) {
        out.writeInt(keys[i]);
        Varint.write(out, counts[i]);
      }
    }
  }

  static QuantileCounts readState(DataInput in) throws IOException {
    QuantileCounts read = new QuantileCounts(in.readInt());
    read.dropped = in.readByte();
    int size = in.readInt();
    read.makeRoom(size);
    for (int i = 0; i < size; i++) {
      int key = in.readInt();
      long times = Varint.read(in);
      read.count += times;
      read.put(key, times);
    }
    return read;
  }
}
