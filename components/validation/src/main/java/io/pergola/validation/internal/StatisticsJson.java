package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.beam.ColumnType;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.CustomStatistic;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.FeatureStatistics.WeightedText;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.OtherSlices;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.SliceKey;
import io.pergola.validation.SliceStatistics;
import io.pergola.validation.SplitStatistics;
import io.pergola.validation.TokenStatistics;
import io.pergola.validation.ValueCount;
import io.pergola.validation.WeightedCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** The JSON of statistics: {@code docs/reference/statistics.md}. */
public final class StatisticsJson {
  private StatisticsJson() {}

  /** Adds everything but the name of a split. */
  public static void put(ObjectNode node, SplitStatistics split) {
    node.put("examples", split.examples());
    split.weightedExamples().ifPresent(weight -> Json.put(node, "weightedExamples", weight));
    ArrayNode features = node.putArray("features");
    for (FeatureStatistics feature : split.features()) {
      features.add(toJson(feature));
    }
    if (!split.tokens().isEmpty()) {
      ArrayNode tokens = node.putArray("tokens");
      split.tokens().forEach(each -> tokens.add(TokensJson.toJson(each)));
    }
    putCustom(node, split.custom());
    split.cross().ifPresent(cross -> CrossJson.put(node.putObject("cross"), cross));
    if (!split.slices().isEmpty()) {
      ArrayNode slices = node.putArray("slices");
      for (SliceStatistics slice : split.slices()) {
        ObjectNode one = slices.addObject();
        putKey(one, "key", slice.key());
        put(one, slice.statistics());
      }
    }
    if (!split.otherSlices().isEmpty()) {
      ArrayNode others = node.putArray("otherSlices");
      for (OtherSlices other : split.otherSlices()) {
        others
            .addObject()
            .put("slicing", other.slicing())
            .put("slices", other.slices())
            .put("examples", other.examples());
      }
    }
  }

  /** Writes the values that a slice has, by their columns. */
  public static void putKey(ObjectNode node, String name, SliceKey slice) {
    ObjectNode key = node.putObject(name);
    slice.values().forEach(key::put);
  }

  /** Reads what {@link #putKey} wrote. */
  public static SliceKey key(JsonNode node) {
    TreeMap<String, String> key = new TreeMap<>();
    node.properties().forEach(value -> key.put(value.getKey(), value.getValue().asText()));
    return new SliceKey(key);
  }

  /** Reads what {@link #put} wrote. */
  public static SplitStatistics split(JsonNode node, String name) {
    List<FeatureStatistics> features = new ArrayList<>();
    for (JsonNode feature : Json.list(node, "features")) {
      features.add(feature(feature));
    }
    List<SliceStatistics> slices = new ArrayList<>();
    for (JsonNode slice : Json.list(node, "slices")) {
      slices.add(new SliceStatistics(key(slice.path("key")), split(slice, name)));
    }
    List<OtherSlices> others = new ArrayList<>();
    for (JsonNode other : Json.list(node, "otherSlices")) {
      others.add(
          new OtherSlices(
              Json.text(other, "slicing"),
              other.path("slices").asLong(),
              other.path("examples").asLong()));
    }
    List<TokenStatistics> tokens = new ArrayList<>();
    for (JsonNode each : Json.list(node, "tokens")) {
      tokens.add(TokensJson.read(each));
    }
    return new SplitStatistics(
        name,
        node.path("examples").asLong(),
        node.has("weightedExamples")
            ? OptionalDouble.of(Json.number(node, "weightedExamples"))
            : OptionalDouble.empty(),
        features,
        slices,
        others,
        optional(node, "cross").map(CrossJson::cross),
        custom(node),
        tokens);
  }

  private static ObjectNode toJson(FeatureStatistics feature) {
    ObjectNode node = Json.object();
    node.put("name", feature.name());
    node.put("type", feature.type().name());
    CommonStatistics common = feature.common();
    node.put("present", common.present());
    node.put("missing", common.missing());
    node.put("minValues", common.minValues());
    node.put("maxValues", common.maxValues());
    Json.put(node, "meanValues", common.meanValues());
    node.put("totalValues", common.totalValues());
    putBuckets(node, "valueCounts", common.valueCounts());
    common
        .semanticDomain()
        .ifPresent(
            domain -> {
              ObjectNode found = node.putObject("semanticDomain");
              found.put("kind", domain.kind().name());
              found.put("format", domain.format());
              Json.put(found, "share", domain.share());
            });
    common
        .weighted()
        .ifPresent(
            weighted -> {
              ObjectNode twins = node.putObject("weighted");
              Json.put(twins, "present", weighted.present());
              Json.put(twins, "missing", weighted.missing());
              Json.put(twins, "meanValues", weighted.meanValues());
              Json.put(twins, "totalValues", weighted.totalValues());
            });
    putCustom(node, common.custom());
    if (!common.nesting().isEmpty()) {
      ArrayNode levels = node.putArray("nesting");
      for (CommonStatistics.NestLevel level : common.nesting()) {
        levels
            .addObject()
            .put("present", level.present())
            .put("missing", level.missing())
            .put("minValues", level.minValues())
            .put("maxValues", level.maxValues())
            .put("totalValues", level.totalValues());
      }
    }
    common.derived().ifPresent(source -> SchemaJson.putDerived(node, source));
    return feature.match(
        numeric -> toJson(node, numeric), text -> toJson(node, text), bytes -> toJson(node, bytes));
  }

