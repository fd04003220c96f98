package io.pergola.cli;

import io.pergola.cli.StatisticsChoice.Place;
import io.pergola.cli.render.Bars;
import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsDifference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Two statistics beside each other, place by place, the largest distance first. */
final class StatisticsComparison {
  private static final int MIDDLE = 20;
  private static final int SHORTEST_NAME = 12;

  private final DatasetStatistics a;
  private final DatasetStatistics b;
  private final StatisticsChoice choice;

  StatisticsComparison(DatasetStatistics a, DatasetStatistics b, StatisticsChoice choice) {
    this.a = a;
    this.b = b;
    this.choice = choice;
  }

  void print(Console console) {
    String gap = "";
    for (Place place : choice.places(List.of(a, b))) {
      Optional<SplitStatistics> left = choice.at(a, place);
      Optional<SplitStatistics> right = choice.at(b, place);
      console.line(
          "%s%s: A %s examples, B %s examples"
              .formatted(gap, Text.plain(place.toString()), examples(left), examples(right)));
      console.line("");
      console.lines(lines(differences(left, right)));
      gap = System.lineSeparator();
    }
    console.line("");
    console.line(
        "DISTANCE of numbers: Jensen-Shannon divergence; of text: greatest difference of a share.");
  }

  private static String examples(Optional<SplitStatistics> statistics) {
    return statistics.map(one -> Text.count(one.examples())).orElse("no");
  }

  /** The distances at one place, the largest first. */
  static List<StatisticsDifference.Feature> differences(
      Optional<SplitStatistics> left, Optional<SplitStatistics> right) {
    return StatisticsDifference.between(alone(left), alone(right)).features();
  }

  private static DatasetStatistics alone(Optional<SplitStatistics> statistics) {
    return new DatasetStatistics(
        statistics.stream()
            .map(one -> new SplitStatistics("", one.examples(), one.features()))
            .toList());
  }

  private static List<String> lines(List<StatisticsDifference.Feature> features) {
    List<String> lines = lines(features, Integer.MAX_VALUE);
    int excess = lines.stream().mapToInt(Text::width).max().orElse(0) - StatisticsTable.WIDTH;
    if (excess <= 0) {
      return lines;
    }
    int name = features.stream().mapToInt(one -> Text.width(name(one))).max().orElse(0);
    return lines(features, Math.max(SHORTEST_NAME, name - excess));
  }

  private static List<String> lines(List<StatisticsDifference.Feature> features, int nameWidth) {
    Table table =
        new Table(
            "FEATURE",
            ">DISTANCE",
            ">A MISSING",
            "MEAN ± SD, OR TOP",
            "HISTOGRAM",
            ">B MISSING",
            "MEAN ± SD, OR TOP",
            "HISTOGRAM");
    for (StatisticsDifference.Feature feature : features) {
      List<String> bars = bars(feature);
      table.add(
          Text.clip(name(feature), nameWidth),
          String.format(Locale.ROOT, "%.4f", feature.distance()),
          feature.before().map(one -> StatisticsTable.missing(one.common())).orElse("-"),
          feature.before().map(StatisticsComparison::middle).orElse("new"),
          bars.get(0),
          feature.after().map(one -> StatisticsTable.missing(one.common())).orElse("-"),
          feature.after().map(StatisticsComparison::middle).orElse("gone"),
          bars.get(1));
    }
    return table.lines();
  }

  /** The feature's name, and its types if they are two. */
  private static String name(StatisticsDifference.Feature feature) {
    String types =
        feature.before().isPresent()
                && feature.after().isPresent()
                && feature.before().get().type() != feature.after().get().type()
            ? " (%s -> %s)".formatted(feature.before().get().type(), feature.after().get().type())
            : "";
    return StatisticsTable.plainName(feature.name()) + types;
  }

