package io.pergola.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.feature.Features;
import io.pergola.feature.Numeric;
import io.pergola.feature.Text;
import io.pergola.feature.Time;
import io.pergola.feature.TimeValue;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class TimesTest {
  private static final Columns<Row> ROW = Columns.of();
  private static final ZoneId CHICAGO = ZoneId.of("America/Chicago");
  private static final Time T = ROW.time(Column.number("t"), TimeValue.Unit.SECONDS);

  private static List<Object> values(Numeric feature, ExampleColumn... given) {
    FittedPlan plan = FittedPlan.of(Features.of().dense(feature.as("f")).unlabelled(), List.of());
    ExampleBatch raw = Batches.batch(given);
    return Batches.values(plan.apply(raw), "f");
  }

  /** Of many times, also before 1970 and around changes of the clock, against java.time. */
  @Test
  void partsAreThoseOfJavaTime() {
    Map<Numeric, Function<ZonedDateTime, Integer>> parts = new LinkedHashMap<>();
    parts.put(T.year(CHICAGO), ZonedDateTime::getYear);
    parts.put(T.quarter(CHICAGO), t -> t.get(IsoFields.QUARTER_OF_YEAR));
    parts.put(T.month(CHICAGO), ZonedDateTime::getMonthValue);
    parts.put(T.week(CHICAGO), t -> t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
    parts.put(T.dayOfYear(CHICAGO), ZonedDateTime::getDayOfYear);
    parts.put(T.dayOfMonth(CHICAGO), ZonedDateTime::getDayOfMonth);
    parts.put(T.dayOfWeek(CHICAGO), t -> t.getDayOfWeek().getValue());
    parts.put(T.weekend(CHICAGO).asNumber(), t -> t.getDayOfWeek().getValue() >= 6 ? 1 : 0);
    parts.put(T.hour(CHICAGO), ZonedDateTime::getHour);
    parts.put(T.minute(CHICAGO), ZonedDateTime::getMinute);
    parts.put(T.second(CHICAGO), ZonedDateTime::getSecond);
    parts.put(T.secondOfDay(CHICAGO), t -> t.get(ChronoField.SECOND_OF_DAY));
    List<Long> seconds = new ArrayList<>(List.of(0L, -1L, 1_362_902_399L, 1_362_902_400L));
    Random random = new Random(7);
    random.longs(200, -10_000_000_000L, 10_000_000_000L).forEach(seconds::add);
    ExampleColumn column = Batches.longs("t", seconds.toArray(Long[]::new));

    parts.forEach(
        (feature, expected) -> {
          List<Object> computed = values(feature, column);
          for (int i = 0; i < seconds.size(); i++) {
            ZonedDateTime time = Instant.ofEpochSecond(seconds.get(i)).atZone(CHICAGO);
            assertThat(computed.get(i))
                .as("%s of %s", feature.name(), time)
                .isEqualTo((float) expected.apply(time));
          }
        });
  }

  @Test
  void numbersCountInTheirUnit() {
    ZoneId utc = ZoneOffset.UTC;
    // 2013-03-10T08:00:01.5Z
    long millis = 1_362_902_401_500L;
    Time ofMillis = ROW.time(Column.number("t"), TimeValue.Unit.MILLISECONDS);
    Time ofMicros = ROW.time(Column.number("t"), TimeValue.Unit.MICROSECONDS);
    for (List<Object> seconds :
        List.of(
            values(ofMillis.second(utc), Batches.longs("t", millis, null)),
            values(ofMicros.second(utc), Batches.longs("t", millis * 1_000, null)),
            values(
                T.second(utc),
                new DoubleColumn(
                    "t", 2, new double[] {millis / 1_000.0, 0}, null, new long[] {1}, null)))) {
      assertThat(seconds).containsExactly(1f, null);
    }
    assertThat(values(ofMillis.second(utc), Batches.longs("t", -500L))).containsExactly(59f);
  }

  @Test
  void whatIsNoTimeIsNaN() {
    assertThat(values(T.hour(CHICAGO), Batches.longs("t", Long.MIN_VALUE, Long.MAX_VALUE)))
        .containsExactly(Float.NaN, Float.NaN);
    assertThat(
            values(
                T.hour(CHICAGO),
                Batches.floats("t", Float.NaN, Float.POSITIVE_INFINITY, -1e30f, 0f)))
        .containsExactly(Float.NaN, Float.NaN, Float.NaN, 18f);
  }

  @Test
  void spansAreInSeconds() {
    Time other = ROW.time(Column.number("o"), TimeValue.Unit.MILLISECONDS);
    assertThat(
            values(
                other.secondsSince(T),
                Batches.longs("t", 1_362_902_400L, 10L, null, Long.MAX_VALUE),
                Batches.longs("o", 1_362_902_401_250L, 9_000L, 0L, 0L)))
        .containsExactly(1.25f, -1f, null, Float.NaN);
  }

  @Test
  void textsAreTimesOfAPattern() {
    Text text = ROW.text(Column.text("t"));
    ExampleColumn days = Batches.text("t", "3/9/2013", null, "12/31/2013");
    ZoneId zone = ZoneId.of("UTC");
    assertThat(values(text.time("M/d/uuuu", zone).dayOfYear(zone), days))
        .containsExactly(68f, null, 365f);
    assertThat(values(text.time("M/d/uuuu", zone).hour(CHICAGO), days))
        .containsExactly(18f, null, 18f);
    assertThat(
            values(
                text.time("uuuu-MM-dd'T'HH:mm:ssXXX", CHICAGO).hour(zone),
                Batches.dictionary(Batches.text("t", "2013-03-10T01:00:00+02:00"))))
        .containsExactly(23f);
    assertThat(
            values(
                text.time("uuuu-MM-dd hh a", CHICAGO).hour(CHICAGO),
                Batches.text("t", "2013-07-01 12 AM", "2013-07-01 11 PM")))
        .containsExactly(0f, 23f);
    assertThatThrownBy(
            () ->
                values(
                    text.time("M/d/uuuu", zone).hour(zone),
                    Batches.text("t", "1/1/2013", "2/30/x")))
        .hasMessage(
            "Cannot compute feature 'f': '2/30/x' is no time of the form 'M/d/uuuu'. Correct the"
                + " data or the pattern.");
    assertThatThrownBy(
            () -> values(text.time("HH:mm", zone).hour(zone), Batches.text("t", "10:15")))
        .hasMessageStartingWith("Cannot compute feature 'f': '10:15' is no time of the form");
  }

  @Test
  void missingTimesAreKnown() {
    assertThat(values(T.isMissing().asNumber(), Batches.longs("t", 1L, null)))
        .containsExactly(0f, 1f);
  }

  @Test
  void cyclesAreSinesAndCosines() {
    Numeric angle = ROW.number(Column.number("t")).times(Math.PI / 12);
    float step = (float) (Math.PI / 12);
    assertThat(values(angle.sin(), Batches.longs("t", 0L, 6L)))
        .containsExactly(0f, (float) StrictMath.sin(6 * step));
    assertThat(values(angle.cos(), Batches.longs("t", 0L, 6L)))
        .containsExactly(1f, (float) StrictMath.cos(6 * step));
  }

  @Test
  void matchesAreReplaced() {
    Text text = ROW.text(Column.text("t"));
    Text replaced = text.replace(Pattern.compile("([a-z])\\1"), "<$1>");
    ExampleColumn given = Batches.text("t", "aabbc", "abc", null);
    assertThat(values(replaced.length(), given)).containsExactly(7f, 3f, null);
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .categorical(replaced.hash(1_000).as("made"), text.hash(1_000).as("raw"))
                .unlabelled(),
            List.of());
    ExampleBatch made = plan.apply(Batches.batch(Batches.text("t", "aabbc", "<a><b>c")));
    assertThat(Batches.values(made, "made").get(0))
        .isEqualTo(Batches.values(made, "raw").get(1))
        .isEqualTo(Batches.values(made, "made").get(1));
    assertThat(given.type()).isEqualTo(ColumnType.TEXT);
  }

  @Test
  void crossesHaveAnyNumberOfParts() {
    Text a = ROW.text(Column.text("a"));
    Text b = ROW.text(Column.text("b"));
    FittedPlan plan =
        FittedPlan.of(
            Features.of()
                .categorical(
                    a.cross(b)
                        .cross(ROW.number(Column.number("n")).identity(9))
                        .cross(a)
                        .hash(1_000)
                        .as("f"),
                    ROW.text(Column.text("joined")).hash(1_000).as("g"))
                .unlabelled(),
            List.of());
    ExampleBatch made =
        plan.apply(
            Batches.batch(
                Batches.text("a", "x", "y", null),
                Batches.text("b", "u", "v", "w"),
                Batches.longs("n", 3L, 4L, 5L),
                Batches.text("joined", "x_X_u_X_3_X_x", "y_X_v_X_4_X_y", null)));
    assertThat(Batches.values(made, "f")).isEqualTo(Batches.values(made, "g"));
  }
}