  private static ObjectNode toJson(ObjectNode node, NumericFeature feature) {
    Json.put(node, "mean", feature.mean());
    Json.put(node, "stddev", feature.stddev());
    node.put("zeros", feature.zeros());
    node.put("nans", feature.nans());
    node.put("infinities", feature.infinities());
    Json.put(node, "min", feature.min());
    Json.put(node, "median", feature.median());
    Json.put(node, "max", feature.max());
    node.put("distinct", feature.distinct());
    node.put("distinctError", feature.distinctError());
    node.put("rankError", feature.rankError());
    putBuckets(node, "histogram", feature.histogram());
    putBuckets(node, "quantiles", feature.quantiles());
    feature
        .weighted()
        .ifPresent(
            weighted -> {
              ObjectNode twins = node.withObject("/weighted");
              Json.put(twins, "mean", weighted.mean());
              Json.put(twins, "stddev", weighted.stddev());
              Json.put(twins, "median", weighted.median());
              Json.put(twins, "rankError", weighted.rankError());
              putBuckets(twins, "histogram", weighted.histogram());
              putBuckets(twins, "quantiles", weighted.quantiles());
            });
    return node;
  }

  private static ObjectNode toJson(ObjectNode node, TextFeature feature) {
    node.put("unique", feature.unique());
    node.put("uniqueError", feature.uniqueError());
    Json.put(node, "averageLength", feature.averageLength());
    node.put("minLength", feature.minLength());
    node.put("maxLength", feature.maxLength());
    node.put("invalidUtf8", feature.invalidUtf8());
    node.put("frequencyError", feature.frequencyError());
    node.put("top", feature.top().size());
    ArrayNode values = node.putArray("values");
    feature.ranks().forEach(rank -> values.add(rank.value()));
    ArrayNode counts = node.putArray("counts");
    feature.ranks().forEach(rank -> counts.add(rank.count()));
    feature
        .weighted()
        .ifPresent(
            weighted -> {
              ObjectNode twins = node.withObject("/weighted");
              Json.put(twins, "weightError", weighted.weightError());
              twins.put("top", weighted.top().size());
              ArrayNode heaviest = twins.putArray("values");
              weighted.ranks().forEach(rank -> heaviest.add(rank.value()));
              ArrayNode weights = twins.putArray("weights");
              weighted.ranks().forEach(rank -> Json.add(weights, rank.weight()));
            });
    return node;
  }

  private static ObjectNode toJson(ObjectNode node, BytesFeature feature) {
    node.put("unique", feature.unique());
    node.put("uniqueError", feature.uniqueError());
    Json.put(node, "averageLength", feature.averageLength());
    node.put("minLength", feature.minLength());
    node.put("maxLength", feature.maxLength());
    return node;
  }

  private static List<CommonStatistics.NestLevel> nesting(JsonNode node) {
    List<CommonStatistics.NestLevel> levels = new ArrayList<>();
    for (JsonNode level : Json.list(node, "nesting")) {
      levels.add(
          new CommonStatistics.NestLevel(
              level.path("present").asLong(),
              level.path("missing").asLong(),
              level.path("minValues").asLong(),
              level.path("maxValues").asLong(),
              level.path("totalValues").asLong()));
    }
    return levels;
  }

