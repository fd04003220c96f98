package io.pergola.validation;

import io.pergola.validation.DistanceMeasurement.Against;
import io.pergola.validation.DistanceMeasurement.Measure;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.internal.Distances;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Distances over a recorded history, and how often a limit of them would have alarmed: for choosing
 * limits instead of guessing them.
 *
 * @param series by feature, split, what is compared, and measure
 */
public record LimitCalibration(List<LimitCalibration.Series> series) {
  private static final int DIGITS = 3;

  public LimitCalibration {
    series = List.copyOf(series);
  }

  /**
   * What is on record of one day.
   *
   * @param name such as {@code 2026-11-20}
   * @param serving statistics of serving data of that day, if there are any
   */
  public record Day(
      String name, DatasetStatistics statistics, Optional<DatasetStatistics> serving) {}

  /**
   * The distance of one day.
   *
   * @param day of the later statistics
   */
  public record Point(String day, double distance) {}

  /**
   * The distances of one feature of one split by one measure.
   *
   * @param type of the feature
   * @param points in the order of the days
   */
  public record Series(
      String feature,
      FeatureType type,
      String split,
      Against against,
      Measure measure,
      List<Point> points) {
    public Series {
      points = List.copyOf(points);
    }

    /** The days on which a limit would have alarmed: with a distance above it. */
    public List<String> alarms(double limit) {
      return points.stream().filter(point -> point.distance() > limit).map(Point::day).toList();
    }

    /** The greatest distance. */
    public double greatest() {
      return points.stream().mapToDouble(Point::distance).max().orElse(0);
    }

    /**
     * The least limit, rounded up to three digits, that would have alarmed on no more than this
     * fraction of the days.
     *
     * @param rate 0 to 1
     */
    public double suggested(double rate) {
      List<Double> descending =
          points.stream().map(Point::distance).sorted(Comparator.reverseOrder()).toList();
      int allowed = (int) Math.floor(rate * descending.size() + 1e-9);
      if (allowed >= descending.size()) {
        return 0;
      }
      return Math.min(
          1,
          new BigDecimal(descending.get(allowed))
              .round(new MathContext(DIGITS, RoundingMode.UP))
              .doubleValue());
    }
  }

  /**
   * Measures the drift of each day from the one before, and the skew of each day that has serving
   * statistics.
   *
   * @param days in order
   * @param histograms which of numbers are compared
   */
  public static LimitCalibration of(List<Day> days, HistogramSelection histograms) {
    Map<String, Series> found = new TreeMap<>();
    for (int i = 0; i < days.size(); i++) {
      Day day = days.get(i);
      if (i > 0) {
        measure(day, days.get(i - 1).statistics(), Against.PREVIOUS_SPAN, histograms, found);
      }
      if (day.serving().isPresent()) {
        measure(day, day.serving().get(), Against.SERVING, histograms, found);
      }
    }
    return new LimitCalibration(List.copyOf(found.values()));
  }

  private static void measure(
      Day day,
      DatasetStatistics control,
      Against against,
      HistogramSelection histograms,
      Map<String, Series> found) {
    for (SplitStatistics split : day.statistics().splits()) {
      Optional<SplitStatistics> same = control.find(split.name());
      if (same.isEmpty() && control.splits().size() == 1) {
        same = Optional.of(control.splits().get(0));
      }
      for (FeatureStatistics feature : split.features()) {
        Optional<FeatureStatistics> other = same.flatMap(s -> s.find(feature.name()));
        if (other.isPresent() && other.get().common().totalValues() > 0) {
          distances(other.get(), feature, histograms)
              .forEach(
                  (measure, distance) ->
                      add(found, day, split.name(), feature, against, measure, distance));
        }
      }
    }
  }

  private static Map<Measure, Double> distances(
      FeatureStatistics before, FeatureStatistics after, HistogramSelection histograms) {
    Map<Measure, Double> distances = new TreeMap<>();
    if (after.common().totalValues() == 0) {
      return distances;
    }
    if (before instanceof TextFeature a && after instanceof TextFeature b) {
      distances.put(Measure.L_INFINITY, Distances.lInfinity(a, b).distance());
      distances.put(
          Measure.NORMALIZED_ABSOLUTE_DIFFERENCE,
          Distances.normalizedAbsDifference(a, b).distance());
      Distances.jensenShannon(a, b)
          .ifPresent(d -> distances.put(Measure.JENSEN_SHANNON_DIVERGENCE, d));
    } else if (before instanceof NumericFeature a && after instanceof NumericFeature b) {
      Distances.jensenShannon(a, b, histograms)
          .ifPresent(d -> distances.put(Measure.JENSEN_SHANNON_DIVERGENCE, d));
    }
    return distances;
  }

  private static void add(
      Map<String, Series> found,
      Day day,
      String split,
      FeatureStatistics feature,
      Against against,
      Measure measure,
      double distance) {
    String key = String.join("\0", feature.name(), split, against.name(), measure.name());
    List<Point> points =
        new ArrayList<>(found.containsKey(key) ? found.get(key).points() : List.of());
    points.add(new Point(day.name(), distance));
    found.put(
        key,
        new Series(
            feature.name(), FeatureType.of(feature.type()), split, against, measure, points));
  }
}
