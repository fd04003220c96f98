package io.pergola.validation;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What is expected of one feature.
 *
 * @param annotation free text by people, kept as it is; may be empty
 * @param type of its values
 * @param stage only some are validated
 * @param environments where it is expected
 * @param presence how many examples have it
 * @param values how many values an example has that has it
 * @param nestedValues the same of values that are lists of lists, level by level from the
 *     outermost; empty where values are not nested. Only other tools have nested values: examples
 *     here have none
 * @param shape the number of values of every example, if it is fixed
 * @param domain which values it may have
 * @param minDomainMass least fraction of the values that must be in a domain of strings, 0 to 1;
 *     empty for all of them
 * @param unique how many distinct values it has
 * @param drift how far it may be from the previous span
 * @param skew how far it may be from serving data
 * @param validations what else must hold for its statistics
 * @param severities of its anomalies, where they differ from the schema's
 * @param derived what it was derived from for validation; empty for a feature of the examples
 */
public record FeatureSchema(
    String name,
    String annotation,
    FeatureType type,
    LifecycleStage stage,
    Environments environments,
    Presence presence,
    ValueCounts values,
    List<ValueCounts> nestedValues,
    Optional<FixedShape> shape,
    Optional<Domain> domain,
    OptionalDouble minDomainMass,
    Optional<UniqueConstraints> unique,
    FeatureComparator drift,
    FeatureComparator skew,
    List<CustomValidation> validations,
    SortedMap<AnomalyType, Severity> severities,
    Optional<DerivedSource> derived) {

  public FeatureSchema {
    Objects.requireNonNull(type);
    nestedValues = List.copyOf(nestedValues);
    validations = List.copyOf(validations);
    severities = Collections.unmodifiableSortedMap(new TreeMap<>(severities));
    if (name.isEmpty()) {
      throw new IllegalArgumentException("Invalid name of a feature: '' (must not be empty)");
    }
    if (nestedValues.size() == 1) {
      throw new IllegalArgumentException(
          "Invalid nestedValues of feature '%s': 1 level (none, or at least 2)".formatted(name));
    }
    if (domain.isPresent() && !domain.get().fits(type)) {
      throw new IllegalArgumentException(
          "Invalid domain of feature '%s': %s (the feature's type is %s)"
              .formatted(name, domain.get().kind(), type));
    }
    if (minDomainMass.isPresent()) {
      double mass = minDomainMass.getAsDouble();
      if (!(mass >= 0 && mass <= 1)) {
        throw new IllegalArgumentException(
            "Invalid minDomainMass of feature '%s': %s (0 to 1)".formatted(name, mass));
      }
      if (domain.filter(Domain.Strings.class::isInstance).isEmpty()) {
        throw new IllegalArgumentException(
            "Invalid minDomainMass of feature '%s': %s (only features with strings can have one)"
                .formatted(name, mass));
      }
    }
  }

  /** A feature that may be missing and may have any values. */
  public static FeatureSchema of(String name, FeatureType type) {
    return new FeatureSchema(
        name,
        "",
        type,
        LifecycleStage.UNKNOWN_STAGE,
        Environments.DEFAULT,
        Presence.OPTIONAL,
        ValueCounts.ANY,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        FeatureComparator.NONE,
        FeatureComparator.NONE,
        List.of(),
        new TreeMap<>(),
        Optional.empty());
  }

  private FeatureSchema with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.done();
  }

  /** With another name. */
  public FeatureSchema name(String name) {
    return with(draft -> draft.name = name);
  }

  /** With another annotation. */
  public FeatureSchema annotation(String annotation) {
    return with(draft -> draft.annotation = annotation);
  }

  /** With another type; a domain that does not fit it is dropped. */
  public FeatureSchema type(FeatureType type) {
    return with(
        draft -> {
          draft.type = type;
          draft.domain(domain.filter(d -> d.fits(type)));
        });
  }

  /** With another stage. */
  public FeatureSchema stage(LifecycleStage stage) {
    return with(draft -> draft.stage = stage);
  }

  /** With other environments. */
  public FeatureSchema environments(Environments environments) {
    return with(draft -> draft.environments = environments);
  }

  /** With another presence. */
  public FeatureSchema presence(Presence presence) {
    return with(draft -> draft.presence = presence);
  }

  /** With another number of values. */
  public FeatureSchema values(ValueCounts values) {
    return with(draft -> draft.values = values);
  }

  /** With other numbers of nested values; empty for values that are not nested. */
  public FeatureSchema nestedValues(List<ValueCounts> nestedValues) {
    return with(draft -> draft.nestedValues = nestedValues);
  }

  /** With another fixed shape, or none. */
  public FeatureSchema shape(Optional<FixedShape> shape) {
    return with(draft -> draft.shape = shape);
  }

  /** With another domain; a least domain mass stays only with strings. */
  public FeatureSchema domain(Domain domain) {
    return with(draft -> draft.domain(Optional.of(domain)));
  }

  /** Without a domain: any value is expected. */
  public FeatureSchema anyValue() {
    return with(draft -> draft.domain(Optional.empty()));
  }

  /** With another least fraction of the values that must be in the domain of strings. */
  public FeatureSchema minDomainMass(OptionalDouble minDomainMass) {
    return with(draft -> draft.minDomainMass = minDomainMass);
  }

  /** With another number of distinct values, or any. */
  public FeatureSchema unique(Optional<UniqueConstraints> unique) {
    return with(draft -> draft.unique = unique);
  }

  /** With other limits of drift. */
  public FeatureSchema drift(FeatureComparator drift) {
    return with(draft -> draft.drift = drift);
  }

  /** With other limits of skew. */
  public FeatureSchema skew(FeatureComparator skew) {
    return with(draft -> draft.skew = skew);
  }

  /** With other custom validations. */
  public FeatureSchema validations(List<CustomValidation> validations) {
    return with(draft -> draft.validations = validations);
  }

  /** With other severities of its anomalies. */
  public FeatureSchema severities(Map<AnomalyType, Severity> severities) {
    return with(draft -> draft.severities = new TreeMap<>(severities));
  }

  /** With another source that it is derived from, or none. */
  public FeatureSchema derived(Optional<DerivedSource> derived) {
    return with(draft -> draft.derived = derived);
  }

  /** A copy under change. */
  private static final class Draft {
    private String name;
    private String annotation;
    private FeatureType type;
    private LifecycleStage stage;
    private Environments environments;
    private Presence presence;
    private ValueCounts values;
    private List<ValueCounts> nestedValues;
    private Optional<FixedShape> shape;
    private Optional<Domain> domain;
    private OptionalDouble minDomainMass;
    private Optional<UniqueConstraints> unique;
    private FeatureComparator drift;
    private FeatureComparator skew;
    private List<CustomValidation> validations;
    private SortedMap<AnomalyType, Severity> severities;
    private Optional<DerivedSource> derived;

    Draft(FeatureSchema from) {
      name = from.name;
      annotation = from.annotation;
      type = from.type;
      stage = from.stage;
      environments = from.environments;
      presence = from.presence;
      values = from.values;
      nestedValues = from.nestedValues;
      shape = from.shape;
      domain = from.domain;
      minDomainMass = from.minDomainMass;
      unique = from.unique;
      drift = from.drift;
      skew = from.skew;
      validations = from.validations;
      severities = from.severities;
      derived = from.derived;
    }

    void domain(Optional<Domain> newDomain) {
      domain = newDomain;
      if (newDomain.filter(Domain.Strings.class::isInstance).isEmpty()) {
        minDomainMass = OptionalDouble.empty();
      }
    }

    FeatureSchema done() {
      return new FeatureSchema(
          name,
          annotation,
          type,
          stage,
          environments,
          presence,
          values,
          nestedValues,
          shape,
          domain,
          minDomainMass,
          unique,
          drift,
          skew,
          validations,
          severities,
          derived);
    }
  }

  /**
   * How many examples have a feature.
   *
   * @param minFraction of all examples, 0 to 1
   * @param minCount in a split; at least 0. 0 together with a fraction of 0 lets the column be
   *     absent
   */
  public record Presence(double minFraction, long minCount) {
    /** In every example. */
    public static final Presence REQUIRED = new Presence(1, 1);

    /** In at least one example. */
    public static final Presence OPTIONAL = new Presence(0, 1);

    /** Even the column may be absent. */
    public static final Presence NONE = new Presence(0, 0);

    public Presence {
      if (!(minFraction >= 0 && minFraction <= 1)) {
        throw new IllegalArgumentException(
            "Invalid minFraction of presence: %s (0 to 1)".formatted(minFraction));
      }
      if (minCount < 0) {
        throw new IllegalArgumentException(
            "Invalid minCount of presence: %d (must not be negative)".formatted(minCount));
      }
    }

    /** Whether the column must be there. */
    public boolean isExpected() {
      return minFraction > 0 || minCount > 0;
    }
  }

  /**
   * How many values an example has, if it has the feature.
   *
   * @param min inclusive, at least 0
   * @param max inclusive; {@link Long#MAX_VALUE} if there is no limit
   */
  public record ValueCounts(long min, long max) {
    /** Any number. */
    public static final ValueCounts ANY = new ValueCounts(0, Long.MAX_VALUE);

    /** Exactly one. */
    public static final ValueCounts ONE = new ValueCounts(1, 1);

    public ValueCounts {
      if (min < 0 || max < min) {
        throw new IllegalArgumentException(
            "Invalid number of values: %d to %d (0 <= min <= max)".formatted(min, max));
      }
    }
  }
}
