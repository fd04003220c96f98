package io.pergola.validation.internal;

import io.pergola.validation.Domain;
import io.pergola.validation.Domain.Bool;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SchemaGen.Ranges;
import io.pergola.validation.ValueCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Infers the domain of a feature. */
final class DomainInference {
  private static final Set<String> TRUE = Set.of("TRUE", "true", "SET", "set", "1", "");
  private static final Set<String> FALSE = Set.of("FALSE", "false", "CLEAR", "clear", "0");

  private DomainInference() {}

  static Optional<Domain> infer(
      List<FeatureStatistics> features, FeatureType type, InferenceOptions options) {
    if (features.stream().mapToLong(f -> f.common().totalValues()).sum() == 0) {
      return Optional.empty();
    }
    return switch (type) {
      case INT -> ints(features, options);
      case FLOAT -> floatRange(features, options.ranges());
      case TEXT -> text(features, options);
      case BYTES -> SemanticStatistics.domain(features);
      case STRUCT -> Optional.empty();
    };
  }

  private static Optional<Domain> ints(List<FeatureStatistics> features, InferenceOptions options) {
    long min = (long) min(features);
    long max = (long) max(features);
    if (min >= 0 && max == 1) {
      return Optional.of(Bool.OF_NUMBERS);
    }
    Optional<Domain> semantic = SemanticStatistics.domain(features);
    if (options.ranges() == Ranges.NONE) {
      return semantic;
    }
    return Optional.of(
        semantic.orElse(null) instanceof IntRange range
            ? new IntRange(min, max, range.meaning())
            : new IntRange(min, max));
  }

  private static Optional<Domain> floatRange(List<FeatureStatistics> features, Ranges ranges) {
    Special nan = specialOf(numerics(features).stream().anyMatch(f -> f.nans() > 0));
    Special infinity = specialOf(numerics(features).stream().anyMatch(f -> f.infinities() > 0));
    double min = min(features);
    double max = max(features);
    boolean bounded = ranges == Ranges.INFERRED && min <= max;
    if (!bounded && nan == Special.ALLOWED && infinity == Special.ALLOWED) {
      return Optional.empty();
    }
    return Optional.of(
        new FloatRange(
            bounded ? min : Double.NEGATIVE_INFINITY,
            bounded ? max : Double.POSITIVE_INFINITY,
            nan,
            infinity));
  }

  private static Special specialOf(boolean seen) {
    return seen ? Special.ALLOWED : Special.DISALLOWED;
  }

  private static Optional<Domain> text(List<FeatureStatistics> features, InferenceOptions options) {
    SortedSet<String> values = new TreeSet<>();
    boolean all = true;
    for (FeatureStatistics feature : features) {
      if (!(feature instanceof TextFeature text) || text.invalidUtf8() > 0) {
        return Optional.empty();
      }
      all &= text.ranks().size() == text.unique();
      text.ranks().stream().map(ValueCount::value).forEach(values::add);
    }
    boolean isInteger = values.stream().allMatch(v -> TextNumbers.integer(v).isPresent());
    Optional<Domain> integers = isInteger ? Optional.of(IntRange.ANY) : Optional.empty();
    if (!all || values.size() > options.maxStrings()) {
      return SemanticStatistics.domain(features).or(() -> integers);
    }
    return bool(values).or(() -> integers).or(() -> Optional.of(new Strings(List.copyOf(values))));
  }

  private static Optional<Domain> bool(SortedSet<String> values) {
    List<String> yes = new ArrayList<>(values);
    yes.retainAll(TRUE);
    List<String> no = new ArrayList<>(values);
    no.retainAll(FALSE);
    if (yes.size() > 1 || no.size() > 1 || yes.size() + no.size() != values.size()) {
      return Optional.empty();
    }
    return Optional.of(new Bool(yes.stream().findFirst(), no.stream().findFirst()));
  }

  private static double min(List<FeatureStatistics> features) {
    return numerics(features).stream()
        .mapToDouble(NumericFeature::min)
        .filter(v -> !Double.isNaN(v))
        .min()
        .orElse(Double.NaN);
  }

  private static double max(List<FeatureStatistics> features) {
    return numerics(features).stream()
        .mapToDouble(NumericFeature::max)
        .filter(v -> !Double.isNaN(v))
        .max()
        .orElse(Double.NaN);
  }

  private static List<NumericFeature> numerics(List<FeatureStatistics> features) {
    return features.stream()
        .filter(NumericFeature.class::isInstance)
        .map(NumericFeature.class::cast)
        .toList();
  }
}
