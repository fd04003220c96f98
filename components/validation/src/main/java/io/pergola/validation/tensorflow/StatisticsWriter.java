package io.pergola.validation.tensorflow;

import com.google.protobuf.DynamicMessage;
import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CrossStatistics;
import io.pergola.validation.CrossStatistics.Association;
import io.pergola.validation.CrossStatistics.Lift;
import io.pergola.validation.CrossStatistics.Pair;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.Histogram;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.ValueCount;
import io.pergola.validation.WeightedCount;
import java.util.List;
import java.util.Optional;

/** Makes a {@code DatasetFeatureStatisticsList} message of the statistics of a split. */
final class StatisticsWriter {
  private final Notes notes;

  private StatisticsWriter(Notes notes) {
    this.notes = notes;
  }

  static DynamicMessage write(SplitStatistics split, Notes notes) {
    StatisticsWriter writer = new StatisticsWriter(notes);
    Draft list = new Draft(Messages.STATISTICS);
    list.add("datasets", writer.dataset(list.of("datasets"), SliceNames.ALL, split));
    for (SliceStatistics slice : split.slices()) {
      list.add(
          "datasets",
          writer.dataset(list.of("datasets"), SliceNames.of(slice.key()), slice.statistics()));
    }
    if (split.unreportedSlices() > 0) {
      notes.add(
          "Not taken over: that split '%s' has %d slices more than are reported.",
          split.name(), split.unreportedSlices());
    }
    return list.done();
  }

  private Draft dataset(Draft to, String name, SplitStatistics split) {
    to.put("name", name).putNonzero("num_examples", split.examples());
    split.weightedExamples().ifPresent(sum -> to.put("weighted_num_examples", sum));
    for (FeatureStatistics feature : split.features()) {
      Draft one = feature(to.of("features"), feature, split.cross());
      split
          .findTokens(feature.name())
          .ifPresent(tokens -> TokensMessage.put(one, feature.type(), tokens));
      to.add("features", one);
    }
    split.cross().ifPresent(cross -> putCross(to, cross));
    if (!split.custom().isEmpty()) {
      notes.add(
          "Not taken over: what authors' generators found of whole examples of split '%s' (%d"
              + " numbers).",
          split.name(), split.custom().size());
    }
    return to;
  }

  private static Draft feature(
      Draft to, FeatureStatistics feature, Optional<CrossStatistics> cross) {
    to.put("path", Draft.path(to.of("path"), feature.name()));
    feature
        .common()
        .custom()
        .forEach(custom -> CustomValues.put(to, custom.name(), custom.value()));
    feature
        .semanticDomain()
        .ifPresent(
            domain -> {
              DomainInfo.write(domain)
                  .ifPresent(text -> CustomValues.put(to, DomainInfo.NAME, text));
              CustomValues.put(to, CustomValues.SEMANTIC_KIND, domain.kind().name());
              CustomValues.put(to, CustomValues.SEMANTIC_FORMAT, domain.format());
              CustomValues.put(to, CustomValues.SEMANTIC_SHARE, domain.share());
            });
    feature.common().derived().ifPresent(source -> DerivedSources.put(to, source));
    cross
        .flatMap(all -> all.association(feature.name()))
        .ifPresent(association -> putInformation(to, association));
    return feature.match(
        numbers -> numbers(to, numbers), text -> text(to, text), bytes -> bytes(to, bytes));
  }

  private static Draft numbers(Draft to, NumericFeature from) {
    to.choose("type", from.type() == ColumnType.INT ? "INT" : "FLOAT");
    Draft stats = to.of("num_stats");
    stats.put("common_stats", common(stats.of("common_stats"), from.common()));
    if (from.common().totalValues() > from.nans()) {
      stats
          .putNonzero("mean", from.mean())
          .putNonzero("std_dev", from.stddev())
          .putNonzero("min", from.min())
          .putNonzero("median", from.median())
          .putNonzero("max", from.max());
    }
    stats.putNonzero("num_zeros", from.zeros());
    addHistograms(stats, from.histogram(), from.quantiles(), from.nans());
    from.weighted()
        .ifPresent(
            weighted -> {
              Draft twin = stats.of("weighted_numeric_stats");
              stats.put("weighted_numeric_stats", weighted(twin, weighted, from.nans()));
              CustomValues.put(to, CustomValues.WEIGHTED_ERROR, weighted.rankError());
            });
    CustomValues.put(to, CustomValues.TYPE, from.type().name());
    CustomValues.put(to, CustomValues.INFINITIES, from.infinities());
    CustomValues.put(to, CustomValues.DISTINCT, from.distinct());
    CustomValues.put(to, CustomValues.DISTINCT_ERROR, from.distinctError());
    CustomValues.put(to, CustomValues.RANK_ERROR, from.rankError());
    return to.put("num_stats", stats);
  }

