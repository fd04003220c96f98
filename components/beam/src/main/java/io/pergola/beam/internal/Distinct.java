package io.pergola.beam.internal;

import io.pergola.beam.ExampleSchema;
import java.util.Arrays;

/** The distinct values of a column, numbered as they first came. Numbers are told by their bits. */
final class Distinct {
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final ColumnAssembly entries;

  /** For each entry its bits, or the hash of its bytes. */
  private long[] keys = new long[64];

  /** Open addressing: 1 more than the entry, 0 where free. */
  private int[] slots = new int[256];

  Distinct(ExampleSchema.Field field) {
    entries = new ColumnAssembly(field, 64);
  }

  ColumnAssembly entries() {
    return entries;
  }

  /** About how much memory this takes. */
  long bytes() {
    return entries.bytes() + slots.length * 4L + keys.length * 8L;
  }

  /** The number of a number, given by its bits. */
  int idOf(long bits) {
    int mask = slots.length - 1;
    int slot = (int) (bits * MIX >>> 32) & mask;
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (keys[id] == bits) {
        return id;
      }
      slot = slot + 1 & mask;
    }
    entries.addBits(bits);
    return insert(slot, bits);
  }

  /** The number of some text or bytes. */
  int idOf(byte[] data, int from, int length) {
    long hash = hash(data, from, length);
    int mask = slots.length - 1;
    int slot = (int) (hash * MIX >>> 32) & mask;
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (keys[id] == hash && entries.entryEquals(id, data, from, length)) {
        return id;
      }
      slot = slot + 1 & mask;
    }
    entries.addBytes(data, from, length);
    return insert(slot, hash);
  }

  private int insert(int slot, long key) {
    int id = entries.size() - 1;
    if (id == keys.length) {
      keys = Arrays.copyOf(keys, id * 2);
    }
    keys[id] = key;
    slots[slot] = id + 1;
    if ((id + 1) * 2 > slots.length) {
      rehash(id + 1);
    }
    return id;
  }

  private void rehash(int size) {
    int[] larger = new int[slots.length * 2];
    int mask = larger.length - 1;
    for (int id = 0; id < size; id++) {
      int slot = (int) (keys[id] * MIX >>> 32) & mask;
      while (larger[slot] != 0) {
        slot = slot + 1 & mask;
      }
      larger[slot] = id + 1;
    }
    slots = larger;
  }

  private static long hash(byte[] data, int from, int length) {
    long hash = length;
    int at = from;
    int end = from + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = (hash ^ Bytes.readLong(data, at)) * MIX;
      hash ^= hash >>> 29;
    }
    if (at < end) {
      hash = (hash ^ tail(data, at, end)) * MIX;
    }
    return hash ^ hash >>> 32;
  }

  /** Fewer than 8 bytes as one word. */
  private static long tail(byte[] data, int from, int end) {
    if (from + Long.BYTES <= data.length) {
      return Bytes.readLong(data, from) & (1L << (end - from) * Byte.SIZE) - 1;
    }
    long word = 0;
    for (int at = end - 1; at >= from; at--) {
      word = word << Byte.SIZE | data[at] & 0xff;
    }
    return word;
  }
}
