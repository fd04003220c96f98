package io.pergola.pipeline;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

/**
 * The stretch of time whose data a scheduled run works on: half-open, {@code [start, end)}. A run
 * that was started by hand has one only if it was given.
 *
 * @param start inclusive
 * @param end exclusive, after start
 * @param zone whose calendar names the days of this interval
 */
public record DataInterval(Instant start, Instant end, ZoneId zone) {
  public DataInterval {
    if (!end.isAfter(start)) {
      throw new IllegalArgumentException(
          "Invalid data interval: from %s to %s (the end must be after the start)"
              .formatted(start, end));
    }
  }

  /** One calendar day, from midnight to midnight in its zone: 23, 24 or 25 hours. */
  public static DataInterval day(LocalDate day, ZoneId zone) {
    return new DataInterval(
        day.atStartOfDay(zone).toInstant(), day.plusDays(1).atStartOfDay(zone).toInstant(), zone);
  }

  /**
   * Reads {@code 2026-11-20}, the day, or {@code START/END}, of which each is a day (its midnight),
   * a local time ({@code 2026-11-20T06:00}) or an instant ({@code 2026-11-20T06:00:00Z}).
   *
   * @param zone whose calendar names days and local times
   * @throws IllegalArgumentException if it is neither, or does not end after it starts
   */
  public static DataInterval parse(String text, ZoneId zone) {
    int slash = text.indexOf('/');
    try {
      return slash < 0
          ? day(LocalDate.parse(text), zone)
          : new DataInterval(
              instant(text.substring(0, slash), zone),
              instant(text.substring(slash + 1), zone),
              zone);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "Invalid data interval: %s (a day such as 2026-11-20, or START/END of days or times)"
              .formatted(text),
          e);
    }
  }

  private static Instant instant(String text, ZoneId zone) {
    TemporalAccessor time =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(
            text.indexOf('T') < 0 ? text + "T00:00:00" : text,
            OffsetDateTime::from,
            LocalDateTime::from);
    return time instanceof LocalDateTime local
        ? local.atZone(zone).toInstant()
        : Instant.from(time);
  }

  /** The calendar day on which the interval starts, in its zone. */
  public LocalDate date() {
    return start.atZone(zone).toLocalDate();
  }

  /** The span that this interval's data has: days from 1970-01-01 to {@link #date}. */
  public long span() {
    return date().toEpochDay();
  }
}
