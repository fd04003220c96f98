package io.pergola.schedule;

import java.util.List;
import java.util.Locale;

/**
 * One field of a cron expression.
 *
 * @param bits bit n is set if value n is meant
 * @param any whether the field is {@code *}
 * @param elapsed whether it has a {@code *} or a step: a pattern, not fixed values
 */
record CronField(long bits, boolean any, boolean elapsed) {
  private static final List<String> MONTHS =
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
  private static final List<String> DAYS = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

  /** What may stand in a field. */
  enum Kind {
    MINUTE("minute", 0, 59, List.of()),
    HOUR("hour", 0, 23, List.of()),
    DAY_OF_MONTH("day of month", 1, 31, List.of()),
    MONTH("month", 1, 12, MONTHS),
    /** 0 and 7 are Sunday. */
    DAY_OF_WEEK("day of week", 0, 7, DAYS);

    private final String title;
    private final int first;
    private final int last;
    private final List<String> names;

    Kind(String title, int first, int last, List<String> names) {
      this.title = title;
      this.first = first;
      this.last = last;
      this.names = names;
    }

    private String range() {
      return names.isEmpty()
          ? "%d to %d".formatted(first, last)
          : "%d to %d, or %s to %s"
              .formatted(first, last, names.get(0), names.get(names.size() - 1));
    }
  }

  /** Reads a field; the whole expression is for the message. */
  static CronField parse(String expression, Kind kind, String text) {
    return new Reader(expression, kind, text).read();
  }

  private record Reader(String expression, Kind kind, String text) {
    CronField read() {
      long bits = 0;
      boolean elapsed = false;
      for (String item : text.split(",", -1)) {
        bits |= item(item);
        elapsed |= item.indexOf('*') >= 0 || item.indexOf('/') >= 0;
      }
      if (kind == Kind.DAY_OF_WEEK && (bits & 1L << 7) != 0) {
        bits = bits & ~(1L << 7) | 1;
      }
      return new CronField(bits, text.equals("*"), elapsed);
    }

    private long item(String item) {
      if (item.isEmpty()) {
        throw wrong("an empty item in '%s'".formatted(text), "Remove the extra comma");
      }
      if (item.matches(".*[?LW#].*") && !isName(item)) {
        throw wrong(
            "'%s'".formatted(item),
            "'?', 'L', 'W' and '#' are not Unix cron; write * or the days themselves");
      }
      int slash = item.indexOf('/');
      String range = slash < 0 ? item : item.substring(0, slash);
      int step = slash < 0 ? 1 : step(item, item.substring(slash + 1));
      int from = kind.first;
      int to = kind == Kind.DAY_OF_WEEK ? 6 : kind.last;
      if (!range.equals("*")) {
        int dash = range.indexOf('-');
        from = value(item, dash < 0 ? range : range.substring(0, dash));
        to = dash < 0 ? from : value(item, range.substring(dash + 1));
        if (kind == Kind.DAY_OF_WEEK && dash >= 0 && to == 0 && from > 0) {
          to = 7;
        }
        if (dash < 0 && slash >= 0) {
          throw wrong(
              "'%s', a step without a range".formatted(item),
              "Write %d-%d/%d".formatted(from, kind.last, step));
        }
      }
      if (from > to) {
        throw wrong(
            "'%s', which runs backwards".formatted(item),
            "Write %d-%d,%d-%d".formatted(from, kind.last, kind.first, to));
      }
      long bits = 0;
      for (int value = from; value <= to; value += step) {
        bits |= 1L << value;
      }
      return bits;
    }

    private boolean isName(String item) {
      return kind.names.stream().anyMatch(name -> item.toUpperCase(Locale.ROOT).contains(name));
    }

    private int step(String item, String step) {
      if (!step.matches("\\d{1,4}") || Integer.parseInt(step) == 0) {
        throw wrong("'%s'".formatted(item), "A step is a whole number from 1, such as */5");
      }
      int value = Integer.parseInt(step);
      if (value > kind.last) {
        throw wrong(
            "'%s', a step over all values".formatted(item),
            "Steps go up to %d; for other periods write an interval such as every 90m"
                .formatted(kind.last));
      }
      return value;
    }

    private int value(String item, String text) {
      int name = kind.names.indexOf(text.toUpperCase(Locale.ROOT));
      if (name >= 0) {
        return name + kind.first;
      }
      if (!text.matches("\\d{1,4}")) {
        throw wrong("'%s'".formatted(item), "Write " + kind.range());
      }
      int value = Integer.parseInt(text);
      if (value < kind.first || value > kind.last) {
        throw wrong("'%s'".formatted(item), "Write " + kind.range());
      }
      return value;
    }

    private IllegalArgumentException wrong(String found, String remedy) {
      return new IllegalArgumentException(
          "Invalid cron '%s': %s (field %d) is %s. %s."
              .formatted(expression, kind.title, kind.ordinal() + 1, found, remedy));
    }
  }
}
