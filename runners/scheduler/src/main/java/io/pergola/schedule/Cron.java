package io.pergola.schedule;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A Unix cron expression. With fixed minutes and hours it follows the clock on the wall: a local
 * time that a spring gap leaves out ticks at the first instant after the gap, one that an autumn
 * overlap repeats ticks at the earlier offset. With a {@code *} or a step in minute or hour it
 * follows elapsed time: what a gap leaves out does not exist, what an overlap repeats ticks twice.
 *
 * <p>Days and times are found by bit sets: the work does not depend on how far away a tick is.
 */
final class Cron implements Recurrence {
  private static final Map<String, String> NAMED =
      Map.of(
          "@hourly", "0 * * * *",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@weekly", "0 0 * * 0",
          "@monthly", "0 0 1 * *",
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *");
  private static final int[] LONGEST = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  private final String text;
  private final long minutes;
  private final long hours;
  private final CronField days;
  private final long months;
  private final CronField weekdays;
  private final boolean elapsed;

  private Cron(String text, List<CronField> fields) {
    this.text = text;
    this.minutes = fields.get(0).bits();
    this.hours = fields.get(1).bits();
    this.days = fields.get(2);
    this.months = fields.get(3).bits();
    this.weekdays = fields.get(4);
    this.elapsed = fields.get(0).elapsed() || fields.get(1).elapsed();
  }

  static Cron parse(String text) {
    String expression = text;
    if (text.startsWith("@")) {
      expression = NAMED.get(text.toLowerCase(Locale.ROOT));
      if (expression == null) {
        throw new IllegalArgumentException(
            "Invalid cron '%s': no such name. Use @hourly, @daily, @weekly, @monthly or @yearly."
                .formatted(text));
      }
    }
    List<String> words = Arrays.asList(expression.strip().split("\\s+"));
    if (words.size() != CronField.Kind.values().length) {
      throw new IllegalArgumentException(
          "Invalid cron '%s': %d fields. %s"
              .formatted(
                  text,
                  expression.isBlank() ? 0 : words.size(),
                  words.size() == 6
                      ? "Write five, without seconds or year: minute, hour, day of month, month,"
                          + " day of week, such as %s."
                              .formatted(String.join(" ", words.subList(1, 6)))
                      : "Write five: minute, hour, day of month, month, day of week, such as"
                          + " 30 2 * * * for every day at 02:30."));
    }
    CronField[] fields = new CronField[words.size()];
    for (CronField.Kind kind : CronField.Kind.values()) {
      fields[kind.ordinal()] = CronField.parse(text, kind, words.get(kind.ordinal()));
    }
    Cron cron = new Cron(text, List.of(fields));
    if (!cron.everFires()) {
      throw new IllegalArgumentException(
          ("Invalid cron '%s': it never fires, because no month it names has such a day (day of"
                  + " month, field 3, is '%s'; month, field 4, is '%s'). Choose a day that the month"
                  + " has.")
              .formatted(text, words.get(2), words.get(3)));
    }
    return cron;
  }

  private boolean everFires() {
    if (days.any() || !weekdays.any()) {
      return true;
    }
    for (int month = 1; month <= 12; month++) {
      boolean named = (months >> month & 1) != 0;
      if (named && Long.numberOfTrailingZeros(days.bits()) <= LONGEST[month]) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean followsElapsedTime() {
    return elapsed;
  }

  @Override
  public Instant next(Instant after, ZoneId zone) {
    ZoneRules rules = zone.getRules();
    return elapsed ? nextElapsed(after, rules) : nextFixed(after, rules);
  }

  @Override
  public Instant previous(Instant before, ZoneId zone) {
    ZoneRules rules = zone.getRules();
    return elapsed ? previousElapsed(before, rules) : previousFixed(before, rules);
  }

  /** Stretches without a clock change one after the other; in each, the clock simply runs. */
  private Instant nextElapsed(Instant after, ZoneRules rules) {
    ZoneOffset offset = rules.getOffset(after);
    LocalDateTime from = minuteAfter(LocalDateTime.ofInstant(after, offset));
    Instant stretch = after;
    while (true) {
      ZoneOffsetTransition change = rules.nextTransition(stretch);
      Instant tick = localAtOrAfter(from).toInstant(offset);
      if (change == null || tick.isBefore(change.getInstant())) {
        return tick;
      }
      stretch = change.getInstant();
      offset = change.getOffsetAfter();
      from = minuteAtOrAfter(change.getDateTimeAfter());
    }
  }

  private Instant previousElapsed(Instant before, ZoneRules rules) {
    Instant inside = before.minusNanos(1);
    ZoneOffset offset = rules.getOffset(inside);
    LocalDateTime from = minuteAtOrBefore(LocalDateTime.ofInstant(inside, offset));
    while (true) {
      // The last change at or before an instant inside this stretch is where the stretch begins.
      ZoneOffsetTransition change = rules.previousTransition(inside.plusNanos(1));
      Instant tick = localAtOrBefore(from).toInstant(offset);
      if (change == null || !tick.isBefore(change.getInstant())) {
        return tick;
      }
      inside = change.getInstant().minusNanos(1);
      offset = change.getOffsetBefore();
      from = minuteAtOrBefore(LocalDateTime.ofInstant(inside, offset));
    }
  }

  /** Local times in order give instants in order, so that the first one late enough is it. */
  private Instant nextFixed(Instant after, ZoneRules rules) {
    LocalDateTime now = LocalDateTime.ofInstant(after, rules.getOffset(after));
    LocalDateTime from = minuteAtOrAfter(now);
    ZoneOffsetTransition change = rules.getTransition(now);
    if (change != null && !after.isBefore(change.getInstant())) {
      // The second pass of an overlap: all of it ticked in the first.
      from = minuteAtOrAfter(change.getDateTimeBefore());
    }
    while (true) {
      LocalDateTime local = localAtOrAfter(from);
      Instant tick = instant(local, rules);
      if (tick.isAfter(after)) {
        return tick;
      }
      from = local.plusMinutes(1);
    }
  }

  private Instant previousFixed(Instant before, ZoneRules rules) {
    LocalDateTime now = LocalDateTime.ofInstant(before, rules.getOffset(before));
    LocalDateTime from = minuteAtOrBefore(now);
    ZoneOffsetTransition change = rules.getTransition(now);
    if (change != null && !before.isBefore(change.getInstant())) {
      from = minuteAtOrBefore(change.getDateTimeBefore());
    }
    while (true) {
      LocalDateTime local = localAtOrBefore(from);
      Instant tick = instant(local, rules);
      if (tick.isBefore(before)) {
        return tick;
      }
      from = local.minusMinutes(1);
    }
  }

  /** A local time in a gap is the first instant after it, one in an overlap the earlier. */
  private static Instant instant(LocalDateTime local, ZoneRules rules) {
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
  }

  private static LocalDateTime minuteAtOrBefore(LocalDateTime time) {
    return time.withSecond(0).withNano(0);
  }

  private static LocalDateTime minuteAfter(LocalDateTime time) {
    return minuteAtOrBefore(time).plusMinutes(1);
  }

  private static LocalDateTime minuteAtOrAfter(LocalDateTime time) {
    LocalDateTime minute = minuteAtOrBefore(time);
    return minute.equals(time) ? minute : minute.plusMinutes(1);
  }

  private LocalDateTime localAtOrAfter(LocalDateTime from) {
    LocalDate day = dayAtOrAfter(from.toLocalDate());
    int hour = 0;
    int minute = 0;
    if (day.equals(from.toLocalDate())) {
      hour = from.getHour();
      minute = from.getMinute();
      if ((hours >> hour & 1) == 0 || atOrAfter(minutes, minute) < 0) {
        hour = atOrAfter(hours, (hours >> hour & 1) == 0 ? hour : hour + 1);
        minute = 0;
      }
      if (hour < 0) {
        day = dayAtOrAfter(day.plusDays(1));
        hour = 0;
      }
    }
    return day.atTime(atOrAfter(hours, hour), atOrAfter(minutes, minute));
  }

  private LocalDateTime localAtOrBefore(LocalDateTime from) {
    LocalDate day = dayAtOrBefore(from.toLocalDate());
    int hour = 23;
    int minute = 59;
    if (day.equals(from.toLocalDate())) {
      hour = from.getHour();
      minute = from.getMinute();
      if ((hours >> hour & 1) == 0 || atOrBefore(minutes, minute) < 0) {
        hour = atOrBefore(hours, (hours >> hour & 1) == 0 ? hour : hour - 1);
        minute = 59;
      }
      if (hour < 0) {
        day = dayAtOrBefore(day.minusDays(1));
        hour = 23;
      }
    }
    return day.atTime(atOrBefore(hours, hour), atOrBefore(minutes, minute));
  }

  private LocalDate dayAtOrAfter(LocalDate from) {
    YearMonth month = YearMonth.from(from);
    int day = from.getDayOfMonth();
    while (true) {
      int next = atOrAfter(months, month.getMonthValue());
      if (next != month.getMonthValue()) {
        month = next < 0 ? YearMonth.of(month.getYear() + 1, 1) : month.withMonth(next);
        day = 1;
        if (next < 0) {
          continue;
        }
      }
      int found = atOrAfter(daysOf(month), day);
      if (found > 0) {
        return month.atDay(found);
      }
      month = month.plusMonths(1);
      day = 1;
    }
  }

  private LocalDate dayAtOrBefore(LocalDate from) {
    YearMonth month = YearMonth.from(from);
    int day = from.getDayOfMonth();
    while (true) {
      int next = atOrBefore(months, month.getMonthValue());
      if (next != month.getMonthValue()) {
        month = next < 1 ? YearMonth.of(month.getYear() - 1, 12) : month.withMonth(next);
        day = 31;
        if (next < 1) {
          continue;
        }
      }
      int found = atOrBefore(daysOf(month), day);
      if (found > 0) {
        return month.atDay(found);
      }
      month = month.minusMonths(1);
      day = 31;
    }
  }

  /** The days of a month that are meant: bit n is day n. */
  private long daysOf(YearMonth month) {
    long all = (1L << month.lengthOfMonth() + 1) - 2;
    long byWeekday = 0;
    int weekday = month.atDay(1).getDayOfWeek().getValue() % 7;
    for (int day = 1; day <= month.lengthOfMonth(); day++) {
      byWeekday |= (weekdays.bits() >> weekday & 1) << day;
      weekday = weekday == 6 ? 0 : weekday + 1;
    }
    if (days.any() || weekdays.any()) {
      return all & days.bits() & byWeekday;
    }
    return all & (days.bits() | byWeekday);
  }

  private static int atOrAfter(long bits, int from) {
    if (from > 63) {
      return -1;
    }
    long rest = bits & -1L << from;
    return rest == 0 ? -1 : Long.numberOfTrailingZeros(rest);
  }

  private static int atOrBefore(long bits, int from) {
    if (from < 0) {
      return -1;
    }
    long rest = from >= 63 ? bits : bits & (1L << from + 1) - 1;
    return rest == 0 ? -1 : 63 - Long.numberOfLeadingZeros(rest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cron cron && cron.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
