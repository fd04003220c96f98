package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.pipeline.DataInterval;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 2 to 7 by example; the campaign holds them for whole decades. */
class TimetableTest {
  private static final String BERLIN = "Europe/Berlin";

  /** The ticks of a local day, as they are read in UTC. */
  private static List<String> ticks(String when, String zone, String day) {
    Timetable timetable = Timetable.of(when, zone);
    Instant from = LocalDate.parse(day).atStartOfDay(ZoneId.of(zone)).toInstant();
    Instant to = LocalDate.parse(day).plusDays(1).atStartOfDay(ZoneId.of(zone)).toInstant();
    List<String> ticks = new ArrayList<>();
    Instant tick = timetable.next(from.minusNanos(1));
    while (tick.isBefore(to)) {
      ticks.add(tick.toString());
      tick = timetable.next(tick);
    }
    List<String> back = new ArrayList<>();
    tick = timetable.previous(to);
    while (!tick.isBefore(from)) {
      back.add(tick.toString());
      tick = timetable.previous(tick);
    }
    Collections.reverse(back);
    assertThat(back).as("the same ticks backwards").isEqualTo(ticks);
    return ticks;
  }

  @Test
  void rule02_offsetsAreRejectedWithAdvice() {
    for (String offset : List.of("GMT+2", "UTC+02:00", "+02:00", "Etc/GMT-2", "GMT0", "-5")) {
      assertThatThrownBy(() -> Timetable.of("@daily", offset))
          .hasMessage(
              "Invalid zone: '%s' is an offset, which knows no summer time. Name a place, such as"
                      .formatted(offset)
                  + " Europe/Berlin, or UTC.");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berln, Europe/Berlin",
    "europe/berlin, Europe/Berlin",
    "Berlin, Europe/Berlin",
    "new york, America/New_York",
    "Kathmandu, Asia/Kathmandu"
  })
  void rule02_anUnknownZoneIsAnsweredWithTheNearest(String typed, String nearest) {
    assertThatThrownBy(() -> Timetable.of("@daily", typed))
        .hasMessage(
            "Invalid zone: '%s' (an IANA name such as Europe/Berlin, or UTC). Did you mean %s?"
                .formatted(typed, nearest));
  }

  @Test
  void rule03_bothDayFieldsRestrictedMeansOr() {
    Timetable timetable = Timetable.of("0 0 13 * FRI", "UTC");

    List<LocalDate> days = new ArrayList<>();
    Instant tick = Instant.parse("2026-02-01T00:00:00Z");
    for (int i = 0; i < 6; i++) {
      tick = timetable.next(tick);
      days.add(LocalDate.ofInstant(tick, ZoneId.of("UTC")));
    }
    assertThat(days)
        .extracting(LocalDate::toString)
        .containsExactly(
            "2026-02-06", "2026-02-13", "2026-02-20", "2026-02-27", "2026-03-06", "2026-03-13");
    assertThat(Timetable.of("0 0 13 * *", "UTC").next(Instant.parse("2026-02-14T00:00:00Z")))
        .isEqualTo("2026-03-13T00:00:00Z");
  }

