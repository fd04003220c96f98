package io.pergola.cli.render;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Numbers, times and names as they are shown to people. */
public final class Text {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);
  private static final String[] SIZES = {"B", "KB", "MB", "GB", "TB", "PB"};

  private Text() {}

  /**
   * A name from data without what a terminal would obey: control characters, escapes and direction
   * marks become {@code \}{@code uXXXX}.
   */
  public static String plain(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean hidden =
                  type == Character.CONTROL
                      || type == Character.FORMAT
                      || type == Character.LINE_SEPARATOR
                      || type == Character.PARAGRAPH_SEPARATOR
                      || type == Character.SURROGATE;
              if (hidden) {
                plain.append("\\u%04x".formatted(point));
              } else {
                plain.appendCodePoint(point);
              }
            });
    return plain.toString();
  }

  /** The columns of a terminal that a text takes; 2 for a character of Chinese or Japanese. */
  public static int width(String text) {
    return DisplayWidth.of(text);
  }

  /** At most {@code width} columns, the last character {@code …} if something was cut. */
  public static String clip(String text, int width) {
    if (width(text) <= width) {
      return text;
    }
    return width <= 1 ? DisplayWidth.cut(text, width) : DisplayWidth.cut(text, width - 1) + "…";
  }

  /** Lines of at most {@code width} columns, broken at blanks; a longer word has its own line. */
  public static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && width(line) + 1 + width(word) > width) {
        lines.add(line);
        line = word;
      } else {
        line = line.isEmpty() ? word : line + " " + word;
      }
    }
    lines.add(line);
    return lines;
  }

  /** {@code 15,000}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** About four significant digits: {@code 0.8931}, {@code 12.35}, {@code 1.2e+06}. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e6) {
      return Long.toString((long) value);
    }
    double size = Math.abs(value);
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (size >= 1e6 || size < 1e-3) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    int digits = size >= 1000 ? 1 : size >= 100 ? 2 : size >= 1 ? 3 : 4;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** {@code 12.5 %}. */
  public static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * fraction);
  }

  /** {@code 0.4 s}, {@code 59.9 s}, {@code 2 m 03 s}, {@code 1 h 05 m}. */
  public static String duration(Duration duration) {
    long seconds = duration.toSeconds();
    if (duration.toMillis() < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (seconds < 3600) {
      return String.format(Locale.ROOT, "%d m %02d s", seconds / 60, seconds % 60);
    }
    return String.format(Locale.ROOT, "%d h %02d m", seconds / 3600, seconds / 60 % 60);
  }

  /** {@code 640 B}, {@code 1.4 MB}; 1 KB is 1,000 bytes. */
  public static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 999.5 && unit < SIZES.length - 1) {
      size /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, size < 10 ? "%.1f %s" : "%.0f %s", size, SIZES[unit]);
  }

  /** Local time to the second. */
  public static String time(Instant time) {
    return TIME.format(time.atZone(ZoneId.systemDefault()));
  }
}
