package io.pergola.cli;

import io.pergola.openlineage.ColumnQuality;
import io.pergola.openlineage.DataQuality;
import io.pergola.run.ArtifactRecord;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.Histogram;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.StatisticsFile;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleBinaryOperator;

/**
 * Statistics as OpenLineage's data quality: all splits together, but distinct values and quantiles
 * those of the largest split.
 */
final class StatisticsQuality implements DataQuality {
  @Override
  public Optional<Metrics> of(ArtifactRecord artifact) {
    if (!artifact.type().equals(StatisticsCommand.TYPE)) {
      return Optional.empty();
    }
    DatasetStatistics statistics = StatisticsFile.read(artifact.directory());
    SortedMap<String, ColumnQuality> columns = new TreeMap<>();
    for (SplitStatistics split : bySize(statistics)) {
      for (FeatureStatistics feature : split.features()) {
        columns.merge(
            feature.name(),
            feature.match(
                StatisticsQuality::number,
                text -> bytes(text, text.unique()),
                bytes -> bytes(bytes, bytes.unique())),
            StatisticsQuality::plus);
      }
    }
    return Optional.of(new Metrics(statistics.examples(), columns));
  }

  private static List<SplitStatistics> bySize(DatasetStatistics statistics) {
    return statistics.splits().stream()
        .sorted(Comparator.comparingLong(SplitStatistics::examples).reversed())
        .toList();
  }

  /** Adds a smaller split; distinct values and quantiles stay those of the largest one. */
  private static ColumnQuality plus(ColumnQuality largest, ColumnQuality other) {
    return new ColumnQuality(
        largest.nullCount() + other.nullCount(),
        largest.distinctCount(),
        largest.count() + other.count(),
        merged(largest.sum(), other.sum(), Double::sum),
        merged(largest.min(), other.min(), Math::min),
        merged(largest.max(), other.max(), Math::max),
        largest.quantiles());
  }

  private static OptionalDouble merged(
      OptionalDouble left, OptionalDouble right, DoubleBinaryOperator how) {
    if (left.isEmpty() || right.isEmpty()) {
      return left.isEmpty() ? right : left;
    }
    return OptionalDouble.of(how.applyAsDouble(left.getAsDouble(), right.getAsDouble()));
  }

  private static ColumnQuality number(FeatureStatistics.NumericFeature feature) {
    long values = feature.common().totalValues();
    SortedMap<Double, Double> quantiles = new TreeMap<>();
    List<Histogram.Bucket> buckets = feature.quantiles().buckets();
    for (int i = 0; i < buckets.size(); i++) {
      double boundary = buckets.get(i).high();
      if (Double.isFinite(boundary)) {
        quantiles.put((i + 1.0) / buckets.size(), boundary);
      }
    }
    return new ColumnQuality(
        feature.common().missing(),
        OptionalLong.of(feature.distinct()),
        values,
        finite(feature.mean() * values),
        finite(feature.min()),
        finite(feature.max()),
        quantiles);
  }

  private static ColumnQuality bytes(FeatureStatistics feature, long unique) {
    return new ColumnQuality(
        feature.common().missing(),
        OptionalLong.of(unique),
        feature.common().totalValues(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        new TreeMap<>());
  }

  private static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
