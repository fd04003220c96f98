package io.pergola.examplegen.internal;

import java.nio.charset.StandardCharsets;

/**
 * Reads numbers from bytes, to the same bits as {@link Double#parseDouble} and {@link
 * Float#parseFloat}, without making strings of them but in rare cases.
 *
 * <p>Whole numbers are an optional sign and decimal digits. Numbers are these, with an optional
 * fraction and exponent ({@code 1.}, {@code .5}, {@code -2.5e-3}), or {@code nan}, {@code inf},
 * {@code infinity} in any case and with a sign. Spaces and tabs around them do not count. Not
 * thread-safe.
 */
final class NumberReader {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final int MAX_DIGITS = 18;
  private static final long MAX_EXACT_DOUBLE = 1L << 53;
  private static final int MAX_EXPONENT = 1_000_000;

  /** The low bits that a double has and a float lacks, and where floats meet halfway. */
  private static final long FLOAT_TAIL = (1L << 29) - 1;

  private static final long FLOAT_HALFWAY = 1L << 28;

  /** Two roundings of a double move it by less than this many units in the last place. */
  private static final long FLOAT_DOUBT = 4;

  private enum Form {
    NOT_A_NUMBER,
    DECIMAL,
    LONG_DECIMAL,
    SPECIAL
  }

  private long whole;
  private double number;
  private boolean negative;
  private long mantissa;
  private int exponent;

  /** The value that {@link #readWhole} read. */
  long whole() {
    return whole;
  }

  /** The value that {@link #readDouble} or {@link #readFloat} read; a float exactly. */
  double number() {
    return number;
  }

  /** Reads a whole number of 64 bits; false if it is not one. */
  boolean readWhole(byte[] bytes, int from, int to) {
    if (to - from <= Long.BYTES && from < to && from + Long.BYTES <= bytes.length) {
      long digits = digits(Words.at(bytes, from), to - from);
      if (areDigits(digits)) {
        whole = number(digits);
        return true;
      }
    }
    int p = skipBlanks(bytes, from, to);
    int end = trimBlanks(bytes, p, to);
    if (p == end) {
      return false;
    }
    boolean minus = bytes[p] == '-';
    if (minus || bytes[p] == '+') {
      p++;
    }
    if (p == end) {
      return false;
    }
    if (end - p <= MAX_DIGITS) {
      long value = 0;
      for (; p < end; p++) {
        int digit = bytes[p] - '0';
        if (digit < 0 || digit > 9) {
          return false;
        }
        value = value * 10 + digit;
      }
      whole = minus ? -value : value;
      return true;
    }
    return readLongWhole(bytes, p, end, minus);
  }

  private boolean readLongWhole(byte[] bytes, int from, int end, boolean minus) {
    long value = 0; // Negated: the range of negative numbers is the larger.
    for (int p = from; p < end; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      if (value < Long.MIN_VALUE / 10 || value * 10 < Long.MIN_VALUE + digit) {
        return false;
      }
      value = value * 10 - digit;
    }
    if (!minus && value == Long.MIN_VALUE) {
      return false;
    }
    whole = minus ? value : -value;
    return true;
  }

  /** Reads a number as 64 bits, infinite if it is beyond their range; false if it is not one. */
  boolean readDouble(byte[] bytes, int from, int to) {
    Form form = read(bytes, from, to);
    switch (form) {
      case NOT_A_NUMBER:
        return false;
      case SPECIAL:
        return true;
      case DECIMAL:
        if (mantissa <= MAX_EXACT_DOUBLE && Math.abs(exponent) < POWERS_OF_TEN.length) {
          double value = scale(mantissa, exponent);
          number = negative ? -value : value;
          return true;
        }
        if (mantissa == 0) {
          number = negative ? -0.0 : 0.0;
          return true;
        }
        break;
      case LONG_DECIMAL:
        break;
    }
    number = Double.parseDouble(text(bytes, from, to));
    return true;
  }

  /** Reads a number as 32 bits, infinite if it is beyond their range; false if it is not one. */
  boolean readFloat(byte[] bytes, int from, int to) {
    Form form = read(bytes, from, to);
    switch (form) {
      case NOT_A_NUMBER:
        return false;
      case SPECIAL:
        return true;
      case DECIMAL:
        if (mantissa == 0) {
          number = negative ? -0.0 : 0.0;
          return true;
        }
        if (Math.abs(exponent) < POWERS_OF_TEN.length) {
          // The double may be off in its last bits, which decide only where the float's tail is
          // halfway between two floats, or where floats are subnormal or end.
          double value = scale(mantissa, exponent);
          long tail = Double.doubleToRawLongBits(value) & FLOAT_TAIL;
          if (Math.abs(tail - FLOAT_HALFWAY) > FLOAT_DOUBT
              && value > Float.MIN_NORMAL * 2
              && value < Float.MAX_VALUE / 2) {
            number = (float) (negative ? -value : value);
            return true;
          }
        }
        break;
      case LONG_DECIMAL:
        break;
    }
    number = Float.parseFloat(text(bytes, from, to));
    return true;
  }

  private static double scale(long mantissa, int exponent) {
    return exponent < 0 ? mantissa / POWERS_OF_TEN[-exponent] : mantissa * POWERS_OF_TEN[exponent];
  }

