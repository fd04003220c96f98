package io.pergola.examplegen.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Eight bytes at once, as a word in which the first is the lowest. */
final class Words {
  /** The byte 1 eight times: a byte times this is that byte eight times. */
  static final long ONES = 0x0101010101010101L;

  /** The highest bit of each byte. */
  static final long HIGH_BITS = ~(0x7f * ONES);

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private Words() {}

  /** The word that begins at an index, at least 8 before the end. */
  static long at(byte[] bytes, int index) {
    return (long) WORDS.get(bytes, index);
  }

  /**
   * The highest bit of each byte that, unsigned, is below a limit.
   *
   * @param limit 1 to 128
   */
  static long below(long word, int limit) {
    return ~((word & ~HIGH_BITS) + (0x80 - limit) * ONES | word) & HIGH_BITS;
  }

  /** The highest bit of each byte that is a given one. */
  static long equal(long word, char ascii) {
    return below(word ^ ascii * ONES, 1);
  }
}
