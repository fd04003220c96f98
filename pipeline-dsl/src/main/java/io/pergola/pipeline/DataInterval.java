package io.pergola.pipeline;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

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

  /** The calendar day on which the interval starts, in its zone. */
  public LocalDate date() {
    return start.atZone(zone).toLocalDate();
  }

  /** The span that this interval's data has: days from 1970-01-01 to {@link #date}. */
  public long span() {
    return date().toEpochDay();
  }
}
