package io.pergola.validation.tensorflow;

import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CommonStatistics.NestLevel;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.FeatureStatistics.WeightedText;
import io.pergola.validation.Histogram;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.ValueCount;
import io.pergola.validation.WeightedCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes the statistics of one feature of a {@code FeatureNameStatistics} message. */
final class FeatureReader {
  /** The rank error that TensorFlow's data validation has unless told otherwise. */
  private static final double USUAL_RANK_ERROR = 0.01;

  private final Fields in;
  private final String name;
  private final CustomValues custom;
  private final Notes notes;

  private FeatureReader(Fields in, String name, CustomValues custom) {
    this.in = in;
    this.name = name;
    this.custom = custom;
    this.notes = in.notes();
  }

  /** The feature's name, or the steps of its path joined with dots. */
  static String name(Fields feature) {
    return feature.has("path")
        ? String.join(".", feature.message("path").texts("step"))
        : feature.text("name");
  }

  static Optional<FeatureStatistics> read(Fields in, String name, CustomValues custom) {
    return new FeatureReader(in, name, custom).read();
  }

  private Optional<FeatureStatistics> read() {
    String type = in.constant("type");
    if (in.has("num_stats")) {
      return Optional.of(numbers(in.message("num_stats"), type));
    }
    if (in.has("string_stats")) {
      return Optional.of(text(in.message("string_stats"), type));
    }
    if (in.has("bytes_stats")) {
      return Optional.of(bytes(in.message("bytes_stats")));
    }
    in.skip("struct_stats");
    notes.add(
        "Not taken over: the statistics of feature '%s' of type %s itself; those of its fields are."
            .formatted(name, type));
    return Optional.empty();
  }

  private NumericFeature numbers(Fields stats, String type) {
    CommonStatistics common = common(stats);
    List<Fields> histograms = stats.messages("histograms");
    long nans = 0;
    for (Fields each : histograms) {
      nans = Math.max(nans, each.whole("num_nan"));
    }
    boolean none = common.totalValues() <= nans;
    double min = none ? Double.NaN : stats.number("min");
    double max = none ? Double.NaN : stats.number("max");
    stats.skip("min", "max", "mean", "std_dev", "median");
    return new NumericFeature(
        name,
        custom
            .text(CustomValues.TYPE)
            .map(ColumnType::valueOf)
            .orElse(type.equals("INT") ? ColumnType.INT : ColumnType.FLOAT),
        common,
        none ? Double.NaN : stats.number("mean"),
        none ? Double.NaN : stats.number("std_dev"),
        stats.whole("num_zeros"),
        nans,
        infinities(min, max),
        min,
        none ? Double.NaN : stats.number("median"),
        max,
        distinct(),
        custom.number(CustomValues.DISTINCT_ERROR, Double.POSITIVE_INFINITY),
        histogram(histograms, "STANDARD"),
        histogram(histograms, "QUANTILES"),
        custom.number(CustomValues.RANK_ERROR, USUAL_RANK_ERROR),
        weighted(stats));
  }

  private long infinities(double min, double max) {
    int known = (Double.isInfinite(min) ? 1 : 0) + (Double.isInfinite(max) ? 1 : 0);
    if (known > 0 && custom.optionalNumber(CustomValues.INFINITIES).isEmpty()) {
      notes.add(
          "How many values of feature '%s' are infinite is not there; %d at least are.",
          name, known);
    }
    return (long) custom.number(CustomValues.INFINITIES, known);
  }

  private long distinct() {
    if (custom.optionalNumber(CustomValues.DISTINCT).isEmpty()) {
      notes.add("How many distinct values numbers have is not there; 0 stands for it.");
    }
    return (long) custom.number(CustomValues.DISTINCT, 0);
  }

  private Optional<WeightedNumbers> weighted(Fields stats) {
    if (!stats.has("weighted_numeric_stats")) {
      return Optional.empty();
    }
    Fields weighted = stats.message("weighted_numeric_stats");
    weighted.messages("histograms").forEach(each -> each.skip("num_nan"));
    return Optional.of(
        new WeightedNumbers(
            weighted.number("mean"),
            weighted.number("std_dev"),
            weighted.number("median"),
            histogram(weighted.messages("histograms"), "STANDARD"),
            histogram(weighted.messages("histograms"), "QUANTILES"),
            custom.number(CustomValues.WEIGHTED_ERROR, USUAL_RANK_ERROR)));
  }

  private TextFeature text(Fields stats, String type) {
    if (type.equals("INT")) {
      notes.add(
          "Feature '%s' is a categorical integer; its statistics are taken over as those of text.",
          name);
    }
    CommonStatistics common = common(stats);
    if (custom.optionalNumber(CustomValues.MAX_LENGTH).isEmpty()) {
      notes.add("The least and the greatest length of texts is not there; 0 stands for it.");
    }
    stats.skip("avg_length");
    return new TextFeature(
        name,
        common,
        stats.whole("unique"),
        custom.number(CustomValues.DISTINCT_ERROR, 0),
        length(common, stats.number("avg_length")),
        (long) custom.number(CustomValues.MIN_LENGTH, 0),
        (long) custom.number(CustomValues.MAX_LENGTH, 0),
        stats.whole("invalid_utf8_count"),
        counts(values(stats.messages("top_values"))),
        counts(ranks(stats.message("rank_histogram"), name)),
        (long) custom.number(CustomValues.FREQUENCY_ERROR, 0),
        weightedText(stats));
  }