  @ParameterizedTest
  @CsvSource({
    "0 0 * * 7, 2026-11-22T00:00:00Z",
    "0 0 * * 0, 2026-11-22T00:00:00Z",
    "0 0 * * sun, 2026-11-22T00:00:00Z",
    "0 0 * * FRI-SUN, 2026-11-20T00:00:00Z",
    "'5,35 8-10/2 * feb-mar MON', 2027-02-01T08:05:00Z",
    "@hourly, 2026-11-18T12:00:00Z",
    "@daily, 2026-11-19T00:00:00Z",
    "@weekly, 2026-11-22T00:00:00Z",
    "@monthly, 2026-12-01T00:00:00Z",
    "@yearly, 2027-01-01T00:00:00Z",
    "0 0 29 2 *, 2028-02-29T00:00:00Z",
    "0 12 31 * *, 2026-12-31T12:00:00Z",
    "10-50/20 * * * *, 2026-11-18T11:30:00Z",
    "every 6h, 2026-11-18T12:00:00Z",
    "every 1h30m, 2026-11-18T12:00:00Z"
  })
  void rule03_theFieldsAreThoseOfUnix(String when, Instant next) {
    assertThat(Timetable.of(when, "UTC").next(Instant.parse("2026-11-18T11:11:11Z")))
        .isEqualTo(next);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 30 2 * * *|6 fields. Write five, without seconds or year: minute, hour, day of month,"
            + " month, day of week, such as 30 2 * * *.",
        "30 2 *|3 fields. Write five: minute, hour, day of month, month, day of week, such as"
            + " 30 2 * * * for every day at 02:30.",
        "30 25 * * *|hour (field 2) is '25'. Write 0 to 23.",
        "61 2 * * *|minute (field 1) is '61'. Write 0 to 59.",
        "0 0 * FOO *|month (field 4) is 'FOO'. Write 1 to 12, or JAN to DEC.",
        "0 22-2 * * *|hour (field 2) is '22-2', which runs backwards. Write 22-23,0-2.",
        "*/90 * * * *|minute (field 1) is '*/90', a step over all values. Steps go up to 59; for"
            + " other periods write an interval such as every 90m.",
        "5/15 * * * *|minute (field 1) is '5/15', a step without a range. Write 5-59/15.",
        "*/0 * * * *|minute (field 1) is '*/0'. A step is a whole number from 1, such as */5.",
        "0 0 L * *|day of month (field 3) is 'L'. '?', 'L', 'W' and '#' are not Unix cron; write *"
            + " or the days themselves.",
        "0 0 1,,2 * *|day of month (field 3) is an empty item in '1,,2'. Remove the extra comma.",
        "@reboot|no such name. Use @hourly, @daily, @weekly, @monthly or @yearly."
      })
  void rule03_whatIsWrongIsPointedAt(String cron, String message) {
    assertThatThrownBy(() -> Timetable.of(cron, "UTC"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid cron '%s': %s".formatted(cron, message));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6,9,11 *", "* * 30-31 feb *"})
  void rule03_anExpressionThatNeverFiresIsAnError(String cron) {
    assertThatThrownBy(() -> Timetable.of(cron, "UTC"))
        .hasMessageStartingWith(
            "Invalid cron '%s': it never fires, because no month it names has such a day"
                .formatted(cron));
  }

  @Test
  void rule03_anIntervalOfDaysIsAnErrorBecauseDaysDiffer() {
    assertThatThrownBy(() -> Timetable.of("every 1d", "UTC"))
        .hasMessage(
            "Invalid interval: 'every 1d' (such as every 15m, every 6h or every 1h30m). A local day"
                + " has 23 to 25 hours: for daily runs write a cron expression such as 0 2 * * *.");
  }

  @Test
  void rule04_ticksAreComputedInTheZoneAndStoredInUtc() {
    assertThat(ticks("30 2 * * *", BERLIN, "2026-01-15")).containsExactly("2026-01-15T01:30:00Z");
    assertThat(ticks("30 2 * * *", BERLIN, "2026-07-15")).containsExactly("2026-07-15T00:30:00Z");
    assertThat(ticks("0 0 * * *", "Asia/Kathmandu", "2026-07-15"))
        .containsExactly("2026-07-14T18:15:00Z");
  }

  @Test
  void rule05_springGapFiresOnceAtTheFirstValidInstant() {
    assertThat(ticks("30 2 * * *", BERLIN, "2027-03-28")).containsExactly("2027-03-28T01:00:00Z");
    assertThat(ticks("0 0 * * *", "Asia/Beirut", "2027-03-28"))
        .containsExactly("2027-03-27T22:00:00Z");
    assertThat(ticks("0,30 2 * * *", BERLIN, "2027-03-28"))
        .as("two local times in the gap are one instant")
        .containsExactly("2027-03-28T01:00:00Z");
    assertThat(ticks("0 2-4 * * *", BERLIN, "2027-03-28"))
        .containsExactly("2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z");
  }

  @Test
  void rule05_wildcardsAndStepsInTheGapDoNotExist() {
    assertThat(ticks("*/30 2 * * *", BERLIN, "2027-03-28")).isEmpty();
    assertThat(ticks("0 * * * *", BERLIN, "2027-03-28")).hasSize(23);
    assertThat(ticks("*/15 * * * *", BERLIN, "2027-03-28")).hasSize(23 * 4);
  }

  @Test
  void rule05_aDayThatWasLeftOutTicksAtTheNextOnesFirstInstant() {
    assertThat(ticks("30 2 * * *", "Pacific/Apia", "2011-12-31"))
        .containsExactly("2011-12-30T10:00:00Z", "2011-12-30T12:30:00Z");
    assertThat(Timetable.of("@daily", "Pacific/Apia").next(Instant.parse("2011-12-29T10:00:00Z")))
        .as("30 December has no midnight; the 31st follows the 29th")
        .isEqualTo("2011-12-30T10:00:00Z");
  }

  @Test
  void rule06_autumnOverlapFiresOnceAtTheEarlierOffset() {
    assertThat(ticks("30 2 * * *", BERLIN, "2026-10-25")).containsExactly("2026-10-25T00:30:00Z");
    assertThat(ticks("0 2-4 * * *", BERLIN, "2026-10-25"))
        .containsExactly("2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z");
  }

  @Test
  void rule06_wildcardsAndStepsFireInBothPasses() {
    assertThat(ticks("*/30 2 * * *", BERLIN, "2026-10-25"))
        .containsExactly(
            "2026-10-25T00:00:00Z",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:00:00Z",
            "2026-10-25T01:30:00Z");
    assertThat(ticks("@hourly", BERLIN, "2026-10-25")).hasSize(25);
    assertThat(ticks("*/15 * * * *", "Australia/Lord_Howe", "2026-04-05")).hasSize(98);
  }

  @Test
  void rule07_intervalsAreContiguousAndALocalDayHas23To25Hours() {
    Timetable daily = Timetable.of("@daily", BERLIN);

    assertThat(length(daily, "2027-03-29")).isEqualTo(Duration.ofHours(23));
    assertThat(length(daily, "2027-03-30")).isEqualTo(Duration.ofHours(24));
    assertThat(length(daily, "2026-10-26")).isEqualTo(Duration.ofHours(25));
    DataInterval interval = daily.endingAt(Instant.parse("2026-10-25T23:00:00Z"));
    assertThat(interval.end()).isEqualTo(daily.next(interval.start()));
  }

  private static Duration length(Timetable timetable, String endsOn) {
    Instant tick = LocalDate.parse(endsOn).atStartOfDay(timetable.zone()).toInstant();
    DataInterval interval = timetable.endingAt(tick);
    return Duration.between(interval.start(), interval.end());
  }

  @Test
  void rule07_theFirstIntervalStartsAtTheStartFlooredToTheSchedule() {
    Timetable timetable = Timetable.of("30 2 * * *", BERLIN);

    assertThat(timetable.floor(Instant.parse("2026-01-01T00:00:00Z")))
        .isEqualTo("2025-12-31T01:30:00Z");
    assertThat(timetable.floor(Instant.parse("2026-01-01T01:30:00Z")))
        .isEqualTo("2026-01-01T01:30:00Z");
  }

  @Test
  void changesOfTheClocksAreExplained() {
    Timetable fixed = Timetable.of("30 2 * * *", BERLIN);
    assertThat(fixed.notes(fixed.endingAt(Instant.parse("2027-03-28T01:00:00Z"))))
        .containsExactly(
            "Clocks go from 02:00 to 03:00 on 2027-03-28.",
            "A tick between the two is moved to 03:00.");
    Timetable daily = Timetable.of("@daily", BERLIN);
    assertThat(daily.notes(daily.endingAt(Instant.parse("2026-10-25T23:00:00Z"))))
        .containsExactly("Clocks go from 03:00 to 02:00 on 2026-10-25: the interval has 25 hours.");
    assertThat(fixed.notes(fixed.endingAt(Instant.parse("2026-10-25T00:30:00Z"))))
        .containsExactly("02:30 happens twice that day: it ticks the first time only.");
    assertThat(fixed.notes(fixed.endingAt(Instant.parse("2026-06-25T00:30:00Z")))).isEmpty();
  }

  @Test
  void farTicksCostNoMoreThanNearOnes() {
    Timetable leap = Timetable.of("0 0 29 2 *", BERLIN);
    Instant tick = Instant.parse("1970-01-01T00:00:00Z");
    for (int i = 0; i < 100_000; i++) {
      tick = leap.next(i % 1000 == 0 ? Instant.parse("1970-01-01T00:00:00Z") : tick);
    }
    assertThat(LocalDateTime.ofInstant(tick, leap.zone()).toLocalDate().getDayOfMonth())
        .isEqualTo(29);
  }
}
