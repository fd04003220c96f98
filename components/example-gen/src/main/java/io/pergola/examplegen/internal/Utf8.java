package io.pergola.examplegen.internal;

/** Checks UTF-8 as RFC 3629 defines it: no overlong forms, no surrogates, at most U+10FFFF. */
public final class Utf8 {
  private Utf8() {}

  /** Whether a range of bytes is UTF-8. */
  public static boolean isValid(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to) {
      int b = bytes[p++];
      if (b >= 0) {
        continue;
      }
      int lead = b & 0xff;
      if (lead >= 0xc2 && lead <= 0xdf) {
        if (p == to || !isBetween(bytes[p++], 0x80, 0xbf)) {
          return false;
        }
      } else if (lead >= 0xe0 && lead <= 0xef) {
        int low = lead == 0xe0 ? 0xa0 : 0x80;
        int high = lead == 0xed ? 0x9f : 0xbf;
        if (to - p < 2 || !isBetween(bytes[p++], low, high) || !isBetween(bytes[p++], 0x80, 0xbf)) {
          return false;
        }
      } else if (lead >= 0xf0 && lead <= 0xf4) {
        int low = lead == 0xf0 ? 0x90 : 0x80;
        int high = lead == 0xf4 ? 0x8f : 0xbf;
        if (to - p < 3
            || !isBetween(bytes[p++], low, high)
            || !isBetween(bytes[p++], 0x80, 0xbf)
            || !isBetween(bytes[p++], 0x80, 0xbf)) {
          return false;
        }
      } else {
        return false;
      }
    }
    return true;
  }

  private static boolean isBetween(byte b, int low, int high) {
    int value = b & 0xff;
    return value >= low && value <= high;
  }
}
