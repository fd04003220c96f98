package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.CustomValidation;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.DerivedSource;
import io.pergola.validation.Environments;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.Severity;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.SparseFeature.Order;
import io.pergola.validation.StatisticsExpression;
import io.pergola.validation.UniqueConstraints;
import io.pergola.validation.WeightedFeature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads a schema from JSON, of format 1 or 2; keys it does not know are mistakes. */
public final class SchemaJsonReader {
  private static final Set<String> OF_SCHEMA =
      Set.of(
          "format",
          "version",
          "history",
          "annotation",
          "defaultEnvironments",
          "dataset",
          "severities",
          "features",
          "sparseFeatures",
          "weightedFeatures");
  private static final SortedSet<String> OF_FEATURE = keysOfFeature();

  private SchemaJsonReader() {}

  private static SortedSet<String> keysOfFeature() {
    SortedSet<String> keys =
        new TreeSet<>(
            Set.of(
                "name",
                "annotation",
                "type",
                "stage",
                "environments",
                "presence",
                "values",
                "nestedValues",
                "shape",
                "minDomainMass",
                "unique",
                "drift",
                "skew",
                "validations",
                "severities",
                "derived"));
    keys.addAll(DomainJson.kinds());
    return keys;
  }

  /**
   * Reads a schema.
   *
   * @param problems gets everything that is wrong with it
   */
  public static Optional<DataSchema> read(JsonNode root, List<String> problems) {
    attempt("schema", problems, () -> checkKeys(root, OF_SCHEMA));
    List<FeatureSchema> features = each(root.path("features"), problems, SchemaJsonReader::feature);
    List<SparseFeature> sparse =
        each(root.path("sparseFeatures"), problems, SchemaJsonReader::sparse);
    List<WeightedFeature> weighted =
        each(root.path("weightedFeatures"), problems, SchemaJsonReader::weighted);
    List<DataSchema> read = new ArrayList<>();
    attempt(
        "schema",
        problems,
        () ->
            read.add(
                new DataSchema(
                    root.path("annotation").asText(""),
                    texts(root.path("defaultEnvironments")),
                    dataset(root.path("dataset")),
                    features,
                    sparse,
                    weighted,
                    severities(root.path("severities")))));
    return problems.isEmpty() ? Optional.of(read.get(0)) : Optional.empty();
  }

  private static <T> List<T> each(
      JsonNode list, List<String> problems, Function<JsonNode, T> reader) {
    List<T> all = new ArrayList<>();
    for (JsonNode node : list) {
      attempt(node.path("name").asText("?"), problems, () -> all.add(reader.apply(node)));
    }
    return all;
  }

  private static void attempt(String what, List<String> problems, Runnable reading) {
    try {
      reading.run();
    } catch (IllegalArgumentException e) {
      problems.add("'%s': %s".formatted(what, e.getMessage()));
    }
  }

  /** Reads the block of a feature. */
  public static FeatureSchema feature(JsonNode node) {
    checkKeys(node, OF_FEATURE);
    return new FeatureSchema(
        Json.text(node, "name"),
        node.path("annotation").asText(""),
        one(FeatureType.class, node, "type"),
        stage(node),
        environments(node.path("environments")),
        presence(node.path("presence")),
        values(node.path("values")),
        nestedValues(node.path("nestedValues")),
        shape(node, "shape"),
        DomainJson.read(node),
        number(node, "minDomainMass"),
        unique(node),
        comparator(node.path("drift")),
        comparator(node.path("skew")),
        validations(node.path("validations")),
        severities(node.path("severities")),
        derived(node));
  }

  private static List<ValueCounts> nestedValues(JsonNode list) {
    List<ValueCounts> levels = new ArrayList<>();
    list.forEach(level -> levels.add(values(level)));
    return levels;
  }

  static Optional<DerivedSource> derived(JsonNode node) {
    if (!node.has("derived")) {
      return Optional.empty();
    }
    JsonNode source = node.path("derived");
    checkKeys(source, Set.of("deriver", "description", "sources"));
    return Optional.of(
        new DerivedSource(
            Json.text(source, "deriver"),
            source.path("description").asText(""),
            texts(source.path("sources"))));
  }

  static List<FeatureSchema> features(JsonNode list) {
    List<FeatureSchema> features = new ArrayList<>();
    list.forEach(node -> features.add(feature(node)));
    return features;
  }

  /** Reads the number of examples. */
  public static DatasetConstraints dataset(JsonNode node) {
    checkKeys(node, Set.of("minExamples", "maxExamples", "numExamplesDrift", "numExamplesVersion"));
    return new DatasetConstraints(
        count(node, "minExamples"),
        count(node, "maxExamples"),
        fractions(node.path("numExamplesDrift")),
        fractions(node.path("numExamplesVersion")));
  }

  private static NumericValueComparator fractions(JsonNode node) {
    checkKeys(node, Set.of("minFraction", "maxFraction"));
    return new NumericValueComparator(number(node, "minFraction"), number(node, "maxFraction"));
  }