  private static Draft weighted(Draft to, WeightedNumbers from, long nans) {
    to.putNonzero("mean", from.mean())
        .putNonzero("std_dev", from.stddev())
        .putNonzero("median", from.median());
    addHistograms(to, from.histogram(), from.quantiles(), nans);
    return to;
  }

  private static Draft text(Draft to, TextFeature from) {
    to.choose("type", "STRING");
    Draft stats = to.of("string_stats");
    stats.put("common_stats", common(stats.of("common_stats"), from.common()));
    stats.putNonzero("unique", from.unique());
    putLength(to, stats, "avg_length", from.averageLength());
    stats.putNonzero("invalid_utf8_count", from.invalidUtf8());
    addValues(stats, weights(from.top()), weights(from.ranks()));
    from.weighted()
        .ifPresent(
            weighted -> {
              Draft twin = stats.of("weighted_string_stats");
              addValues(twin, weighted.top(), weighted.ranks());
              stats.put("weighted_string_stats", twin);
              CustomValues.put(to, CustomValues.WEIGHTED_ERROR, weighted.weightError());
            });
    CustomValues.put(to, CustomValues.DISTINCT_ERROR, from.uniqueError());
    CustomValues.put(to, CustomValues.MIN_LENGTH, from.minLength());
    CustomValues.put(to, CustomValues.MAX_LENGTH, from.maxLength());
    CustomValues.put(to, CustomValues.FREQUENCY_ERROR, from.frequencyError());
    return to.put("string_stats", stats);
  }

  private static Draft bytes(Draft to, BytesFeature from) {
    to.choose("type", "BYTES");
    Draft stats = to.of("bytes_stats");
    stats.put("common_stats", common(stats.of("common_stats"), from.common()));
    stats.putNonzero("unique", from.unique());
    putLength(to, stats, "avg_num_bytes", from.averageLength());
    stats.putNonzero("min_num_bytes", (double) from.minLength());
    stats.putNonzero("max_num_bytes", (double) from.maxLength());
    stats.putNonzero("max_num_bytes_int", from.maxLength());
    CustomValues.put(to, CustomValues.DISTINCT_ERROR, from.uniqueError());
    return to.put("bytes_stats", stats);
  }

  private static void putLength(Draft feature, Draft stats, String field, double average) {
    if (!Double.isNaN(average)) {
      stats.putNonzero(field, average);
      CustomValues.put(feature, CustomValues.AVERAGE_LENGTH, average);
    }
  }

  private static Draft common(Draft to, CommonStatistics from) {
    to.putNonzero("num_non_missing", from.present())
        .putNonzero("num_missing", from.missing())
        .putNonzero("min_num_values", from.minValues())
        .putNonzero("max_num_values", from.maxValues())
        .putNonzero("tot_num_values", from.totalValues());
    if (from.present() > 0) {
      to.putNonzero("avg_num_values", from.meanValues());
    }
    if (!from.valueCounts().buckets().isEmpty()) {
      Draft counts = to.of("num_values_histogram").choose("type", "QUANTILES");
      to.put("num_values_histogram", buckets(counts, from.valueCounts()));
    }
    for (CommonStatistics.NestLevel level : from.nesting()) {
      to.add(
          "presence_and_valency_stats",
          to.of("presence_and_valency_stats")
              .putNonzero("num_non_missing", level.present())
              .putNonzero("num_missing", level.missing())
              .putNonzero("min_num_values", level.minValues())
              .putNonzero("max_num_values", level.maxValues())
              .putNonzero("tot_num_values", level.totalValues()));
    }
    from.weighted()
        .ifPresent(
            weighted -> {
              Draft twin = to.of("weighted_common_stats");
              twin.putNonzero("num_non_missing", weighted.present())
                  .putNonzero("num_missing", weighted.missing())
                  .putNonzero("tot_num_values", weighted.totalValues());
              if (!Double.isNaN(weighted.meanValues())) {
                twin.putNonzero("avg_num_values", weighted.meanValues());
              }
              to.put("weighted_common_stats", twin);
            });
    return to;
  }

