package io.pergola.validation.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Tells whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /** Whether the first bytes are all below 128, and so valid however they are cut. */
  static boolean isAscii(byte[] bytes, int length) {
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      if (((long) LONGS.get(bytes, i) & HIGH_BITS) != 0) {
        return false;
      }
    }
    for (; i < length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isValid(byte[] bytes, int from, int length) {
    int i = from;
    int end = from + length;
    while (i < end) {
      int lead = bytes[i++];
      if (lead >= 0) {
        continue;
      }
      int more =
          lead >= -62 && lead < -32
              ? 1
              : lead >= -32 && lead < -16 ? 2 : lead >= -16 && lead <= -12 ? 3 : 0;
      if (more == 0 || i + more > end) {
        return false;
      }
      int next = bytes[i] & 0xff;
      boolean inRange =
          switch (lead & 0xff) {
            case 0xe0 -> next >= 0xa0 && next <= 0xbf;
            case 0xed -> next >= 0x80 && next <= 0x9f;
            case 0xf0 -> next >= 0x90 && next <= 0xbf;
            case 0xf4 -> next >= 0x80 && next <= 0x8f;
            default -> next >= 0x80 && next <= 0xbf;
          };
      if (!inRange) {
        return false;
      }
      for (int k = 1; k < more; k++) {
        if ((bytes[i + k] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += more;
    }
    return true;
  }
}
