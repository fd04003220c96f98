package io.pergola.feature;

import java.util.List;

/**
 * A part of the date or the time of day that clocks and calendars of a zone show.
 *
 * @param zone as {@link java.time.ZoneId#of} reads it
 */
public record TimePart(Name part, Expr.OfTime of, String zone) implements Expr.OfNumber {
  public TimePart {
    TimeValue.requireZone(zone);
  }

  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  /** The parts, of the ISO calendar. */
  public enum Name {
    /** The year. */
    YEAR("year"),
    /** 1 (January to March) to 4. */
    QUARTER("quarter"),
    /** 1 (January) to 12. */
    MONTH("month"),
    /**
     * The week of the week-based year, 1 to 53: weeks begin on Mondays, the first has January 4.
     */
    WEEK("week"),
    /** 1 to 366. */
    DAY_OF_YEAR("dayOfYear"),
    /** 1 to 31. */
    DAY_OF_MONTH("dayOfMonth"),
    /** 1 (Monday) to 7 (Sunday). */
    DAY_OF_WEEK("dayOfWeek"),
    /** 0 to 23. */
    HOUR("hour"),
    /** 0 to 59. */
    MINUTE("minute"),
    /** 0 to 59. */
    SECOND("second"),
    /** Of the day, 0 to 86,399. */
    SECOND_OF_DAY("secondOfDay");

    private final String method;

    Name(String method) {
      this.method = method;
    }
  }

  @Override
  public String text() {
    return "%s.%s(%s)".formatted(of.text(), part.method, zone);
  }
}
