package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DataIntervalTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, 2026-11-19T23:00:00Z, 2026-11-20T23:00:00Z",
    "2026-11-20/2026-11-22, 2026-11-19T23:00:00Z, 2026-11-21T23:00:00Z",
    "2026-11-20T06:00/2026-11-20T07:00, 2026-11-20T05:00:00Z, 2026-11-20T06:00:00Z",
    "2026-11-20T06:00:00Z/2026-11-20T07:00:00+01:00, , ",
    "2026-11-20T06:00:00Z/2026-11-20T08:00:00+01:00, 2026-11-20T06:00:00Z, 2026-11-20T07:00:00Z"
  })
  void textBecomesAnInterval(String text, Instant start, Instant end) {
    if (start == null) {
      assertThatThrownBy(() -> DataInterval.parse(text, BERLIN))
          .hasMessageContaining("the end must be after the start");
    } else {
      assertThat(DataInterval.parse(text, BERLIN)).isEqualTo(new DataInterval(start, end, BERLIN));
    }
  }

  @ParameterizedTest
  @CsvSource({"2026-13-01", "yesterday", "2026-11-20/", "20/11/2026"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> DataInterval.parse(text, ZoneOffset.UTC))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid data interval: %s (a day such as 2026-11-20, or START/END of days or times)",
            text);
  }

  @Test
  void rule07_aLocalDayHas23Or25HoursWhenClocksChange() {
    assertThat(hours(DataInterval.day(LocalDate.of(2026, 3, 29), BERLIN))).isEqualTo(23);
    assertThat(hours(DataInterval.day(LocalDate.of(2026, 10, 25), BERLIN))).isEqualTo(25);
    assertThat(hours(DataInterval.day(LocalDate.of(2026, 10, 26), BERLIN))).isEqualTo(24);
  }

  @Test
  void rule22_theSpanIsTheLocalDaysNumberSince1970() {
    assertThat(DataInterval.day(LocalDate.of(1970, 1, 2), ZoneId.of("Pacific/Kiritimati")).span())
        .isEqualTo(1);
    assertThat(DataInterval.day(LocalDate.of(2026, 11, 20), BERLIN).span()).isEqualTo(20_777);
  }

  private static long hours(DataInterval interval) {
    return Duration.between(interval.start(), interval.end()).toHours();
  }
}
