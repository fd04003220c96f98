package io.pergola.examplegen.internal.tfrecord;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers names that come as bytes, without making strings of them but once. Guesses that names
 * come in the order in which they came last. Not thread-safe.
 */
final class NameTable {
  private byte[][] names = new byte[16][];
  private int[] slots = new int[64];
  private int[] followers = new int[16];
  private int size;
  private int last = -1;

  NameTable() {
    Arrays.fill(slots, -1);
  }

  /** How many names there are. */
  int size() {
    return size;
  }

  /** A name. */
  String name(int number) {
    return new String(names[number], StandardCharsets.UTF_8);
  }

  /** The number of a name, from 0 in the order of their first coming. */
  int numberOf(byte[] bytes, int from, int to) {
    if (last >= 0) {
      int guess = followers[last];
      byte[] name = names[guess];
      if (name != null && Arrays.equals(name, 0, name.length, bytes, from, to)) {
        last = guess;
        return guess;
      }
    }
    int number = find(bytes, from, to);
    if (last >= 0) {
      followers[last] = number;
    }
    last = number;
    return number;
  }

  private int find(byte[] bytes, int from, int to) {
    int mask = slots.length - 1;
    int slot = hash(bytes, from, to) & mask;
    while (slots[slot] >= 0) {
      byte[] name = names[slots[slot]];
      if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return slots[slot];
      }
      slot = slot + 1 & mask;
    }
    return add(Arrays.copyOfRange(bytes, from, to), slot);
  }

  private int add(byte[] name, int slot) {
    if (size == names.length) {
      names = Arrays.copyOf(names, size * 2);
      followers = Arrays.copyOf(followers, size * 2);
    }
    names[size] = name;
    slots[slot] = size++;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 4];
    Arrays.fill(slots, -1);
    int mask = slots.length - 1;
    for (int n = 0; n < size; n++) {
      int slot = hash(names[n], 0, names[n].length) & mask;
      while (slots[slot] >= 0) {
        slot = slot + 1 & mask;
      }
      slots[slot] = n;
    }
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return hash ^ hash >>> 15;
  }
}
