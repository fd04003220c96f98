package io.pergola.feature;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Points in time. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface TimeValue extends Expr.OfTime {

  /**
   * What a number of a raw column counts, since 1970-01-01T00:00Z; leap seconds are not counted.
   */
  enum Unit {
    /** Seconds. */
    SECONDS(1),
    /** Thousandths of a second. */
    MILLISECONDS(1_000),
    /** Millionths of a second. */
    MICROSECONDS(1_000_000);

    private final long perSecond;

    Unit(long perSecond) {
      this.perSecond = perSecond;
    }

    /** How many there are in a second. */
    public long perSecond() {
      return perSecond;
    }
  }

  /** A raw column of numbers that count from 1970-01-01T00:00Z. */
  record Column(String column, Unit unit) implements TimeValue {
    @Override
    public String text() {
      return column;
    }
  }

  /**
   * A text read as a time.
   *
   * @param pattern as {@link DateTimeFormatter#ofPattern} reads it, in the root locale
   * @param zone of texts that name none, as {@link ZoneId#of} reads it
   */
  record Parsed(Expr.OfText of, String pattern, String zone) implements TimeValue {
    public Parsed {
      try {
        formatter(pattern);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Invalid pattern of a time: '%s' (%s)".formatted(pattern, e.getMessage()), e);
      }
      requireZone(zone);
    }

    /** What reads the texts. */
    public DateTimeFormatter formatter() {
      return formatter(pattern);
    }

    private static DateTimeFormatter formatter(String pattern) {
      return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.time(\"%s\", %s)".formatted(of.text(), pattern, zone);
    }
  }

  /**
   * Refuses what names no time zone.
   *
   * @throws IllegalArgumentException if {@link ZoneId#of} does not know it
   */
  static void requireZone(String zone) {
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Invalid time zone: '%s' (such as UTC, Europe/Berlin or +01:00)".formatted(zone), e);
    }
  }
}