  private Optional<WeightedText> weightedText(Fields stats) {
    if (!stats.has("weighted_string_stats")) {
      return Optional.empty();
    }
    Fields weighted = stats.message("weighted_string_stats");
    return Optional.of(
        new WeightedText(
            values(weighted.messages("top_values")),
            ranks(weighted.message("rank_histogram"), name),
            custom.number(CustomValues.WEIGHTED_ERROR, 0)));
  }

  private BytesFeature bytes(Fields stats) {
    CommonStatistics common = common(stats);
    double max =
        stats.has("max_num_bytes_int")
            ? stats.whole("max_num_bytes_int")
            : stats.number("max_num_bytes");
    stats.skip("max_num_bytes", "avg_num_bytes");
    return new BytesFeature(
        name,
        common,
        stats.whole("unique"),
        custom.number(CustomValues.DISTINCT_ERROR, 0),
        length(common, stats.number("avg_num_bytes")),
        (long) stats.number("min_num_bytes"),
        (long) max);
  }

  private double length(CommonStatistics common, double average) {
    return custom.number(
        CustomValues.AVERAGE_LENGTH, common.totalValues() == 0 ? Double.NaN : average);
  }

  private CommonStatistics common(Fields stats) {
    Fields common = stats.message("common_stats");
    long present = common.whole("num_non_missing");
    double mean = common.number("avg_num_values");
    long total =
        common.has("tot_num_values") ? common.whole("tot_num_values") : Math.round(mean * present);
    List<NestLevel> levels =
        common.messages("presence_and_valency_stats").stream()
            .map(
                level ->
                    new NestLevel(
                        level.whole("num_non_missing"),
                        level.whole("num_missing"),
                        level.whole("min_num_values"),
                        level.whole("max_num_values"),
                        level.whole("tot_num_values")))
            .toList();
    common.skip("weighted_presence_and_valency_stats");
    return new CommonStatistics(
        present,
        common.whole("num_missing"),
        common.whole("min_num_values"),
        common.whole("max_num_values"),
        present == 0 ? Double.NaN : (double) total / present,
        total,
        histogram(common.message("num_values_histogram")),
        weightedCommon(common),
        semanticDomain(),
        custom.ofAuthors(),
        levels.size() > 1 ? levels : List.of(),
        DerivedSources.read(in));
  }

  private static Optional<CommonStatistics.Weighted> weightedCommon(Fields common) {
    if (!common.has("weighted_common_stats")) {
      return Optional.empty();
    }
    Fields weighted = common.message("weighted_common_stats");
    double present = weighted.number("num_non_missing");
    return Optional.of(
        new CommonStatistics.Weighted(
            present,
            weighted.number("num_missing"),
            present == 0 ? Double.NaN : weighted.number("avg_num_values"),
            weighted.number("tot_num_values")));
  }

  private Optional<SemanticDomain> semanticDomain() {
    Optional<String> kind = custom.text(CustomValues.SEMANTIC_KIND);
    Optional<String> info = custom.text(DomainInfo.NAME);
    if (kind.isPresent()) {
      return Optional.of(
          new SemanticDomain(
              SemanticDomain.Kind.valueOf(kind.get()),
              custom.text(CustomValues.SEMANTIC_FORMAT).orElse(""),
              custom.number(CustomValues.SEMANTIC_SHARE, 1)));
    }
    return info.flatMap(text -> DomainInfo.read(text, name, notes));
  }

  private Histogram histogram(List<Fields> histograms, String type) {
    Histogram found = Histogram.EMPTY;
    for (Fields each : histograms) {
      if (each.constant("type").equals(type)) {
        if (!found.buckets().isEmpty()) {
          notes.add("Not taken over: a further %s histogram of feature '%s'.", type, name);
          continue;
        }
        found = histogram(each);
      }
    }
    return found;
  }

  static Histogram histogram(Fields in) {
    in.skip("num_nan", "type");
    List<Histogram.Bucket> buckets = new ArrayList<>();
    for (Fields bucket : in.messages("buckets")) {
      buckets.add(
          new Histogram.Bucket(
              bucket.number("low_value"),
              bucket.number("high_value"),
              bucket.number("sample_count")));
    }
    return new Histogram(buckets);
  }

  private static List<WeightedCount> values(List<Fields> values) {
    return values.stream()
        .map(each -> new WeightedCount(each.text("value"), each.number("frequency")))
        .toList();
  }

  static List<WeightedCount> ranks(Fields histogram, String name) {
    List<WeightedCount> ranks = new ArrayList<>();
    for (Fields bucket : histogram.messages("buckets")) {
      if (bucket.whole("high_rank") - bucket.whole("low_rank") > 1) {
        histogram
            .notes()
            .add("Not taken over: the buckets of several ranks of feature '%s'.", name);
        bucket.skip("label", "sample_count");
        continue;
      }
      ranks.add(new WeightedCount(bucket.text("label"), bucket.number("sample_count")));
    }
    return ranks;
  }

  static List<ValueCount> counts(List<WeightedCount> values) {
    return values.stream()
        .map(each -> new ValueCount(each.value(), Math.round(each.weight())))
        .toList();
  }
}
