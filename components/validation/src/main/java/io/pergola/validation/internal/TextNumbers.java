package io.pergola.validation.internal;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Numbers in text, with space around them or not. */
final class TextNumbers {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,19}");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");
  private static final Pattern INFINITE = Pattern.compile("(?i)[+-]?inf(inity)?");
  private static final Pattern NAN = Pattern.compile("(?i)[+-]?nan");

  private TextNumbers() {}

  /** An integer of 64 bits; empty if it is none. */
  static OptionalLong integer(String text) {
    String bare = text.strip();
    if (!INTEGER.matcher(bare).matches()) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(bare));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  /** A number, NaN and infinities among them; empty if it is none. */
  static OptionalDouble number(String text) {
    String bare = text.strip();
    if (DECIMAL.matcher(bare).matches()) {
      return OptionalDouble.of(Double.parseDouble(bare));
    }
    if (INFINITE.matcher(bare).matches()) {
      return OptionalDouble.of(
          bare.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return NAN.matcher(bare).matches() ? OptionalDouble.of(Double.NaN) : OptionalDouble.empty();
  }
}
