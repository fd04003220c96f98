package io.pergola.schedule;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 15m}, {@code 1h30m}, {@code 7d}. */
public final class Durations {
  private static final Pattern TEXT =
      Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,6})h)?(?:(\\d{1,7})m)?(?:(\\d{1,8})s)?");

  private Durations() {}

  /**
   * Reads a duration; a day is 24 hours.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (text.isBlank() || !matcher.matches()) {
      throw new IllegalArgumentException(
          "Invalid duration: '%s' (such as 90s, 15m, 1h30m or 7d)".formatted(text));
    }
    return Duration.ofDays(number(matcher, 1))
        .plusHours(number(matcher, 2))
        .plusMinutes(number(matcher, 3))
        .plusSeconds(number(matcher, 4));
  }

  private static long number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** A duration as {@link #parse} reads it; fractions of a second are left out. */
  public static String text(Duration length) {
    StringBuilder text = new StringBuilder();
    append(text, length.toDaysPart(), 'd');
    append(text, length.toHoursPart(), 'h');
    append(text, length.toMinutesPart(), 'm');
    append(text, length.toSecondsPart(), 's');
    return text.length() == 0 ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long count, char unit) {
    if (count > 0) {
      text.append(count).append(unit);
    }
  }
}