  private static FeatureStatistics feature(JsonNode node) {
    String name = Json.text(node, "name");
    ColumnType type = ColumnType.valueOf(Json.text(node, "type"));
    CommonStatistics common =
        new CommonStatistics(
            node.path("present").asLong(),
            node.path("missing").asLong(),
            node.path("minValues").asLong(),
            node.path("maxValues").asLong(),
            Json.number(node, "meanValues"),
            node.path("totalValues").asLong(),
            buckets(node, "valueCounts"),
            optional(node, "weighted")
                .map(
                    twins ->
                        new CommonStatistics.Weighted(
                            Json.number(twins, "present"),
                            Json.number(twins, "missing"),
                            Json.number(twins, "meanValues"),
                            Json.number(twins, "totalValues"))),
            optional(node, "semanticDomain")
                .map(
                    domain ->
                        new SemanticDomain(
                            SemanticDomain.Kind.valueOf(Json.text(domain, "kind")),
                            Json.text(domain, "format"),
                            Json.number(domain, "share"))),
            custom(node),
            nesting(node),
            SchemaJsonReader.derived(node));
    if (type.isNumber()) {
      return numeric(node, name, type, common);
    }
    long unique = node.path("unique").asLong();
    double uniqueError = node.path("uniqueError").asDouble();
    double average = Json.number(node, "averageLength");
    long minLength = node.path("minLength").asLong();
    long maxLength = node.path("maxLength").asLong();
    if (type == ColumnType.BYTES) {
      return new BytesFeature(name, common, unique, uniqueError, average, minLength, maxLength);
    }
    List<ValueCount> ranks = new ArrayList<>();
    JsonNode values = node.path("values");
    JsonNode counts = node.path("counts");
    for (int i = 0; i < values.size(); i++) {
      ranks.add(new ValueCount(values.get(i).asText(), counts.path(i).asLong()));
    }
    return new TextFeature(
        name,
        common,
        unique,
        uniqueError,
        average,
        minLength,
        maxLength,
        node.path("invalidUtf8").asLong(),
        ranks.subList(0, Math.min(node.path("top").asInt(), ranks.size())),
        ranks,
        node.path("frequencyError").asLong(),
        optional(node, "weighted").map(StatisticsJson::weightedText));
  }

  private static NumericFeature numeric(
      JsonNode node, String name, ColumnType type, CommonStatistics common) {
    return new NumericFeature(
        name,
        type,
        common,
        Json.number(node, "mean"),
        Json.number(node, "stddev"),
        node.path("zeros").asLong(),
        node.path("nans").asLong(),
        node.path("infinities").asLong(),
        Json.number(node, "min"),
        Json.number(node, "median"),
        Json.number(node, "max"),
        node.path("distinct").asLong(),
        node.path("distinctError").asDouble(),
        buckets(node, "histogram"),
        buckets(node, "quantiles"),
        node.path("rankError").asDouble(),
        optional(node, "weighted").map(StatisticsJson::weightedNumbers));
  }

  private static WeightedNumbers weightedNumbers(JsonNode twins) {
    return new WeightedNumbers(
        Json.number(twins, "mean"),
        Json.number(twins, "stddev"),
        Json.number(twins, "median"),
        buckets(twins, "histogram"),
        buckets(twins, "quantiles"),
        Json.number(twins, "rankError"));
  }

  private static WeightedText weightedText(JsonNode twins) {
    List<WeightedCount> ranks = new ArrayList<>();
    JsonNode values = twins.path("values");
    JsonNode weights = twins.path("weights");
    for (int i = 0; i < values.size(); i++) {
      ranks.add(new WeightedCount(values.get(i).asText(), Json.number(weights.path(i))));
    }
    return new WeightedText(
        ranks.subList(0, Math.min(twins.path("top").asInt(), ranks.size())),
        ranks,
        Json.number(twins, "weightError"));
  }

  private static Optional<JsonNode> optional(JsonNode node, String field) {
    return Optional.ofNullable(node.get(field));
  }

  private static void putCustom(ObjectNode node, List<CustomStatistic> custom) {
    if (!custom.isEmpty()) {
      ObjectNode numbers = node.putObject("custom");
      custom.forEach(one -> Json.put(numbers, one.name(), one.value()));
    }
  }

  private static List<CustomStatistic> custom(JsonNode node) {
    List<CustomStatistic> custom = new ArrayList<>();
    node.path("custom")
        .properties()
        .forEach(one -> custom.add(new CustomStatistic(one.getKey(), Json.number(one.getValue()))));
    return custom;
  }

  static void putBuckets(ObjectNode node, String field, Histogram histogram) {
    ArrayNode buckets = node.putArray(field);
    for (Bucket bucket : histogram.buckets()) {
      ArrayNode one = buckets.addArray();
      Json.add(one, bucket.low());
      Json.add(one, bucket.high());
      Json.add(one, bucket.count());
    }
  }

  static Histogram buckets(JsonNode node, String field) {
    List<Bucket> buckets = new ArrayList<>();
    for (JsonNode one : node.path(field)) {
      buckets.add(
          new Bucket(Json.number(one.path(0)), Json.number(one.path(1)), Json.number(one.path(2))));
    }
    return new Histogram(buckets);
  }
}
