package io.pergola.validation.sketch;

import java.util.Arrays;

/**
 * The different byte strings among the entries of a column, each with its hash and how often it
 * occurs, for {@link FrequentValues#add(CountedEntries)}: a sketch that sees a whole column at once
 * need not copy what is rare in it. Keeps its arrays for the next column. Not thread-safe.
 */
public final class CountedEntries {
  /** The number of entries to take at a time: tables of that size stay near the processor. */
  public static final int MOST = 1 << 18;

  private static final int FEWEST_SLOTS = 1_024;

  private byte[] data = {};
  private int[] offsets = {0};
  private int[] entries = new int[FEWEST_SLOTS];
  private long[] hashes = new long[FEWEST_SLOTS];
  private long[] counts = new long[FEWEST_SLOTS];
  private int size;
  private boolean mayRepeat;
  private int[] slots = {};
  private long[] met = {};
  private long[] metAgain = {};

  /**
   * Starts anew with entries of a column that may be equal to each other; the arrays are not copied
   * and must stay as they are.
   *
   * @param offsets entry {@code e} is {@code data[offsets[e]]} up to, exclusive, {@code
   *     data[offsets[e + 1]]}
   * @param most how many entries are added at most, up to {@value #MOST}
   */
  public void start(byte[] data, int[] offsets, int most) {
    startDifferent(data, offsets, most);
    mayRepeat = true;
  }

  /**
   * Starts anew, like {@link #start}, with entries that all differ, as those of a dictionary do.
   */
  public void startDifferent(byte[] data, int[] offsets, int most) {
    this.data = data;
    this.offsets = offsets;
    size = 0;
    mayRepeat = false;
    if (entries.length < most) {
      entries = new int[most];
      hashes = new long[most];
      counts = new long[most];
    }
  }

  /**
   * Adds an entry.
   *
   * @param count how often it occurs, at least 1
   */
  public void add(int entry, long count) {
    int start = offsets[entry];
    add(entry, DistinctSketch.hash(data, start, offsets[entry + 1] - start), count);
  }

  void add(int entry, long hash, long count) {
    entries[size] = entry;
    hashes[size] = hash;
    counts[size++] = count;
  }

  /**
   * Makes one of equal entries. A bit for each hash, in a table that the processor has at hand,
   * tells first which of them can have an equal at all; only those are looked up.
   */
  void settle() {
    if (!mayRepeat || size < 2) {
      return;
    }
    mayRepeat = false;
    int bits = Math.max(FEWEST_SLOTS, Integer.highestOneBit(size - 1) << 4);
    int words = bits >> 6;
    met = zeros(met, words);
    metAgain = zeros(metAgain, words);
    int shift = Integer.numberOfLeadingZeros(bits) + Integer.SIZE + 1;
    for (int i = 0; i < size; i++) {
      int bit = (int) (hashes[i] >>> shift);
      long mask = 1L << bit;
      metAgain[bit >> 6] |= met[bit >> 6] & mask;
      met[bit >> 6] |= mask;
    }
    int room = bits >> 2;
    if (slots.length < room) {
      slots = new int[room];
    } else {
      Arrays.fill(slots, 0, room, 0);
    }
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int bit = (int) (hashes[i] >>> shift);
      if ((metAgain[bit >> 6] >>> bit & 1) == 0 || !joins(i, kept, room - 1)) {
        keep(kept++, i);
      }
    }
    size = kept;
  }

  private static long[] zeros(long[] words, int length) {
    if (words.length < length) {
      return new long[length];
    }
    Arrays.fill(words, 0, length, 0);
    return words;
  }

  /** Adds an entry to its equal before it, or notes where it will be. */
  private boolean joins(int i, int place, int mask) {
    int slot = (int) hashes[i] & mask;
    while (slots[slot] != 0) {
      int other = slots[slot] - 1;
      if (hashes[other] == hashes[i] && areEqual(entries[other], entries[i])) {
        counts[other] += counts[i];
        return true;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = place + 1;
    return false;
  }

  private boolean areEqual(int a, int b) {
    return Arrays.equals(data, offsets[a], offsets[a + 1], data, offsets[b], offsets[b + 1]);
  }

  /** The number of entries; of different ones after {@link #settle}. */
  int size() {
    return size;
  }

  byte[] data() {
    return data;
  }

  int start(int i) {
    return offsets[entries[i]];
  }

  int length(int i) {
    return offsets[entries[i] + 1] - offsets[entries[i]];
  }

  long hash(int i) {
    return hashes[i];
  }

  long count(int i) {
    return counts[i];
  }

  /** Moves one to an earlier position, so that {@link #truncate} leaves the ones that are kept. */
  void keep(int kept, int i) {
    entries[kept] = entries[i];
    hashes[kept] = hashes[i];
    counts[kept] = counts[i];
  }

  void truncate(int kept) {
    size = kept;
  }
}