  private static void addHistograms(Draft to, Histogram standard, Histogram quantiles, long nans) {
    if (!standard.buckets().isEmpty() || nans > 0) {
      Draft histogram = to.of("histograms").putNonzero("num_nan", nans);
      to.add("histograms", buckets(histogram, standard));
    }
    if (!quantiles.buckets().isEmpty()) {
      Draft histogram = to.of("histograms").putNonzero("num_nan", nans).choose("type", "QUANTILES");
      to.add("histograms", buckets(histogram, quantiles));
    }
  }

  static Draft buckets(Draft to, Histogram from) {
    for (Histogram.Bucket bucket : from.buckets()) {
      to.add(
          "buckets",
          to.of("buckets")
              .putNonzero("low_value", bucket.low())
              .putNonzero("high_value", bucket.high())
              .putNonzero("sample_count", bucket.count()));
    }
    return to;
  }

  static List<WeightedCount> weights(List<ValueCount> values) {
    return values.stream().map(each -> new WeightedCount(each.value(), each.count())).toList();
  }

  private static void addValues(Draft to, List<WeightedCount> top, List<WeightedCount> ranks) {
    for (WeightedCount value : top) {
      to.add(
          "top_values",
          to.of("top_values").put("value", value.value()).put("frequency", value.weight()));
    }
    putRanks(to, ranks);
  }

  static void putRanks(Draft to, List<WeightedCount> ranks) {
    if (ranks.isEmpty()) {
      return;
    }
    Draft histogram = to.of("rank_histogram");
    for (int rank = 0; rank < ranks.size(); rank++) {
      histogram.add(
          "buckets",
          histogram
              .of("buckets")
              .putNonzero("low_rank", rank)
              .putNonzero("high_rank", rank)
              .put("label", ranks.get(rank).value())
              .put("sample_count", ranks.get(rank).weight()));
    }
    to.put("rank_histogram", histogram);
  }

  private static void putInformation(Draft feature, Association association) {
    CustomValues.put(feature, CustomValues.MUTUAL_INFORMATION, association.mutualInformation());
    CustomValues.put(
        feature, CustomValues.ADJUSTED_INFORMATION, association.adjustedMutualInformation());
    if (!association.note().isEmpty()) {
      CustomValues.put(feature, CustomValues.ASSOCIATION_NOTE, association.note());
    }
  }

  private static void putCross(Draft to, CrossStatistics from) {
    for (Pair pair : from.pairs()) {
      Draft cross = cross(to, pair.x(), pair.y(), pair.count());
      cross.put(
          "num_cross_stats",
          cross
              .of("num_cross_stats")
              .putNonzero("correlation", pair.correlation())
              .putNonzero("covariance", pair.covariance()));
      to.add("cross_features", cross);
    }
    for (Association association : from.associations()) {
      Draft cross = cross(to, association.feature(), from.label().orElse(""), association.count());
      Draft categorical = cross.of("categorical_cross_stats");
      Draft lift = categorical.of("lift");
      for (String label : association.lifts().stream().map(Lift::label).distinct().toList()) {
        lift.add("lift_series", series(lift.of("lift_series"), label, association.lifts()));
      }
      cross.put("categorical_cross_stats", categorical.put("lift", lift));
      to.add("cross_features", cross);
    }
  }

  private static Draft cross(Draft dataset, String x, String y, long count) {
    Draft cross = dataset.of("cross_features");
    return cross
        .put("path_x", Draft.path(cross.of("path_x"), x))
        .put("path_y", Draft.path(cross.of("path_y"), y))
        .putNonzero("count", count);
  }

  private static Draft series(Draft to, String label, List<Lift> lifts) {
    to.put("y_string", label);
    for (Lift lift : lifts) {
      if (lift.label().equals(label)) {
        to.put("y_count", lift.labelCount());
        to.add(
            "lift_values",
            to.of("lift_values")
                .put("x_string", lift.value())
                .putNonzero("lift", lift.lift())
                .put("x_count", lift.valueCount())
                .put("x_and_y_count", lift.count()));
      }
    }
    return to;
  }
}
