package io.pergola.examplegen.internal;

/** Text and numbers as a JSON parser gives them: as characters. Not thread-safe. */
public final class JsonText {
  /** The most bytes that UTF-8 has for one of Java's characters. */
  public static final int MAX_BYTES_PER_CHAR = 3;

  private final NumberReader number = new NumberReader();
  private byte[] digits = new byte[64];
  private int length;
  private boolean named;

  /**
   * Writes characters as UTF-8.
   *
   * @return the index after the last byte; -1 if half of a surrogate pair is among them
   */
  public static int encode(char[] chars, int from, int count, byte[] out, int at) {
    int p = at;
    for (int i = from; i < from + count; i++) {
      char c = chars[i];
      if (c < 0x80) {
        out[p++] = (byte) c;
      } else if (c < 0x800) {
        out[p++] = (byte) (0xc0 | (c >> 6));
        out[p++] = (byte) (0x80 | (c & 0x3f));
      } else if (!Character.isSurrogate(c)) {
        out[p++] = (byte) (0xe0 | (c >> 12));
        out[p++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        out[p++] = (byte) (0x80 | (c & 0x3f));
      } else {
        if (!Character.isHighSurrogate(c)
            || i + 1 == from + count
            || !Character.isLowSurrogate(chars[i + 1])) {
          return -1;
        }
        int code = Character.toCodePoint(c, chars[++i]);
        out[p++] = (byte) (0xf0 | (code >> 18));
        out[p++] = (byte) (0x80 | ((code >> 12) & 0x3f));
        out[p++] = (byte) (0x80 | ((code >> 6) & 0x3f));
        out[p++] = (byte) (0x80 | (code & 0x3f));
      }
    }
    return p;
  }

  /** Takes the characters of a number. */
  public void read(char[] chars, int from, int count) {
    if (count > digits.length) {
      digits = new byte[count];
    }
    named = false;
    for (int i = 0; i < count; i++) {
      digits[i] = (byte) chars[from + i];
      named |= chars[from + i] == 'I' || chars[from + i] == 'N';
    }
    length = count;
  }

  /** Whether it is a whole number of 64 bits. */
  public boolean isWhole() {
    return number.readWhole(digits, 0, length);
  }

  /** The whole number. */
  public long whole() {
    return number.whole();
  }

  /** The nearest 32-bit number. */
  public double asFloat() {
    number.readFloat(digits, 0, length);
    return number.number();
  }

  /** The nearest 64-bit number. */
  public double asDouble() {
    number.readDouble(digits, 0, length);
    return number.number();
  }

  /** Whether a number was read as infinite that is not called so. */
  public boolean isBeyond(double value) {
    return Double.isInfinite(value) && !named;
  }
}
