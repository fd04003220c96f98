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
 * <p>Values are counted by hash. What was written and read again stands in order, and is merged
 * from front to back, without looking anything up: of a window of spans that is most of the work.
 *
 * <p>Values counted together differ by at most 1/512 of themselves (2^18 prefixes always hold sign,
 * exponent and 9 bits of the fraction), far less for values of similar size.
 */
final class QuantileCounts implements Accumulator, Accumulator.OfNumbers {
  static final int KIND = 3;
  static final int CAPACITY = 1 << 18;

  /** A key has three digits of eleven bits; the highest has ten. */
  private static final int DIGITS = 3;

  private static final int DIGIT_BITS = 11;

  /** Below so many keys, comparing them takes less than counting digits. */
  private static final int FEW = 1 << 10;

  private final int capacity;

  /** How many trailing bits of a value are not told apart. */
  private int dropped;

  private int size;
  private long count;

  /**
   * If {@link #sorted}, the first {@link #size} are the keys in ascending order. Otherwise they
   * stand by hash, and a slot is free where its count is 0.
   */
  private int[] keys = new int[64];

  private long[] counts = new long[64];
  private boolean sorted;

  /** Where the next merge puts what it makes. */
  private Buffer spare = Buffer.EMPTY;

  /** Where counts are read that are merged at once. */
  private Buffer incoming = Buffer.EMPTY;

  /** Room for keys and their counts. */
  private record Buffer(int[] keys, long[] counts) {
    static final Buffer EMPTY = new Buffer(0);

    Buffer(int size) {
      this(new int[size], new long[size]);
    }

    /** This, or more room if so many do not fit. */
    Buffer room(int size) {
      return size <= keys.length ? this : new Buffer(size + size / 2);
    }
  }

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
    if (sorted) {
      hash();
    }
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

  /** Leaves the order, for room to look keys up and add some. */
  private void hash() {
    sorted = false;
    int slots = 64;
    while (slots < 2 * size) {
      slots *= 2;
    }
    keys = Arrays.copyOf(keys, size);
    counts = Arrays.copyOf(counts, size);
    rebuild(slots, 0);
  }

