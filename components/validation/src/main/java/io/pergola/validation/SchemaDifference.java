package io.pergola.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.validation.internal.SchemaJson;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is different about two schemas.
 *
 * @param features those that differ, by name
 * @param others what else differs, such as {@code dataset} and {@code severities}: their keys in
 *     the file
 */
public record SchemaDifference(List<SchemaDifference.Feature> features, List<String> others) {
  public SchemaDifference {
    features = List.copyOf(features);
    others = List.copyOf(others);
  }

  /**
   * One feature that differs.
   *
   * @param before empty if it is new
   * @param after empty if it is gone
   */
  public record Feature(
      String name, Optional<FeatureSchema> before, Optional<FeatureSchema> after) {
    /** What differs about it, key by key of its block; every key if it is new or gone. */
    public List<Change> changes() {
      Optional<ObjectNode> was = before.map(SchemaJson::toJson);
      Optional<ObjectNode> is = after.map(SchemaJson::toJson);
      Set<String> keys = new LinkedHashSet<>();
      was.ifPresent(node -> node.fieldNames().forEachRemaining(keys::add));
      is.ifPresent(node -> node.fieldNames().forEachRemaining(keys::add));
      List<Change> changes = new ArrayList<>();
      for (String key : keys) {
        Optional<String> left = was.map(node -> node.get(key)).map(JsonNode::toString);
        Optional<String> right = is.map(node -> node.get(key)).map(JsonNode::toString);
        if (!left.equals(right)) {
          changes.add(new Change(key, left, right));
        }
      }
      return changes;
    }
  }

  /**
   * A key of a feature's block that differs.
   *
   * @param before its value as JSON on one line; empty if it is new
   * @param after its value as JSON on one line; empty if it is gone
   */
  public record Change(String key, Optional<String> before, Optional<String> after) {}

  /** One line for each feature and for what else differs, such as {@code fare: floatRange}. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Feature feature : features) {
      String what =
          feature.before().isEmpty()
              ? "added"
              : feature.after().isEmpty()
                  ? "removed"
                  : String.join(", ", feature.changes().stream().map(Change::key).toList());
      lines.add(feature.name() + ": " + what);
    }
    lines.addAll(others);
    return lines;
  }

  /** Whether the schemas expect the same. */
  public boolean isEmpty() {
    return features.isEmpty() && others.isEmpty();
  }

  /** Compares two schemas; what is equal is left out. */
  public static SchemaDifference between(DataSchema before, DataSchema after) {
    SortedSet<String> names = new TreeSet<>();
    before.features().forEach(feature -> names.add(feature.name()));
    after.features().forEach(feature -> names.add(feature.name()));
    List<Feature> features = new ArrayList<>();
    for (String name : names) {
      Optional<FeatureSchema> was = named(before, name);
      Optional<FeatureSchema> is = named(after, name);
      if (!was.equals(is)) {
        features.add(new Feature(name, was, is));
      }
    }
    return new SchemaDifference(features, others(before, after));
  }

  private static Optional<FeatureSchema> named(DataSchema schema, String name) {
    return schema.features().stream().filter(feature -> feature.name().equals(name)).findFirst();
  }

  private static List<String> others(DataSchema before, DataSchema after) {
    List<String> others = new ArrayList<>();
    if (!before.annotation().equals(after.annotation())) {
      others.add("annotation");
    }
    if (!before.defaultEnvironments().equals(after.defaultEnvironments())) {
      others.add("defaultEnvironments");
    }
    if (!before.dataset().equals(after.dataset())) {
      others.add("dataset");
    }
    if (!before.severities().equals(after.severities())) {
      others.add("severities");
    }
    if (!before.sparseFeatures().equals(after.sparseFeatures())) {
      others.add("sparseFeatures");
    }
    if (!before.weightedFeatures().equals(after.weightedFeatures())) {
      others.add("weightedFeatures");
    }
    return others;
  }
}
