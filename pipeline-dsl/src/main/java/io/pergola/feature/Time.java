package io.pergola.feature;

import java.time.ZoneId;
import java.util.Locale;

/** A point in time per example, being described. What it shows depends on a time zone. */
public record Time(String name, Expr.OfTime expr) {

  /** The year. */
  public Numeric year(ZoneId zone) {
    return part(TimePart.Name.YEAR, zone);
  }

  /** The quarter of the year, 1 to 4. */
  public Numeric quarter(ZoneId zone) {
    return part(TimePart.Name.QUARTER, zone);
  }

  /** The month, 1 (January) to 12. */
  public Numeric month(ZoneId zone) {
    return part(TimePart.Name.MONTH, zone);
  }

  /** The week of the week-based year, 1 to 53. */
  public Numeric week(ZoneId zone) {
    return part(TimePart.Name.WEEK, zone);
  }

  /** The day of the year, 1 to 366. */
  public Numeric dayOfYear(ZoneId zone) {
    return part(TimePart.Name.DAY_OF_YEAR, zone);
  }

  /** The day of the month, 1 to 31. */
  public Numeric dayOfMonth(ZoneId zone) {
    return part(TimePart.Name.DAY_OF_MONTH, zone);
  }

  /** The day of the week, 1 (Monday) to 7 (Sunday). */
  public Numeric dayOfWeek(ZoneId zone) {
    return part(TimePart.Name.DAY_OF_WEEK, zone);
  }

  /** Whether it is Saturday or Sunday. */
  public Label weekend(ZoneId zone) {
    return dayOfWeek(zone).atLeast(6).as(name + "_weekend");
  }

  /** The hour of the day, 0 to 23. */
  public Numeric hour(ZoneId zone) {
    return part(TimePart.Name.HOUR, zone);
  }

  /** The minute of the hour, 0 to 59. */
  public Numeric minute(ZoneId zone) {
    return part(TimePart.Name.MINUTE, zone);
  }

  /** The second of the minute, 0 to 59. */
  public Numeric second(ZoneId zone) {
    return part(TimePart.Name.SECOND, zone);
  }

  /** The second of the day, 0 to 86,399. */
  public Numeric secondOfDay(ZoneId zone) {
    return part(TimePart.Name.SECOND_OF_DAY, zone);
  }

  /** The seconds from {@code earlier} to this; below 0 where this is the earlier. */
  public Numeric secondsSince(Time earlier) {
    return new Numeric(
        "%s_since_%s".formatted(name, earlier.name), new TimeSpan(earlier.expr, expr));
  }

  /** Whether the time is missing; never missing itself. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** The same time under another name, from which names of its parts are made. */
  public Time as(String newName) {
    return new Time(newName, expr);
  }

  /** A number named after this and the part, {@code pickup_day_of_week}. */
  private Numeric part(TimePart.Name part, ZoneId zone) {
    return new Numeric(
        name + "_" + part.name().toLowerCase(Locale.ROOT), new TimePart(part, expr, zone.getId()));
  }
}
