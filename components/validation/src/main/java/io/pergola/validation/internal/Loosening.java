package io.pergola.validation.internal;

import io.pergola.validation.CustomValidation;
import io.pergola.validation.DatasetConstraints;
import io.pergola.validation.DatasetConstraints.NumericValueComparator;
import io.pergola.validation.Domain;
import io.pergola.validation.Domain.FloatRange;
import io.pergola.validation.Domain.FloatRange.Special;
import io.pergola.validation.Domain.Image;
import io.pergola.validation.Domain.IntRange;
import io.pergola.validation.Domain.NaturalLanguage;
import io.pergola.validation.Domain.NaturalLanguage.TokenConstraint;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.Environments;
import io.pergola.validation.FeatureComparator;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureSchema.Presence;
import io.pergola.validation.FeatureSchema.ValueCounts;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SchemaEdit.Action;
import io.pergola.validation.UniqueConstraints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What expects no more than two things do: how edits of a schema come together. */
public final class Loosening {
  private Loosening() {}

  /** A feature after an action that alone would have made it read like another. */
  public static FeatureSchema apply(Action action, FeatureSchema existing, FeatureSchema after) {
    return switch (action) {
      case ADD_FEATURE -> existing;
      case ADD_ENVIRONMENT ->
          existing.environments(both(existing.environments(), after.environments()));
      case CHANGE_TYPE -> changed(existing, after.type());
      case RELAX_PRESENCE ->
          existing.presence(
              new Presence(
                  Math.min(existing.presence().minFraction(), after.presence().minFraction()),
                  Math.min(existing.presence().minCount(), after.presence().minCount())));
      case WIDEN_VALUES ->
          existing
              .values(wider(existing.values(), after.values()))
              .nestedValues(nested(existing, after));
      case CHANGE_NESTING -> existing.values(after.values()).nestedValues(nested(existing, after));
      case MARK_DERIVED ->
          existing
              .derived(existing.derived().isPresent() ? existing.derived() : after.derived())
              .stage(after.stage());
      case DROP_SHAPE -> existing.shape(Optional.empty());
      case SET_DOMAIN ->
          existing.domain().isPresent() || after.domain().isEmpty()
              ? existing
              : existing.domain(after.domain().get());
      case WIDEN_DOMAIN -> widened(existing, after.domain());
      case REPLACE_DOMAIN -> replaced(existing, after.domain());
      case DROP_DOMAIN -> existing.anyValue();
      case WIDEN_UNIQUE -> existing.unique(wider(existing.unique(), after.unique()));
      case DROP_UNIQUE -> existing.unique(Optional.empty());
      case RAISE_DRIFT_LIMIT -> existing.drift(higher(existing.drift(), after.drift()));
      case DROP_DRIFT_LIMITS -> existing.drift(FeatureComparator.NONE);
      case RAISE_SKEW_LIMIT -> existing.skew(higher(existing.skew(), after.skew()));
      case DROP_SKEW_LIMITS -> existing.skew(FeatureComparator.NONE);
      case DROP_VALIDATION ->
          existing.validations(both(existing.validations(), after.validations()));
    };
  }

  /** Level by level no less than both; as the other if they have different depths. */
  private static List<ValueCounts> nested(FeatureSchema existing, FeatureSchema after) {
    if (existing.nestedValues().size() != after.nestedValues().size()) {
      return after.nestedValues();
    }
    List<ValueCounts> levels = new ArrayList<>();
    for (int i = 0; i < after.nestedValues().size(); i++) {
      levels.add(wider(existing.nestedValues().get(i), after.nestedValues().get(i)));
    }
    return levels;
  }

  private static ValueCounts wider(ValueCounts a, ValueCounts b) {
    return new ValueCounts(Math.min(a.min(), b.min()), Math.max(a.max(), b.max()));
  }

  /** Without what was said about values of the other type. */
  public static FeatureSchema changed(FeatureSchema feature, FeatureType type) {
    return feature.anyValue().type(type).unique(Optional.empty()).validations(List.of());
  }

  private static Environments both(Environments a, Environments b) {
    List<String> in = new ArrayList<>(a.in());
    b.in().stream().filter(name -> !in.contains(name)).forEach(in::add);
    List<String> notIn =
        a.notIn().stream().filter(b.notIn()::contains).filter(n -> !in.contains(n)).toList();
    return new Environments(in, notIn);
  }

  private static List<CustomValidation> both(List<CustomValidation> a, List<CustomValidation> b) {
    return a.stream().filter(b::contains).toList();
  }

  private static FeatureSchema widened(FeatureSchema feature, Optional<Domain> other) {
    if (feature.domain().isEmpty() || other.isEmpty()) {
      return feature.anyValue();
    }
    Domain union = union(feature.domain().get(), other.get());
    OptionalDouble mass = feature.minDomainMass();
    FeatureSchema widened = feature.domain(union);
    return union instanceof Strings ? widened.minDomainMass(mass) : widened;
  }

