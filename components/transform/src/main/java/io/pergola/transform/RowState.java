package io.pergola.transform;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The values of every expression of a plan for one row, kept for the next row: nothing is allocated
 * but for texts that become longer. Not thread-safe.
 */
final class RowState {
  /** Numbers and truth values. */
  final float[] numbers;

  /** Ids, times, and raw integers. */
  final long[] integers;

  /** Raw numbers that are no integers. */
  final double[] doubles;

  /** Whether {@link #integers} has what {@link #numbers} may have rounded. */
  final boolean[] exact;

  final boolean[] present;
  final Bytes[] texts;

  RowState(int slots) {
    numbers = new float[slots];
    integers = new long[slots];
    doubles = new double[slots];
    exact = new boolean[slots];
    present = new boolean[slots];
    texts = new Bytes[slots];
    Arrays.setAll(texts, slot -> new Bytes());
  }

  /** Bytes that are overwritten by the next row. */
  static final class Bytes {
    byte[] data = new byte[0];
    int length;

    void clear() {
      length = 0;
    }

    /** Decoded as UTF-8; malformed bytes become U+FFFD. */
    String text() {
      return new String(data, 0, length, StandardCharsets.UTF_8);
    }

    void append(byte[] from, int start, int count) {
      require(count);
      System.arraycopy(from, start, data, length, count);
      length += count;
    }

    private void require(int more) {
      if (length + more > data.length) {
        data = Arrays.copyOf(data, Math.max(length + more, Math.max(32, data.length * 2)));
      }
    }

    /** Appends text as UTF-8; half of a surrogate pair is a question mark. */
    void append(String text) {
      require(text.length() * 3);
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < 0x80) {
          data[length++] = (byte) c;
        } else if (c < 0x800) {
          data[length++] = (byte) (0xC0 | c >> 6);
          data[length++] = (byte) (0x80 | c & 0x3F);
        } else if (!Character.isSurrogate(c)) {
          data[length++] = (byte) (0xE0 | c >> 12);
          data[length++] = (byte) (0x80 | c >> 6 & 0x3F);
          data[length++] = (byte) (0x80 | c & 0x3F);
        } else if (Character.isHighSurrogate(c)
            && i + 1 < text.length()
            && Character.isLowSurrogate(text.charAt(i + 1))) {
          int point = Character.toCodePoint(c, text.charAt(++i));
          data[length++] = (byte) (0xF0 | point >> 18);
          data[length++] = (byte) (0x80 | point >> 12 & 0x3F);
          data[length++] = (byte) (0x80 | point >> 6 & 0x3F);
          data[length++] = (byte) (0x80 | point & 0x3F);
        } else {
          data[length++] = '?';
        }
      }
    }

    /** Appends decimal digits, with a minus sign below 0. */
    void append(long value) {
      if (value == Long.MIN_VALUE) {
        append(Long.toString(value));
        return;
      }
      require(20);
      long rest = Math.abs(value);
      if (value < 0) {
        data[length++] = '-';
      }
      int end = length + 1;
      for (long x = rest; x >= 10; x /= 10) {
        end++;
      }
      for (int at = end - 1; at >= length; at--) {
        data[at] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      length = end;
    }

    /** As {@link Decimal#text(float)}. */
    void append(float value) {
      if (Math.abs(value) < 1 << 24 && value == (int) value) {
        append((long) value);
      } else {
        append(Decimal.text(value));
      }
    }
  }
}
