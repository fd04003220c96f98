package io.pergola.schedule;

import io.pergola.pipeline.DataInterval;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ticks of a cron expression or an interval in a zone, as instants in UTC. Between two ticks is
 * a data interval: half-open, without gaps, never overlapping. Immutable.
 */
public final class Timetable {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  private final Recurrence recurrence;
  private final ZoneId zone;

  private Timetable(Recurrence recurrence, ZoneId zone) {
    this.recurrence = recurrence;
    this.zone = zone;
  }

  /**
   * A timetable.
   *
   * @param when a cron expression of five fields, {@code @daily} or the like, or {@code every 6h}
   * @param zone an IANA name
   * @throws IllegalArgumentException if either is not right, or the expression never fires
   */
  public static Timetable of(String when, String zone) {
    return new Timetable(Recurrence.parse(when), Zones.parse(zone));
  }

  /** Whose clocks the ticks follow. */
  public ZoneId zone() {
    return zone;
  }

  /** The first tick after an instant. */
  public Instant next(Instant after) {
    return recurrence.next(after, zone);
  }

  /** The last tick before an instant. */
  public Instant previous(Instant before) {
    return recurrence.previous(before, zone);
  }

  /** The last tick at or before an instant. */
  public Instant floor(Instant time) {
    return previous(time.plusNanos(1));
  }

  /** The interval that ends with a tick: from the tick before. */
  public DataInterval endingAt(Instant tick) {
    return new DataInterval(previous(tick), tick, zone);
  }

  /** What changes of the clocks mean for a tick and its interval, in sentences; mostly nothing. */
  public List<String> notes(DataInterval interval) {
    List<String> notes = new ArrayList<>();
    Instant at = interval.start();
    while (notes.size() < 5) {
      ZoneOffsetTransition change = zone.getRules().nextTransition(at);
      if (change == null || change.getInstant().isAfter(interval.end())) {
        break;
      }
      at = change.getInstant();
      boolean atTick = at.equals(interval.end());
      notes.add(
          "Clocks go from %s to %s on %s%s."
              .formatted(
                  TIME.format(change.getDateTimeBefore()),
                  TIME.format(change.getDateTimeAfter()),
                  change.getDateTimeBefore().toLocalDate(),
                  atTick ? "" : ": the interval has " + length(interval)));
      if (atTick && change.isGap() && !recurrence.followsElapsedTime()) {
        notes.add(
            "A tick between the two is moved to %s."
                .formatted(TIME.format(change.getDateTimeAfter())));
      }
    }
    LocalDateTime local = LocalDateTime.ofInstant(interval.end(), zone);
    ZoneOffsetTransition twice = zone.getRules().getTransition(local);
    if (twice != null && twice.isOverlap()) {
      boolean first = interval.end().isBefore(twice.getInstant());
      notes.add(
          recurrence.followsElapsedTime()
              ? "%s happens twice that day: this is the %s."
                  .formatted(TIME.format(local), first ? "first" : "second")
              : "%s happens twice that day: it ticks the first time only."
                  .formatted(TIME.format(local)));
    }
    return notes;
  }

  private static String length(DataInterval interval) {
    Duration length = Duration.between(interval.start(), interval.end());
    return length.toMinutesPart() == 0
        ? length.toHours() + " hours"
        : "%d hours %d minutes".formatted(length.toHours(), length.toMinutesPart());
  }

  @Override
  public String toString() {
    return recurrence + " " + zone;
  }
}