  /**
   * Reads a number as most are written: at most 18 bytes of an optional minus, digits and an
   * optional point among them. Such a number is in the range of every type.
   *
   * @return false if it is another, or none
   */
  boolean readPlain(byte[] bytes, int from, int to) {
    if (from == to || to - from > MAX_DIGITS) {
      return false;
    }
    if (to - from <= Long.BYTES
        && from + Long.BYTES <= bytes.length
        && readShort(bytes, from, to)) {
      return true;
    }
    negative = bytes[from] == '-';
    int first = negative ? from + 1 : from;
    long value = 0;
    int point = -1;
    for (int p = first; p < to; p++) {
      int digit = bytes[p] - '0';
      if (digit >= 0 && digit <= 9) {
        value = value * 10 + digit;
      } else if (bytes[p] == '.' && point < 0) {
        point = p;
      } else {
        return false;
      }
    }
    mantissa = value;
    exponent = point < 0 ? 0 : point + 1 - to;
    return to - first > (point < 0 ? 0 : 1);
  }

  /** The same for at most 8 bytes without a minus, which are read as one word. */
  private boolean readShort(byte[] bytes, int from, int to) {
    int length = to - from;
    long word = Words.at(bytes, from);
    int point = Long.numberOfTrailingZeros(Words.equal(word, '.')) >> 3;
    exponent = 0;
    if (point < length) {
      if (length == 1) {
        return false;
      }
      long before = (1L << point * Byte.SIZE) - 1;
      long after = point == Long.BYTES - 1 ? 0 : -1L << (point + 1) * Byte.SIZE;
      word = (word & after) | (word & before) << Byte.SIZE | '0';
      exponent = point + 1 - length;
    }
    long digits = digits(word, length);
    if (!areDigits(digits)) {
      return false;
    }
    negative = false;
    mantissa = number(digits);
    return true;
  }

  /** The first bytes of a word, less the digit 0, behind zeros. */
  private static long digits(long word, int length) {
    return (word ^ '0' * Words.ONES) << (Long.BYTES - length) * Byte.SIZE;
  }

  private static boolean areDigits(long digits) {
    return ((digits + 0x76 * Words.ONES | digits) & Words.HIGH_BITS) == 0;
  }

  /** The number that 8 digits are, the first in the lowest byte: by pairs, fours and all. */
  private static long number(long digits) {
    long pairs = digits * (1 + (10 << 8)) >>> 8 & 0x00ff00ff00ff00ffL;
    long fours = pairs * (1 + (100 << 16)) >>> 16 & 0x0000ffff0000ffffL;
    return fours * (1 + (10_000L << 32)) >>> 32;
  }

  private Form read(byte[] bytes, int from, int to) {
    if (readPlain(bytes, from, to)) {
      return Form.DECIMAL;
    }
    int p = skipBlanks(bytes, from, to);
    int end = trimBlanks(bytes, p, to);
    if (p == end) {
      return Form.NOT_A_NUMBER;
    }
    negative = bytes[p] == '-';
    if (negative || bytes[p] == '+') {
      p++;
    }
    long value = 0;
    int significant = 0;
    int digits = 0;
    int scale = 0;
    boolean fraction = false;
    for (; p < end; p++) {
      int digit = bytes[p] - '0';
      if (digit >= 0 && digit <= 9) {
        digits++;
        if (significant > 0 || digit > 0) {
          significant++;
        }
        if (significant <= MAX_DIGITS) {
          value = value * 10 + digit;
        }
        if (fraction) {
          scale--;
        }
      } else if (bytes[p] == '.' && !fraction) {
        fraction = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return fraction ? Form.NOT_A_NUMBER : special(bytes, p, end);
    }
    if (p < end) {
      if ((bytes[p] | 0x20) != 'e') {
        return Form.NOT_A_NUMBER;
      }
      p++;
      boolean minus = p < end && bytes[p] == '-';
      if (p < end && (minus || bytes[p] == '+')) {
        p++;
      }
      if (p == end) {
        return Form.NOT_A_NUMBER;
      }
      int power = 0;
      for (; p < end; p++) {
        int digit = bytes[p] - '0';
        if (digit < 0 || digit > 9) {
          return Form.NOT_A_NUMBER;
        }
        power = Math.min(MAX_EXPONENT, power * 10 + digit);
      }
      scale += minus ? -power : power;
    }
    mantissa = value;
    exponent = scale;
    return significant <= MAX_DIGITS ? Form.DECIMAL : Form.LONG_DECIMAL;
  }

  private Form special(byte[] bytes, int from, int end) {
    if (matches(bytes, from, end, "nan")) {
      number = Double.NaN;
      return Form.SPECIAL;
    }
    if (matches(bytes, from, end, "inf") || matches(bytes, from, end, "infinity")) {
      number = negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
      return Form.SPECIAL;
    }
    return Form.NOT_A_NUMBER;
  }

  private static boolean matches(byte[] bytes, int from, int end, String lowerCase) {
    if (end - from != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      if ((bytes[from + i] | 0x20) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int skipBlanks(byte[] bytes, int from, int to) {
    int p = from;
    while (p < to && (bytes[p] == ' ' || bytes[p] == '\t')) {
      p++;
    }
    return p;
  }

  private static int trimBlanks(byte[] bytes, int from, int to) {
    int p = to;
    while (p > from && (bytes[p - 1] == ' ' || bytes[p - 1] == '\t')) {
      p--;
    }
    return p;
  }

  private static String text(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }
}
