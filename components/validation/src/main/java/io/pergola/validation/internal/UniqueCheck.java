package io.pergola.validation.internal;

import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.IntRange.Meaning;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.BytesFeature;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.UniqueConstraints;
import io.pergola.validation.internal.Findings.Finding;
import java.util.Optional;
import java.util.OptionalLong;

/** Compares the number of distinct values of a feature with what is expected. */
final class UniqueCheck {
  private UniqueCheck() {}

  static void check(Finding finding, FeatureStatistics feature) {
    FeatureSchema expected = finding.expected();
    if (expected.unique().isEmpty()) {
      return;
    }
    UniqueConstraints limits = expected.unique().get();
    OptionalLong counted = unique(expected, feature);
    if (counted.isEmpty()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_NO_UNIQUE,
          "Distinct values are not counted",
          "The values are %s and no categories; the schema limits how many distinct ones there are."
              .formatted(feature.type()),
          Action.DROP_UNIQUE,
          expected.unique(Optional.empty()));
      return;
    }
    if (feature instanceof NumericFeature number && Double.isInfinite(number.distinctError())) {
      finding.add(
          AnomalyType.STATS_NOT_AVAILABLE,
          "Distinct values are not known",
          "The statistics come from another tool, which did not count distinct numbers; the schema limits how many there are.",
          Action.DROP_UNIQUE,
          expected.unique(Optional.empty()));
      return;
    }
    long unique = counted.getAsLong();
    if (unique < limits.min()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_LOW_UNIQUE,
          "Too few distinct values",
          "There are %s; the schema expects at least %,d."
              .formatted(Findings.count(unique, "distinct value"), limits.min()),
          Action.WIDEN_UNIQUE,
          expected.unique(Optional.of(new UniqueConstraints(unique, limits.max()))));
    }
    if (unique > limits.max()) {
      finding.add(
          AnomalyType.FEATURE_TYPE_HIGH_UNIQUE,
          "Too many distinct values",
          "There are %s; the schema expects at most %,d."
              .formatted(Findings.count(unique, "distinct value"), limits.max()),
          Action.WIDEN_UNIQUE,
          expected.unique(Optional.of(new UniqueConstraints(limits.min(), unique))));
    }
  }

  private static OptionalLong unique(FeatureSchema expected, FeatureStatistics feature) {
    boolean categorical =
        expected.domain().orElse(null) instanceof IntRange range
            && range.meaning() == Meaning.CATEGORICAL;
    if (feature instanceof NumericFeature number) {
      return categorical ? OptionalLong.of(number.distinct()) : OptionalLong.empty();
    }
    if (feature instanceof TextFeature text) {
      return OptionalLong.of(text.unique());
    }
    return feature instanceof BytesFeature bytes
        ? OptionalLong.of(bytes.unique())
        : OptionalLong.empty();
  }
}
