package io.pergola.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is different about two schemas.
 *
 * @param features those that differ, by name
 */
public record SchemaDifference(List<SchemaDifference.Feature> features) {
  public SchemaDifference {
    features = List.copyOf(features);
  }

  /**
   * One feature that differs.
   *
   * @param before empty if it is new
   * @param after empty if it is gone
   */
  public record Feature(
      String name, Optional<FeatureSchema> before, Optional<FeatureSchema> after) {}

  /** Compares two schemas; equal features are left out. */
  public static SchemaDifference between(DataSchema before, DataSchema after) {
    SortedSet<String> names = new TreeSet<>();
    before.features().forEach(feature -> names.add(feature.name()));
    after.features().forEach(feature -> names.add(feature.name()));
    List<Feature> features = new ArrayList<>();
    for (String name : names) {
      Optional<FeatureSchema> was = before.find(name);
      Optional<FeatureSchema> is = after.find(name);
      if (!was.equals(is)) {
        features.add(new Feature(name, was, is));
      }
    }
    return new SchemaDifference(features);
  }
}
