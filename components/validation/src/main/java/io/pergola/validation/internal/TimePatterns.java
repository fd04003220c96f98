package io.pergola.validation.internal;

import java.util.ArrayList;
import java.util.List;

/** Counts which pattern of time texts have. Patterns are written as strptime has them. */
final class TimePatterns {
  private static final List<String> DATES =
      List.of("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y-%m");
  private static final List<String> TIMES =
      List.of("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%SZ", "%H:%M:%S.%fZ", "%H:%M:%S%z");
  private static final String[] PATTERNS = patterns();

  private final int[] counts = new int[PATTERNS.length];

  private static String[] patterns() {
    List<String> all = new ArrayList<>(DATES);
    for (String date : DATES.subList(0, 6)) {
      for (String time : TIMES) {
        all.add(date + " " + time);
        all.add(date + "T" + time);
      }
    }
    all.addAll(TIMES);
    return all.toArray(String[]::new);
  }

  void add(String text) {
    if (text.isEmpty() || text.length() > 40 || text.charAt(0) < '0' || text.charAt(0) > '9') {
      return;
    }
    for (int i = 0; i < PATTERNS.length; i++) {
      if (matches(PATTERNS[i], text)) {
        counts[i]++;
      }
    }
  }

  /** How many texts have the most frequent pattern. */
  int most() {
    return counts[best()];
  }

  /** The most frequent pattern; of several the first. */
  String pattern() {
    return PATTERNS[best()];
  }

  private int best() {
    int best = 0;
    for (int i = 1; i < counts.length; i++) {
      if (counts[i] > counts[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Whether a text has the pattern, all numbers being in their ranges. */
  static boolean matches(String pattern, String text) {
    int at = 0;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%') {
        if (at >= text.length() || text.charAt(at++) != c) {
          return false;
        }
        continue;
      }
      int after =
          switch (pattern.charAt(++i)) {
            case 'Y' -> number(text, at, 4, 1_000, 2_999);
            case 'm' -> number(text, at, 2, 1, 12);
            case 'd' -> number(text, at, 2, 1, 31);
            case 'H' -> number(text, at, 2, 0, 23);
            case 'M' -> number(text, at, 2, 0, 59);
            case 'S' -> number(text, at, 2, 0, 60);
            case 'f' -> digits(text, at);
            default -> zone(text, at);
          };
      if (after < 0) {
        return false;
      }
      at = after;
    }
    return at == text.length();
  }

  private static int number(String text, int from, int width, int least, int most) {
    if (from + width > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < from + width; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value >= least && value <= most ? from + width : -1;
  }

  /** One to nine digits. */
  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && at < from + 9 && Character.isDigit(text.charAt(at))) {
      at++;
    }
    return at == from ? -1 : at;
  }

  /** {@code +0100} or {@code +01:00}. */
  private static int zone(String text, int from) {
    if (from >= text.length() || (text.charAt(from) != '+' && text.charAt(from) != '-')) {
      return -1;
    }
    int hours = number(text, from + 1, 2, 0, 23);
    if (hours < 0) {
      return -1;
    }
    int minutes = hours < text.length() && text.charAt(hours) == ':' ? hours + 1 : hours;
    return number(text, minutes, 2, 0, 59);
  }
}
