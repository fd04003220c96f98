package io.pergola.validation.sketch;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import io.pergola.beam.Varint;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent byte strings, and how many there are.
 *
 * <p>Exact while there are at most {@value #EXACT} distinct values, together at most {@value
 * #EXACT_BYTES} bytes. Then the frequent-items algorithm of Misra and Gries (Agarwal et al.:
 * Mergeable Summaries, 2012): where a column or another sketch brings more than the table can hold,
 * so much is taken off every count, old and new, that at most half the room is used, and what falls
 * to zero is forgotten, or was never copied. Counts are then too low by at most {@link #error},
 * which is below 2 n / {@value #EXACT} for short values (each that is taken off is taken off more
 * than {@value #EXACT} / 2 values), and the number of distinct values comes from an UltraLogLog
 * sketch (Ertl, 2023) with a relative standard error of {@link DistinctSketch#ERROR}.
 * Deterministic; not thread-safe.
 */
public final class FrequentValues {
  /** The number of distinct values up to which everything is exact. */
  public static final int EXACT = 50_000;

  /** The number of bytes of distinct values up to which everything is exact. */
  public static final int EXACT_BYTES = 4 << 20;

  private static final int SMALL_COUNTS = 1_024;
  private static final int FEWEST_SLOTS = 64;

  private int[] slots = new int[FEWEST_SLOTS];
  private long[] hashes = new long[16];
  private long[] counts = new long[16];
  private int[] starts = new int[17];
  private byte[] data = new byte[256];
  private int size;
  private long error;
  private @Nullable UltraLogLog sketch;

  /**
   * Adds a value that occurs {@code weight} times.
   *
   * @param weight at least 1
   */
  public void add(byte[] bytes, int from, int length, long weight) {
    add(bytes, from, length, DistinctSketch.hash(bytes, from, length), weight);
  }

  /**
   * Adds a value to the number of distinct values only, whatever its frequency; they are no longer
   * exact then.
   */
  public void addUncounted(byte[] bytes, int from, int length) {
    toSketch().add(DistinctSketch.hash(bytes, from, length));
  }

  /** Adds what a column has; the entries are used up. The column's arrays are copied from. */
  public void add(CountedEntries column) {
    column.settle();
    int fresh = 0;
    long bytes = starts[size];
    for (int i = 0; i < column.size(); i++) {
      int known = find(column.data(), column.start(i), column.length(i), column.hash(i));
      if (known >= 0) {
        counts[known] += column.count(i);
      } else {
        bytes += column.length(i);
        column.keep(fresh++, i);
      }
    }
    column.truncate(fresh);
    if (fresh == 0) {
      return;
    }
    boolean fits = size + fresh <= EXACT && bytes <= EXACT_BYTES;
    if (sketch != null || !fits) {
      UltraLogLog distinct = toSketch();
      for (int i = 0; i < fresh; i++) {
        distinct.add(column.hash(i));
      }
    }
    long off = fits ? 0 : surplus(column);
    if (off > 0) {
      takeOff(off);
    }
    for (int i = 0; i < fresh; i++) {
      if (column.count(i) > off) {
        put(
            column.data(),
            column.start(i),
            column.length(i),
            column.hash(i),
            column.count(i) - off);
      }
    }
    if (!fits) {
      shrink();
    }
  }

  /** Adds everything that the other has seen; the other stays as it is. */
  public void merge(FrequentValues other) {
    if (other.sketch != null) {
      toSketch().add(other.sketch);
    }
    error += other.error;
    CountedEntries entries = new CountedEntries();
    entries.startDifferent(other.data, other.starts, other.size);
    for (int i = 0; i < other.size; i++) {
      entries.add(i, other.hashes[i], other.counts[i]);
    }
    add(entries);
  }

  /** How far counts can be too low: a bound, not an estimate; 0 while they are exact. */
  public long error() {
    return error;
  }

  /** Whether the number of distinct values is exact. */
  public boolean isDistinctExact() {
    return sketch == null;
  }

  /** The number of distinct values: exact, or an estimate. */
  public long distinct() {
    return sketch == null ? size : Math.max(size, DistinctSketch.estimate(sketch));
  }

  /** The number of values that have a count. */
  public int size() {
    return size;
  }

  /** The count of a value; {@code i} is below {@link #size}, in no particular order. */
  public long count(int i) {
    return counts[i];
  }

  /** A value; {@code i} is below {@link #size}. */
  public byte[] value(int i) {
    return Arrays.copyOfRange(data, starts[i], starts[i + 1]);
  }

  /** Writes the state, for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    Varint.write(out, size);
    Varint.write(out, error);
    DistinctSketch.write(out, sketch);
    for (int i = 0; i < size; i++) {
      int length = starts[i + 1] - starts[i];
      Varint.write(out, length);
      out.write(data, starts[i], length);
      Varint.write(out, counts[i]);
    }
  }

  /** Reads what {@link #write} wrote. */
  public static FrequentValues read(DataInput in) throws IOException {
    FrequentValues values = new FrequentValues();
    int size = (int) Varint.read(in);
    long error = Varint.read(in);
    UltraLogLog sketch = DistinctSketch.read(in);
    byte[] buffer = new byte[64];
    for (int i = 0; i < size; i++) {
      int length = (int) Varint.read(in);
      if (buffer.length < length) {
        buffer = new byte[length * 2];
      }
      in.readFully(buffer, 0, length);
      long count = Varint.read(in);
      values.add(buffer, 0, length, count);
    }
    values.error = error;
    values.sketch = sketch;
    return values;
  }

  private void add(byte[] bytes, int from, int length, long hash, long weight) {
    if (sketch != null) {
      sketch.add(hash);
    }
    put(bytes, from, length, hash, weight);
    if (size > EXACT || starts[size] > EXACT_BYTES) {
      toSketch();
      takeOff(median());
      shrink();
    }
  }

  private void put(byte[] bytes, int from, int length, long hash, long weight) {
    int known = find(bytes, from, length, hash);
    if (known >= 0) {
      counts[known] += weight;
    } else {
      append(bytes, from, length, hash, weight);
    }
  }

  /** The position of a value, or -1. */
  private int find(byte[] bytes, int from, int length, long hash) {
    int mask = slots.length - 1;
    int slot = (int) hash & mask;
    while (slots[slot] != 0) {
      int i = slots[slot] - 1;
      if (hashes[i] == hash
          && Arrays.equals(data, starts[i], starts[i + 1], bytes, from, from + length)) {
        return i;
      }
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  private void append(byte[] bytes, int from, int length, long hash, long weight) {
    if (size == counts.length) {
      hashes = Arrays.copyOf(hashes, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
      starts = Arrays.copyOf(starts, size * 2 + 1);
    }
    int start = starts[size];
    if (start + length > data.length) {
      data = Arrays.copyOf(data, Math.max(data.length * 2, start + length));
    }
    System.arraycopy(bytes, from, data, start, length);
    hashes[size] = hash;
    counts[size] = weight;
    starts[++size] = start + length;
    if (size * 2 > slots.length) {
      index(slots.length * 2);
    } else {
      place(size - 1);
    }
  }

  private UltraLogLog toSketch() {
    UltraLogLog distinct = sketch;
    if (distinct == null) {
      distinct = DistinctSketch.create();
      for (int i = 0; i < size; i++) {
        distinct.add(hashes[i]);
      }
      sketch = distinct;
    }
    return distinct;
  }

  /** The least number that at most half the room's counts exceed, here and in a column. */
  private long surplus(CountedEntries column) {
    long[] all = new long[size + column.size()];
    System.arraycopy(counts, 0, all, 0, size);
    for (int i = 0; i < column.size(); i++) {
      all[size + i] = column.count(i);
    }
    int[] small = new int[SMALL_COUNTS];
    int larger = 0;
    for (long count : all) {
      if (count < SMALL_COUNTS) {
        small[(int) count]++;
      } else {
        larger++;
      }
    }
    if (larger > EXACT / 2) {
      Arrays.sort(all);
      return all[all.length - 1 - EXACT / 2];
    }
    int off = SMALL_COUNTS - 1;
    while (off > 0 && larger + small[off] <= EXACT / 2) {
      larger += small[off--];
    }
    return off;
  }

  private long median() {
    long[] sorted = Arrays.copyOf(counts, size);
    Arrays.sort(sorted);
    return sorted[size / 2];
  }

  /** Takes off medians until the bytes leave half the room. */
  private void shrink() {
    while (starts[size] > EXACT_BYTES / 2) {
      takeOff(median());
    }
  }

  /** Takes so much off every count, and forgets what has none left. */
  private void takeOff(long off) {
    error += off;
    int kept = 0;
    int end = 0;
    for (int i = 0; i < size; i++) {
      if (counts[i] <= off) {
        continue;
      }
      int start = starts[i];
      int length = starts[i + 1] - start;
      System.arraycopy(data, start, data, end, length);
      hashes[kept] = hashes[i];
      counts[kept] = counts[i] - off;
      starts[kept++] = end;
      end += length;
    }
    starts[kept] = end;
    size = kept;
    index(Math.max(FEWEST_SLOTS, Integer.highestOneBit(Math.max(1, size)) << 2));
  }

  private void index(int length) {
    slots = new int[length];
    for (int i = 0; i < size; i++) {
      place(i);
    }
  }

  private void place(int i) {
    int mask = slots.length - 1;
    int slot = (int) hashes[i] & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = i + 1;
  }
}