  /** Reads the block of a sparse feature. */
  public static SparseFeature sparse(JsonNode node) {
    checkKeys(node, Set.of("name", "stage", "indexes", "value", "order", "denseShape"));
    return new SparseFeature(
        Json.text(node, "name"),
        stage(node),
        texts(node.path("indexes")),
        Json.text(node, "value"),
        node.has("order") ? one(Order.class, node, "order") : Order.ANY,
        shape(node, "denseShape"));
  }

  /** Reads the block of a weighted feature. */
  public static WeightedFeature weighted(JsonNode node) {
    checkKeys(node, Set.of("name", "stage", "feature", "weight"));
    return new WeightedFeature(
        Json.text(node, "name"),
        stage(node),
        Json.text(node, "feature"),
        Json.text(node, "weight"));
  }

  private static LifecycleStage stage(JsonNode node) {
    return node.has("stage")
        ? one(LifecycleStage.class, node, "stage")
        : LifecycleStage.UNKNOWN_STAGE;
  }

  private static Environments environments(JsonNode node) {
    checkKeys(node, Set.of("in", "notIn"));
    return new Environments(texts(node.path("in")), texts(node.path("notIn")));
  }

  private static Presence presence(JsonNode node) {
    checkKeys(node, Set.of("minFraction", "minCount"));
    return new Presence(number(node, "minFraction").orElse(0), count(node, "minCount").orElse(0));
  }

  static ValueCounts values(JsonNode node) {
    checkKeys(node, Set.of("min", "max"));
    return new ValueCounts(count(node, "min").orElse(0), count(node, "max").orElse(Long.MAX_VALUE));
  }

  private static Optional<FixedShape> shape(JsonNode node, String name) {
    if (!node.has(name)) {
      return Optional.empty();
    }
    List<Long> sizes = new ArrayList<>();
    node.path(name).forEach(size -> sizes.add(size.asLong()));
    return Optional.of(new FixedShape(sizes));
  }

  private static Optional<UniqueConstraints> unique(JsonNode node) {
    if (!node.has("unique")) {
      return Optional.empty();
    }
    JsonNode unique = node.path("unique");
    checkKeys(unique, Set.of("min", "max"));
    return Optional.of(
        new UniqueConstraints(
            count(unique, "min").orElse(0), count(unique, "max").orElse(Long.MAX_VALUE)));
  }

  private static FeatureComparator comparator(JsonNode node) {
    checkKeys(
        node,
        Set.of("infinityNorm", "jensenShannonDivergence", "histograms", "normalizedAbsDifference"));
    return new FeatureComparator(
        number(node, "infinityNorm"),
        number(node, "jensenShannonDivergence"),
        node.has("histograms")
            ? one(HistogramSelection.class, node, "histograms")
            : HistogramSelection.STANDARD,
        number(node, "normalizedAbsDifference"));
  }

  private static List<CustomValidation> validations(JsonNode list) {
    List<CustomValidation> validations = new ArrayList<>();
    for (JsonNode node : list) {
      checkKeys(node, Set.of("expression", "description", "severity", "inEnvironments"));
      validations.add(
          new CustomValidation(
              StatisticsExpression.of(Json.text(node, "expression")),
              node.path("description").asText(""),
              node.has("severity") ? one(Severity.class, node, "severity") : Severity.ERROR,
              texts(node.path("inEnvironments"))));
    }
    return validations;
  }

  private static SortedMap<AnomalyType, Severity> severities(JsonNode node) {
    SortedMap<AnomalyType, Severity> severities = new TreeMap<>();
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      AnomalyType type =
          Arrays.stream(AnomalyType.values())
              .filter(each -> each.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Invalid type of anomaly: %s (see the types of anomalies)"
                              .formatted(name)));
      severities.put(type, one(Severity.class, node, name));
    }
    return severities;
  }

  static <E extends Enum<E>> E one(Class<E> type, JsonNode node, String field) {
    String name = Json.text(node, field);
    E[] values = type.getEnumConstants();
    return Arrays.stream(values)
        .filter(value -> value.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid %s: %s (%s)".formatted(field, name, choices(values))));
  }

  private static String choices(Enum<?>[] values) {
    List<String> names = Arrays.stream(values).map(Enum::name).toList();
    return names.size() == 1
        ? names.get(0)
        : String.join(", ", names.subList(0, names.size() - 1))
            + " or "
            + names.get(names.size() - 1);
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  static Optional<String> text(JsonNode node, String field) {
    return node.has(field) ? Optional.of(Json.text(node, field)) : Optional.empty();
  }

  static OptionalDouble number(JsonNode node, String field) {
    if (!node.has(field)) {
      return OptionalDouble.empty();
    }
    JsonNode value = node.path(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be a number)".formatted(field, value));
    }
    return OptionalDouble.of(value.asDouble());
  }

  static OptionalLong count(JsonNode node, String field) {
    if (!node.has(field)) {
      return OptionalLong.empty();
    }
    JsonNode value = node.path(field);
    if (!value.canConvertToLong() || !value.isIntegralNumber()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be a whole number)".formatted(field, value));
    }
    return OptionalLong.of(value.asLong());
  }

  static void checkKeys(JsonNode node, Set<String> known) {
    Iterator<String> names = node.fieldNames();
    while (names.hasNext()) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "unknown key \"%s\" (known: %s)"
                .formatted(name, known.stream().sorted().collect(Collectors.joining(", "))));
      }
    }
  }
}