  private static String middle(FeatureStatistics feature) {
    return Text.clip(
        feature.match(
            number -> Text.number(number.mean()) + " ± " + Text.number(number.stddev()),
            text ->
                text.top().stream()
                    .findFirst()
                    .map(
                        top ->
                            // The share is kept whole: the value gives way.
                            Text.clip(Text.plain(top.value()), MIDDLE - 8)
                                + " "
                                + Text.percent((double) top.count() / text.common().totalValues()))
                    .orElse("-"),
            bytes -> Text.number(bytes.averageLength()) + " bytes"),
        MIDDLE);
  }

  /** Small histograms of both sides over the same buckets, or of the same values. */
  private static List<String> bars(StatisticsDifference.Feature feature) {
    List<FeatureStatistics> both = new ArrayList<>();
    feature.before().ifPresent(both::add);
    feature.after().ifPresent(both::add);
    double[] span = span(both);
    return Arrays.asList(
        feature.before().map(one -> bars(one, span)).orElse(""),
        feature.after().map(one -> bars(one, span)).orElse(""));
  }

  private static double[] span(List<FeatureStatistics> features) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (FeatureStatistics feature : features) {
      if (feature instanceof NumericFeature number) {
        for (Bucket bucket : number.histogram().buckets()) {
          low = Math.min(low, bucket.low());
          high = Math.max(high, bucket.high());
        }
      }
    }
    return new double[] {low, high};
  }

  private static String bars(FeatureStatistics feature, double[] span) {
    return feature.match(
        number -> Bars.of(rebucketed(number.histogram(), span[0], span[1])),
        StatisticsTable::bars,
        bytes -> "");
  }

  /** The counts in equal buckets from low to high, mass spread evenly inside a bucket. */
  static List<Double> rebucketed(Histogram histogram, double low, double high) {
    double[] counts = new double[StatisticsTable.BARS];
    double width = (high - low) / counts.length;
    if (!(width > 0) || Double.isInfinite(width)) {
      return histogram.buckets().stream().map(Bucket::count).toList();
    }
    for (Bucket bucket : histogram.buckets()) {
      if (!(bucket.high() > bucket.low())) {
        int at = (int) Math.min(counts.length - 1.0, (bucket.low() - low) / width);
        counts[Math.max(0, at)] += bucket.count();
        continue;
      }
      for (int i = 0; i < counts.length; i++) {
        double from = Math.max(bucket.low(), low + i * width);
        double to = Math.min(bucket.high(), low + (i + 1) * width);
        counts[i] += Math.max(0, to - from) / (bucket.high() - bucket.low()) * bucket.count();
      }
    }
    return Arrays.stream(counts).boxed().toList();
  }

  /** All places with their features, for other programs. */
  Map<String, Object> json() {
    List<Object> places = new ArrayList<>();
    for (Place place : choice.places(List.of(a, b))) {
      List<Object> features = new ArrayList<>();
      for (StatisticsDifference.Feature feature :
          differences(choice.at(a, place), choice.at(b, place))) {
        features.add(
            Json.object(
                "feature", feature.name(),
                "distance", feature.distance(),
                "measure", feature.measure().name(),
                "a", feature.before().map(StatisticsComparison::json),
                "b", feature.after().map(StatisticsComparison::json)));
      }
      places.add(
          Json.object(
              "split", place.split(),
              "slice", Optional.of(place.slice()).filter(slice -> !slice.isEmpty()),
              "features", features));
    }
    return Json.object("places", places);
  }

  private static Map<String, Object> json(FeatureStatistics feature) {
    Map<String, Object> common =
        Json.object(
            "type", feature.type().name(),
            "present", feature.common().present(),
            "missing", feature.common().missing());
    common.putAll(
        feature.match(
            number ->
                Json.object(
                    "mean", finite(number.mean()),
                    "stddev", finite(number.stddev()),
                    "min", finite(number.min()),
                    "median", finite(number.median()),
                    "max", finite(number.max()),
                    "zeros", number.zeros()),
            text ->
                Json.object(
                    "unique", text.unique(),
                    "top", text.top().stream().map(top -> top.value()).findFirst()),
            bytes -> Json.object("unique", bytes.unique())));
    return common;
  }

  private static Optional<Double> finite(double value) {
    return Optional.of(value).filter(Double::isFinite);
  }
}
