package io.pergola.span;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.RunContext;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpansTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final long DAY = LocalDate.of(2026, 11, 20).toEpochDay();
  private static final RunContext MANUAL = RunContext.asOf(Instant.parse("2026-11-25T00:00:00Z"));

  @Test
  void rule22_aScheduledRunTakesItsOwnSpanNotTheLatest() {
    SpanSelection chosen = Spans.ofRun().select(there(DAY - 1, DAY, DAY + 1), run("2026-11-20"));

    assertThat(chosen.spans()).containsExactly(DAY);
    assertThat(chosen.note()).isEmpty();
    assertThat(chosen.problem()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-20, 20777, 20777",
    "2026-11-20/2026-11-23, 20777, 20779",
    "2026-11-20T06:00/2026-11-21T06:00, 20777, 20777",
    "2026-11-16T06:00/2026-11-23T06:00, 20773, 20779",
    "2026-11-20T23:00/2026-11-21T00:00, 20777, 20777",
    "2026-10-25, 20751, 20751",
    "2026-03-29, 20541, 20541",
    "2026-11-19T23:30:00Z/2026-11-20T00:30:00Z, 20777, 20777",
  })
  void rule22_anIntervalHasTheSpansOfItsLocalDays(String interval, long first, long last) {
    List<FoundSpan> all = LongStream.range(20_500, 20_900).mapToObj(SpansTest::found).toList();

    assertThat(Spans.ofRun().select(all, run(interval)).spans())
        .isEqualTo(LongStream.rangeClosed(first, last).boxed().toList());
  }

  @Test
  void rule17_aRunByHandWithoutIntervalTakesTheNewestAndSaysSo() {
    SpanSelection chosen = Spans.ofRun().select(there(DAY - 3, DAY), MANUAL);

    assertThat(chosen.spans()).containsExactly(DAY);
    assertThat(chosen.note())
        .contains(
            "took the newest span that is there, as the run has no interval: 20777 (2026-11-20)");
  }

  @Test
  void latestIsTheNewestThatIsNotAfterTheInterval() {
    assertThat(Spans.latest().select(there(DAY - 3, DAY + 1), run("2026-11-20")).spans())
        .containsExactly(DAY - 3);
    assertThat(Spans.latest().select(there(DAY - 3, DAY + 1), MANUAL).spans())
        .containsExactly(DAY + 1);
  }

  @Test
  void rangesAreTheSameInEveryRun() {
    assertThat(Spans.range(3, 5).select(there(1, 3, 4, 5, 6), MANUAL).spans())
        .containsExactly(3L, 4L, 5L);
    assertThat(Spans.range(3, 5).select(there(1, 3, 4, 5, 6), run("2026-11-20")).spans())
        .containsExactly(3L, 4L, 5L);
  }

  @Test
  void rule23_aRollingWindowEndsWithTheRunsOwnSpan() {
    SpanSelection chosen =
        Spans.rolling(3).select(there(DAY - 4, DAY - 2, DAY - 1, DAY, DAY + 1), run("2026-11-20"));

    assertThat(chosen.spans()).containsExactly(DAY - 2, DAY - 1, DAY);
    assertThat(chosen.ranges()).isEqualTo("20775..20777");
  }

  @Test
  void rule23_missingSpansAreListedAndToleratedUpToTheMinimum() {
    Spans spans = Spans.rolling(7).atLeast(5);
    List<FoundSpan> five = there(DAY - 9, DAY - 6, DAY - 4, DAY - 3, DAY - 1, DAY);
    List<FoundSpan> four = there(DAY - 9, DAY - 6, DAY - 4, DAY - 1, DAY);

    assertThat(spans.select(five, run("2026-11-20")).problem()).isEmpty();
    assertThat(spans.select(five, run("2026-11-20")).note())
        .contains("missing 2 spans: 20772 (2026-11-15), 20775 (2026-11-18)");
    assertThat(spans.select(four, run("2026-11-20")).problem())
        .contains(
            "Cannot choose spans: 4 of 7 spans: 20771..20777 (2026-11-14 to 2026-11-20) are there,"
                + " at least 5 needed; missing 3 spans: 20772 (2026-11-15), 20774..20775"
                + " (2026-11-17 to 2026-11-18). Deliver them and run again, or ask for less:"
                + " atLeast, waitFor.");
  }

  @Test
  void rule23_aShortHistoryIsNotMissing() {
    Spans spans = Spans.rolling(7).atLeast(2).atMostMissing(0);

    assertThat(spans.select(there(DAY - 1, DAY), run("2026-11-20")).problem()).isEmpty();
    assertThat(spans.select(there(DAY - 1, DAY), run("2026-11-20")).missing()).isEmpty();
    assertThat(spans.select(there(DAY - 2, DAY), run("2026-11-20")).problem())
        .hasValueSatisfying(
            problem -> assertThat(problem).contains("1 is missing, at most 0 may be"));
  }

  @Test
  void rule23_failIsTheDefaultAndProceedTakesWhatIsThere() {
    List<FoundSpan> two = there(DAY - 6, DAY);

    assertThatThrownBy(() -> Spans.rolling(7).select(two, run("2026-11-20")).orThrow())
        .isInstanceOf(MissingSpansException.class)
        .hasMessageContaining("2 of 7 spans");
    assertThat(Spans.rolling(7).takeWhatIsThere().select(two, run("2026-11-20")).orThrow().spans())
        .containsExactly(DAY - 6, DAY);
    assertThat(Spans.rolling(7).takeWhatIsThere().select(List.of(), run("2026-11-20")).problem())
        .isPresent();
  }

  @Test
  void rule23_waitingIsWorthItWhileSomethingIsMissing() {
    Spans spans = Spans.rolling(2).atLeast(1).waitFor(Duration.ofHours(2));

    assertThat(spans.select(there(DAY - 5, DAY), run("2026-11-20")).worthWaiting()).isTrue();
    assertThat(spans.select(there(DAY - 1, DAY), run("2026-11-20")).worthWaiting()).isFalse();
    assertThat(spans.select(List.of(), run("2026-11-20")).worthWaiting()).isTrue();
    assertThat(
            Spans.rolling(2)
                .atLeast(1)
                .select(there(DAY - 5, DAY), run("2026-11-20"))
                .worthWaiting())
        .isFalse();
  }

  @Test
  void impossibleWishesAreRefused() {
    assertThatThrownBy(() -> Spans.rolling(0))
        .hasMessage("Invalid rolling window: 0 spans (from 1)");
    assertThatThrownBy(() -> Spans.rolling(3).atLeast(4))
        .hasMessage("Invalid number of spans: at least 4 of the last 3");
    assertThatThrownBy(() -> Spans.range(2, 1))
        .hasMessage("Invalid range of spans: 2 to 1 (the end must not be before the start)");
    assertThatThrownBy(() -> Spans.ofRun().waitFor(Duration.ofSeconds(-1)))
        .hasMessage("Invalid time to wait for spans: PT-1S (from 0)");
  }

  private static RunContext run(String interval) {
    return RunContext.of(DataInterval.parse(interval, BERLIN));
  }

  private static List<FoundSpan> there(long... spans) {
    return LongStream.of(spans).mapToObj(SpansTest::found).toList();
  }

  private static FoundSpan found(long span) {
    return new FoundSpan(span, 0, List.of());
  }
}
