package io.pergola.validation.internal;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.pergola.validation.FixedShape;
import io.pergola.validation.LifecycleStage;
import io.pergola.validation.Severity;
import io.pergola.validation.SparseFeature;
import io.pergola.validation.WeightedFeature;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** A schema as JSON: keys in a fixed order, and none for what is not said. */
public final class SchemaJson {
  private SchemaJson() {}

  /** Everything but format, version and history. */
  public static void put(DataSchema schema, ObjectNode root) {
    putText(root, "annotation", schema.annotation());
    putTexts(root, "defaultEnvironments", schema.defaultEnvironments());
    if (!schema.dataset().equals(DatasetConstraints.NONE)) {
      root.set("dataset", toJson(schema.dataset()));
    }
    putSeverities(root, schema.severities());
    ArrayNode features = root.putArray("features");
    schema.features().forEach(feature -> features.add(toJson(feature)));
    if (!schema.sparseFeatures().isEmpty()) {
      ArrayNode sparse = root.putArray("sparseFeatures");
      schema.sparseFeatures().forEach(feature -> sparse.add(toJson(feature)));
    }
    if (!schema.weightedFeatures().isEmpty()) {
      ArrayNode weighted = root.putArray("weightedFeatures");
      schema.weightedFeatures().forEach(feature -> weighted.add(toJson(feature)));
    }
  }

  /** One feature as it stands in the file. */
  public static ObjectNode toJson(FeatureSchema feature) {
    ObjectNode node = Json.object();
    node.put("name", feature.name());
    putText(node, "annotation", feature.annotation());
    node.put("type", feature.type().name());
    putStage(node, feature.stage());
    putEnvironments(node, feature.environments());
    ObjectNode presence = node.putObject("presence");
    Json.put(presence, "minFraction", feature.presence().minFraction());
    presence.put("minCount", feature.presence().minCount());
    ObjectNode values = node.putObject("values");
    values.put("min", feature.values().min());
    putMax(values, feature.values().max());
    if (!feature.nestedValues().isEmpty()) {
      ArrayNode levels = node.putArray("nestedValues");
      for (FeatureSchema.ValueCounts level : feature.nestedValues()) {
        putMax(levels.addObject().put("min", level.min()), level.max());
      }
    }
    feature.shape().ifPresent(shape -> putShape(node, "shape", shape));
    feature.domain().ifPresent(domain -> domain.match(new DomainJson.Writer(node)));
    put(node, "minDomainMass", feature.minDomainMass());
    feature
        .unique()
        .ifPresent(
            unique -> putMax(node.putObject("unique").put("min", unique.min()), unique.max()));
    putComparator(node, "drift", feature.drift());
    putComparator(node, "skew", feature.skew());
    if (!feature.validations().isEmpty()) {
      ArrayNode validations = node.putArray("validations");
      feature.validations().forEach(validation -> validations.add(toJson(validation)));
    }
    putSeverities(node, feature.severities());
    feature.derived().ifPresent(source -> putDerived(node, source));
    return node;
  }

  /** The number of examples as it stands in the file. */
  public static ObjectNode toJson(DatasetConstraints dataset) {
    ObjectNode node = Json.object();
    dataset.minExamples().ifPresent(min -> node.put("minExamples", min));
    dataset.maxExamples().ifPresent(max -> node.put("maxExamples", max));
    putFractions(node, "numExamplesDrift", dataset.numExamplesDrift());
    putFractions(node, "numExamplesVersion", dataset.numExamplesVersion());
    return node;
  }

  /** A sparse feature as it stands in the file. */
  public static ObjectNode toJson(SparseFeature feature) {
    ObjectNode node = Json.object();
    node.put("name", feature.name());
    putStage(node, feature.stage());
    putTexts(node, "indexes", feature.indexes());
    node.put("value", feature.value());
    if (feature.order() == SparseFeature.Order.SORTED) {
      node.put("order", feature.order().name());
    }
    feature.denseShape().ifPresent(shape -> putShape(node, "denseShape", shape));
    return node;
  }

  /** A weighted feature as it stands in the file. */
  public static ObjectNode toJson(WeightedFeature feature) {
    ObjectNode node = Json.object();
    node.put("name", feature.name());
    putStage(node, feature.stage());
    node.put("feature", feature.feature());
    node.put("weight", feature.weight());
    return node;
  }

  private static ObjectNode toJson(CustomValidation validation) {
    ObjectNode node = Json.object();
    node.put("expression", validation.expression().text());
    putText(node, "description", validation.description());
    if (validation.severity() != Severity.ERROR) {
      node.put("severity", validation.severity().name());
    }
    putTexts(node, "inEnvironments", validation.inEnvironments());
    return node;
  }

  private static void putEnvironments(ObjectNode node, Environments environments) {
    if (!environments.equals(Environments.DEFAULT)) {
      ObjectNode both = node.putObject("environments");
      putTexts(both, "in", environments.in());
      putTexts(both, "notIn", environments.notIn());
    }
  }

  private static void putComparator(ObjectNode node, String name, FeatureComparator comparator) {
    if (comparator.isEmpty()) {
      return;
    }
    ObjectNode limits = node.putObject(name);
    put(limits, "infinityNorm", comparator.infinityNorm());
    put(limits, "jensenShannonDivergence", comparator.jensenShannonDivergence());
    if (comparator.source() != HistogramSelection.STANDARD) {
      limits.put("histograms", comparator.source().name());
    }
    put(limits, "normalizedAbsDifference", comparator.normalizedAbsDifference());
  }

  private static void putFractions(ObjectNode node, String name, NumericValueComparator limits) {
    if (!limits.equals(NumericValueComparator.NONE)) {
      ObjectNode fractions = node.putObject(name);
      put(fractions, "minFraction", limits.minFraction());
      put(fractions, "maxFraction", limits.maxFraction());
    }
  }

  private static void putSeverities(ObjectNode node, Map<AnomalyType, Severity> severities) {
    if (!severities.isEmpty()) {
      ObjectNode types = node.putObject("severities");
      severities.forEach((type, severity) -> types.put(type.name(), severity.name()));
    }
  }

  private static void putStage(ObjectNode node, LifecycleStage stage) {
    if (stage != LifecycleStage.UNKNOWN_STAGE) {
      node.put("stage", stage.name());
    }
  }

  private static void putShape(ObjectNode node, String name, FixedShape shape) {
    ArrayNode sizes = node.putArray(name);
    shape.sizes().forEach(sizes::add);
  }

  static void putDerived(ObjectNode node, DerivedSource source) {
    ObjectNode derived = node.putObject("derived").put("deriver", source.deriver());
    putText(derived, "description", source.description());
    putTexts(derived, "sources", source.sources());
  }

  static void putMax(ObjectNode node, long max) {
    if (max != Long.MAX_VALUE) {
      node.put("max", max);
    }
  }

  static void put(ObjectNode node, String name, OptionalDouble value) {
    value.ifPresent(number -> Json.put(node, name, number));
  }

  private static void putText(ObjectNode node, String name, String text) {
    if (!text.isEmpty()) {
      node.put(name, text);
    }
  }

  static void putTexts(ObjectNode node, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode list = node.putArray(name);
      texts.forEach(list::add);
    }
  }
}