  /** Brings the keys into order. */
  private void sort() {
    if (sorted) {
      return;
    }
    Buffer dense = new Buffer(size);
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] != 0) {
        dense.keys[n] = keys[i];
        dense.counts[n++] = counts[i];
      }
    }
    Buffer ascending = size < FEW ? ascendingFew(dense) : ascending(dense);
    keys = ascending.keys;
    counts = ascending.counts;
    sorted = true;
  }

  /** Keys in ascending order, with their counts, of some hundred at most. */
  private static Buffer ascendingFew(Buffer given) {
    long[] keysWithPlaces = new long[given.keys.length];
    for (int i = 0; i < keysWithPlaces.length; i++) {
      keysWithPlaces[i] = (long) given.keys[i] << 32 | i;
    }
    Arrays.sort(keysWithPlaces);
    Buffer ascending = new Buffer(keysWithPlaces.length);
    for (int i = 0; i < keysWithPlaces.length; i++) {
      ascending.keys[i] = (int) (keysWithPlaces[i] >> 32);
      ascending.counts[i] = given.counts[(int) keysWithPlaces[i]];
    }
    return ascending;
  }

  /**
   * Keys in ascending order, with their counts: by their digits, the lowest first, each pass
   * keeping the order of the one before (Knuth, The Art of Computer Programming 3, 5.2.5).
   */
  private static Buffer ascending(Buffer given) {
    int[][] starts = new int[DIGITS][1 << DIGIT_BITS];
    for (int key : given.keys) {
      for (int digit = 0; digit < DIGITS; digit++) {
        starts[digit][digit(key, digit)]++;
      }
    }
    Buffer from = given;
    Buffer to = new Buffer(given.keys.length);
    for (int digit = 0; digit < DIGITS; digit++) {
      if (becomesStarts(starts[digit], given.keys.length)) {
        for (int i = 0; i < from.keys.length; i++) {
          int at = starts[digit][digit(from.keys[i], digit)]++;
          to.keys[at] = from.keys[i];
          to.counts[at] = from.counts[i];
        }
        Buffer read = from;
        from = to;
        to = read;
      }
    }
    return from;
  }

  /** Negative keys come first. */
  private static int digit(int key, int digit) {
    return (key ^ Integer.MIN_VALUE) >>> digit * DIGIT_BITS & (1 << DIGIT_BITS) - 1;
  }

  /** Makes places of how many keys have each digit; false if all of them have the same. */
  private static boolean becomesStarts(int[] sizes, int all) {
    int start = 0;
    boolean differ = true;
    for (int i = 0; i < sizes.length; i++) {
      int here = sizes[i];
      differ &= here < all;
      sizes[i] = start;
      start += here;
    }
    return differ;
  }

  private void coarsen(int bits) {
    int more = bits - dropped;
    dropped = bits;
    if (sorted) {
      shorten(more);
    } else {
      rebuild(keys.length, more);
    }
    if (size > capacity) {
      coarsen(dropped + 1);
    }
  }

  /** Drops trailing bits of keys that stand in order, and counts those together that are equal. */
  private void shorten(int shift) {
    int n = 0;
    for (int i = 0; i < size; i++) {
      int key = keys[i] >> shift;
      if (n > 0 && keys[n - 1] == key) {
        counts[n - 1] += counts[i];
      } else {
        keys[n] = key;
        counts[n++] = counts[i];
      }
    }
    size = n;
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
      sort();
      int next = 0;
      long below = 0;
      for (int i = 1; i < buckets; i++) {
        long rank = rank(i, buckets);
        while (below + counts[next] <= rank) {
          below += counts[next];
          next++;
        }
        boundaries.add(value(keys[next]));
      }
    }
    return boundaries;
  }

  long count() {
    return count;
  }

  /** Hands on each value and how often it occurs, in ascending order. */
  void forEach(ValueAndTimes to) {
    sort();
    for (int i = 0; i < size; i++) {
      to.accept(value(keys[i]), counts[i]);
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
    if (isMergedInOrder(that.size)) {
      that.sort();
    }
    if (that.sorted) {
      addAll(that.keys, that.counts, that.size, that.dropped);
      return;
    }
    for (int i = 0; i < that.keys.length; i++) {
      if (that.counts[i] != 0) {
        // Not hoisted: adding a key may coarsen this.
        put(that.keys[i] >> (dropped - that.dropped), that.counts[i]);
      }
    }
  }

  /** Whether so many keys are added in one go over all: not if they are few beside those here. */
  private boolean isMergedInOrder(int more) {
    return size == 0 || sorted && more >= size / 8;
  }

  /** Adds what another of the same kind has written. */
  void mergeState(DataInput in) throws IOException {
    in.readInt();
    int bits = in.readByte();
    int more = in.readInt();
    incoming = incoming.room(more);
    count += read(in, incoming.keys, incoming.counts, more);
    if (bits > dropped) {
      coarsen(bits);
    }
    addAll(incoming.keys, incoming.counts, more, bits);
  }

  /**
   * Adds keys that stand in ascending order.
   *
   * @param bits how many trailing bits of values they lack, at most as many as these
   */
  private void addAll(int[] moreKeys, long[] moreCounts, int more, int bits) {
    if (isMergedInOrder(more)) {
      sort();
      mergeInOrder(moreKeys, moreCounts, more, bits);
      return;
    }
    for (int i = 0; i < more; i++) {
      put(moreKeys[i] >> (dropped - bits), moreCounts[i]);
    }
  }

  private void mergeInOrder(int[] moreKeys, long[] moreCounts, int more, int bits) {
    int shift = dropped - bits;
    Buffer merged = spare.room(size + more);
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < size || j < more) {
      boolean here = j == more || i < size && keys[i] <= moreKeys[j] >> shift;
      int key = here ? keys[i] : moreKeys[j] >> shift;
      long times = here ? counts[i++] : moreCounts[j++];
      if (n > 0 && merged.keys[n - 1] == key) {
        merged.counts[n - 1] += times;
      } else {
        merged.keys[n] = key;
        merged.counts[n++] = times;
      }
    }
    spare = new Buffer(keys, counts);
    keys = merged.keys;
    counts = merged.counts;
    size = n;
    if (size > capacity) {
      coarsen(dropped + 1);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    sort();
    out.writeInt(capacity);
    out.writeByte(dropped);
    out.writeInt(size);
    long before = Integer.MIN_VALUE;
    for (int i = 0; i < size; i++) {
      Varint.write(out, keys[i] - before);
      Varint.write(out, counts[i]);
      before = keys[i];
    }
  }

  static QuantileCounts readState(DataInput in) throws IOException {
    QuantileCounts read = new QuantileCounts(in.readInt());
    read.dropped = in.readByte();
    read.size = in.readInt();
    read.keys = new int[read.size];
    read.counts = new long[read.size];
    read.sorted = true;
    read.count = read(in, read.keys, read.counts, read.size);
    return read;
  }

  /**
   * Reads keys and their counts.
   *
   * @return the sum of the counts
   */
  private static long read(DataInput in, int[] keys, long[] counts, int size) throws IOException {
    long key = Integer.MIN_VALUE;
    long sum = 0;
    for (int i = 0; i < size; i++) {
      key += Varint.read(in);
      keys[i] = (int) key;
      counts[i] = Varint.read(in);
      sum += counts[i];
    }
    return sum;
  }
}
