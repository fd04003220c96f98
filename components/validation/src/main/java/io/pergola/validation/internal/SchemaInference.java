package io.pergola.validation.internal;

import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureType;
import io.pergola.validation.FixedShape;
import io.pergola.validation.SchemaGen.Shapes;
import io.pergola.validation.SplitStatistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Infers a schema that accepts the examples whose statistics it sees. */
public final class SchemaInference {
  private SchemaInference() {}

  /**
   * Infers a schema.
   *
   * @param splits the splits to look at; empty for all
   * @throws IllegalArgumentException if there is no such split
   */
  public static DataSchema infer(
      DatasetStatistics statistics, List<String> splits, InferenceOptions options) {
    Map<String, List<FeatureStatistics>> byName = new LinkedHashMap<>();
    for (SplitStatistics split : chosen(statistics, splits)) {
      for (FeatureStatistics feature : split.features()) {
        byName.computeIfAbsent(feature.name(), name -> new ArrayList<>()).add(feature);
      }
    }
    return new DataSchema(
        byName.values().stream().map(features -> infer(features, options)).toList());
  }

  /**
   * Brings a schema up to date: changes it as far as it does not accept the examples, and adds the
   * features that it lacks.
   *
   * @param splits the splits to look at; empty for all
   */
  public static DataSchema update(
      DataSchema schema,
      DatasetStatistics statistics,
      List<String> splits,
      InferenceOptions options) {
    DatasetStatistics seen = new DatasetStatistics(chosen(statistics, splits));
    DataSchema updated = schema;
    for (FeatureSchema feature : infer(seen, List.of(), options).features()) {
      updated = updated.find(feature.name()).isPresent() ? updated : updated.with(feature);
    }
    return Validation.validate(seen, updated).accepting(updated);
  }

  /** Infers what to expect of one feature from its statistics in some splits. */
  public static FeatureSchema infer(List<FeatureStatistics> features, InferenceOptions options) {
    FeatureStatistics first = features.get(0);
    FeatureType type = FeatureType.of(first.type());
    long present = sum(features, f -> f.common().present());
    long missing = sum(features, f -> f.common().missing());
    boolean absentFromASplit = features.stream().anyMatch(f -> !isPresent(f) && hasExamples(f));
    Presence presence =
        present == 0 || absentFromASplit
            ? Presence.NONE
            : missing == 0 ? Presence.REQUIRED : Presence.OPTIONAL;
    ValueCounts values = present == 0 ? ValueCounts.ANY : values(features);
    FeatureSchema inferred = FeatureSchema.of(first.name(), type).presence(presence).values(values);
    if (options.shapes() == Shapes.INFERRED
        && presence.equals(Presence.REQUIRED)
        && values.min() == values.max()) {
      inferred = inferred.values(ValueCounts.ANY).shape(Optional.of(FixedShape.of(values.min())));
    }
    return DomainInference.infer(features, type, options).map(inferred::domain).orElse(inferred);
  }

  /** The number of values if it is always the same; else at least one, and at most one. */
  private static ValueCounts values(List<FeatureStatistics> features) {
    long least =
        features.stream()
            .filter(SchemaInference::isPresent)
            .mapToLong(f -> f.common().minValues())
            .min()
            .orElse(0);
    long most = features.stream().mapToLong(f -> f.common().maxValues()).max().orElse(0);
    return least > 0 && least == most
        ? new ValueCounts(least, most)
        : new ValueCounts(Math.min(least, 1), most <= 1 ? 1 : Long.MAX_VALUE);
  }

  private static List<SplitStatistics> chosen(DatasetStatistics statistics, List<String> splits) {
    if (splits.isEmpty()) {
      return statistics.splits();
    }
    List<SplitStatistics> chosen = new ArrayList<>();
    for (String name : splits) {
      chosen.add(
          statistics
              .find(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Cannot infer a schema from split '%s': the statistics have %s. Correct the name."
                              .formatted(
                                  name,
                                  String.join(
                                      ", ",
                                      statistics.splits().stream()
                                          .map(SplitStatistics::name)
                                          .toList())))));
    }
    return chosen;
  }

  private static boolean isPresent(FeatureStatistics feature) {
    return feature.common().present() > 0;
  }

  private static boolean hasExamples(FeatureStatistics feature) {
    return feature.common().missing() > 0;
  }

  private static long sum(List<FeatureStatistics> features, ToLongFunction<FeatureStatistics> of) {
    return features.stream().mapToLong(of).sum();
  }
}