  private static FeatureSchema replaced(FeatureSchema feature, Optional<Domain> other) {
    if (feature.domain().isEmpty() || other.isEmpty()) {
      return feature.anyValue();
    }
    Domain existing = feature.domain().get();
    return feature.domain(
        existing.kind().equals(other.get().kind()) ? union(existing, other.get()) : other.get());
  }

  /** The least domain that has the values of both; of the first one's kind. */
  static Domain union(Domain a, Domain b) {
    if (a instanceof IntRange x && b instanceof IntRange y) {
      return new IntRange(Math.min(x.min(), y.min()), Math.max(x.max(), y.max()), x.meaning());
    }
    if (a instanceof FloatRange x && b instanceof FloatRange y) {
      return new FloatRange(
          Math.min(x.min(), y.min()),
          Math.max(x.max(), y.max()),
          either(x.nan(), y.nan()),
          either(x.infinity(), y.infinity()));
    }
    if (a instanceof Strings x && b instanceof Strings y) {
      List<String> values = new ArrayList<>(x.values());
      values.addAll(y.values());
      return new Strings(values);
    }
    if (a instanceof Image x && b instanceof Image y) {
      return new Image(
          lower(x.minSupportedFraction(), y.minSupportedFraction()),
          x.maxBytes().isEmpty() || y.maxBytes().isEmpty()
              ? OptionalLong.empty()
              : OptionalLong.of(Math.max(x.maxBytes().getAsLong(), y.maxBytes().getAsLong())));
    }
    if (a instanceof NaturalLanguage x && b instanceof NaturalLanguage y) {
      return union(x, y);
    }
    return a;
  }

  private static NaturalLanguage union(NaturalLanguage a, NaturalLanguage b) {
    Map<String, TokenConstraint> ofTokens = new LinkedHashMap<>();
    b.tokenConstraints().forEach(each -> ofTokens.put(each.token(), each));
    List<TokenConstraint> both = new ArrayList<>();
    for (TokenConstraint x : a.tokenConstraints()) {
      TokenConstraint y = ofTokens.get(x.token());
      if (y != null) {
        both.add(
            new TokenConstraint(
                x.token(),
                wider(x.perSequence(), y.perSequence()),
                lower(x.minFraction(), y.minFraction()),
                higher(x.maxFraction(), y.maxFraction())));
      }
    }
    return a.limits(
            lower(a.minCoverage(), b.minCoverage()),
            lower(a.minAverageTokenLength(), b.minAverageTokenLength()))
        .tokenConstraints(both);
  }

  private static Special either(Special a, Special b) {
    return a == Special.ALLOWED ? a : b;
  }

  private static Optional<UniqueConstraints> wider(
      Optional<UniqueConstraints> a, Optional<UniqueConstraints> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new UniqueConstraints(
            Math.min(a.get().min(), b.get().min()), Math.max(a.get().max(), b.get().max())));
  }

  private static FeatureComparator higher(FeatureComparator a, FeatureComparator b) {
    return new FeatureComparator(
        higher(a.infinityNorm(), b.infinityNorm()),
        higher(a.jensenShannonDivergence(), b.jensenShannonDivergence()),
        a.source(),
        higher(a.normalizedAbsDifference(), b.normalizedAbsDifference()));
  }

  private static OptionalDouble higher(OptionalDouble a, OptionalDouble b) {
    return a.isEmpty() || b.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.max(a.getAsDouble(), b.getAsDouble()));
  }

  private static OptionalDouble lower(OptionalDouble a, OptionalDouble b) {
    return a.isEmpty() || b.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(a.getAsDouble(), b.getAsDouble()));
  }

  /** What neither of two expects. */
  public static DatasetConstraints looser(DatasetConstraints a, DatasetConstraints b) {
    return new DatasetConstraints(
        a.minExamples().isEmpty() || b.minExamples().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(Math.min(a.minExamples().getAsLong(), b.minExamples().getAsLong())),
        a.maxExamples().isEmpty() || b.maxExamples().isEmpty()
            ? OptionalLong.empty()
            : OptionalLong.of(Math.max(a.maxExamples().getAsLong(), b.maxExamples().getAsLong())),
        looser(a.numExamplesDrift(), b.numExamplesDrift()),
        looser(a.numExamplesVersion(), b.numExamplesVersion()));
  }

  private static NumericValueComparator looser(NumericValueComparator a, NumericValueComparator b) {
    return new NumericValueComparator(
        lower(a.minFraction(), b.minFraction()), higher(a.maxFraction(), b.maxFraction()));
  }
}
