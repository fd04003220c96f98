package io.pergola.validation;

import io.pergola.beam.ColumnType;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.Histogram.Bucket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Statistics made by hand. */
final class TestStatistics {
  private TestStatistics() {}

  static CommonStatistics common(long present, long missing, long min, long max, long total) {
    return new CommonStatistics(
        present, missing, min, max, (double) total / present, total, Histogram.EMPTY);
  }

  /** One value in each of n examples. */
  static CommonStatistics all(long n) {
    return common(n, 0, 1, 1, n);
  }

  static CommonStatistics meaning(CommonStatistics common, SemanticDomain domain) {
    return new CommonStatistics(
        common.present(),
        common.missing(),
        common.minValues(),
        common.maxValues(),
        common.meanValues(),
        common.totalValues(),
        common.valueCounts(),
        Optional.empty(),
        Optional.of(domain),
        List.of());
  }

  /** Numbers of these histograms, with no special values. */
  static NumericFeature number(
      String name, ColumnType type, CommonStatistics common, Bucket... standard) {
    return number(name, type, common, 0, 0, 2, standard);
  }

  static NumericFeature number(
      String name,
      ColumnType type,
      CommonStatistics common,
      long nans,
      long infinities,
      long distinct,
      Bucket... standard) {
    double min = standard.length == 0 ? Double.NaN : standard[0].low();
    double max = standard.length == 0 ? Double.NaN : standard[standard.length - 1].high();
    return new NumericFeature(
        name,
        type,
        common,
        (min + max) / 2,
        1,
        0,
        nans,
        infinities,
        min,
        (min + max) / 2,
        infinities > 0 ? Double.POSITIVE_INFINITY : max,
        distinct,
        0,
        new Histogram(List.of(standard)),
        new Histogram(List.of(standard)),
        0);
  }

  /** Text of these values; all that there are. */
  static TextFeature text(String name, CommonStatistics common, ValueCount... values) {
    List<ValueCount> ranks = new ArrayList<>(List.of(values));
    ranks.sort(Comparator.comparingLong(ValueCount::count).reversed());
    return new TextFeature(name, common, values.length, 0, 1, 1, 1, 0, ranks, ranks, 0);
  }

  static BytesFeature bytes(String name, CommonStatistics common, long unique, long maxLength) {
    return new BytesFeature(name, common, unique, 0, 1, 1, maxLength);
  }

  static DatasetStatistics train(long examples, FeatureStatistics... features) {
    return new DatasetStatistics(
        List.of(new SplitStatistics("train", examples, List.of(features))));
  }
}
