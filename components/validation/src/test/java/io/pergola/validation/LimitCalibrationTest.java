package io.pergola.validation;

import static io.pergola.validation.TestStatistics.all;
import static io.pergola.validation.TestStatistics.text;
import static io.pergola.validation.TestStatistics.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.LimitCalibration.Day;
import io.pergola.validation.LimitCalibration.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitCalibrationTest {
  private static DatasetStatistics share(long a) {
    return train(100, text("x", all(100), new ValueCount("a", a), new ValueCount("b", 100 - a)));
  }

  /** Shares of a: 50, 51, 53, 83, 84 %; so distances 0.01, 0.02, 0.3, 0.01. */
  private static List<Day> days() {
    List<Day> days = new ArrayList<>();
    for (long a : new long[] {50, 51, 53, 83, 84}) {
      days.add(new Day("2026-11-0" + (days.size() + 1), share(a), Optional.empty()));
    }
    return days;
  }

  private static Series series(List<Day> days, Against against, Measure measure) {
    return LimitCalibration.of(days, HistogramSelection.STANDARD).series().stream()
        .filter(each -> each.against() == against && each.measure() == measure)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aLimitAlarmsOnTheDaysAboveIt() {
    Series series = series(days(), Against.PREVIOUS_SPAN, Measure.L_INFINITY);

    assertThat(series.points()).hasSize(4);
    assertThat(series.greatest()).isEqualTo(0.3, within(1e-12));
    assertThat(series.alarms(0.1)).containsExactly("2026-11-04");
    assertThat(series.alarms(0.015)).containsExactly("2026-11-03", "2026-11-04");
    assertThat(series.alarms(0.31)).isEmpty();
  }

  @Test
  void theSuggestedLimitAlarmsNoMoreOftenThanWanted() {
    Series series = series(days(), Against.PREVIOUS_SPAN, Measure.L_INFINITY);

    for (double rate : new double[] {0, 0.1, 0.25, 0.5, 0.75, 0.99, 1}) {
      assertThat(series.alarms(series.suggested(rate)).size())
          .as("rate %s", rate)
          .isLessThanOrEqualTo((int) Math.floor(rate * 4));
    }
    assertThat(series.suggested(0.25)).isBetween(0.02, 0.0201);
    assertThat(series.suggested(1)).isZero();
  }

  @Test
  void skewIsMeasuredOnDaysWithServingData() {
    List<Day> days = new ArrayList<>(days());
    days.set(2, new Day("2026-11-03", share(53), Optional.of(share(13))));

    Series series = series(days, Against.SERVING, Measure.NORMALIZED_ABSOLUTE_DIFFERENCE);

    assertThat(series.points()).hasSize(1);
    assertThat(series.points().get(0).distance()).isEqualTo(40 / 200.0, within(1e-12));
  }

  @Test
  void aFeatureThatIsGoneOneDayHasNoDistanceThen() {
    List<Day> days = new ArrayList<>(days());
    days.set(2, new Day("2026-11-03", train(100), Optional.empty()));

    assertThat(series(days, Against.PREVIOUS_SPAN, Measure.L_INFINITY).points()).hasSize(2);
  }
}
