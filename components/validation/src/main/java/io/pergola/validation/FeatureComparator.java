package io.pergola.validation;

import java.util.OptionalDouble;

/**
 * How far the distribution of a feature may be from another one: that of the previous span (drift)
 * or that of serving data (skew). A distance above its limit is an anomaly; one equal to it is not.
 *
 * @param infinityNorm limit of the greatest difference of a value's share, for text; 0 to 1
 * @param jensenShannonDivergence limit of the divergence, log base 2; 0 to 1
 * @param source the histograms whose divergence is taken, for numbers
 * @param normalizedAbsDifference limit of the greatest difference of a value's count, as a fraction
 *     of all values on both sides, for text; 0 to 1
 */
public record FeatureComparator(
    OptionalDouble infinityNorm,
    OptionalDouble jensenShannonDivergence,
    HistogramSelection source,
    OptionalDouble normalizedAbsDifference) {

  /** Which histograms of numbers are compared. */
  public enum HistogramSelection {
    /** Buckets of equal width: what other tools compare unless told otherwise. */
    STANDARD,
    /** Buckets of equal mass, on which outliers have little influence. */
    QUANTILES
  }

  /** No limit. */
  public static final FeatureComparator NONE =
      new FeatureComparator(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          HistogramSelection.STANDARD,
          OptionalDouble.empty());

  public FeatureComparator {
    check(infinityNorm, "infinityNorm");
    check(jensenShannonDivergence, "jensenShannonDivergence");
    check(normalizedAbsDifference, "normalizedAbsDifference");
  }

  /** With a limit of the greatest difference of a value's share. */
  public static FeatureComparator infinityNorm(double limit) {
    return NONE.withInfinityNorm(OptionalDouble.of(limit));
  }

  /** With a limit of the divergence, of histograms of equal width where they are numbers. */
  public static FeatureComparator jensenShannon(double limit) {
    return NONE.withJensenShannon(OptionalDouble.of(limit));
  }

  /** With another limit of the greatest difference of a value's share. */
  public FeatureComparator withInfinityNorm(OptionalDouble limit) {
    return new FeatureComparator(limit, jensenShannonDivergence, source, normalizedAbsDifference);
  }

  /** With another limit of the divergence. */
  public FeatureComparator withJensenShannon(OptionalDouble limit) {
    return new FeatureComparator(infinityNorm, limit, source, normalizedAbsDifference);
  }

  /** With another limit of the greatest difference of a value's count. */
  public FeatureComparator withNormalizedAbsDifference(OptionalDouble limit) {
    return new FeatureComparator(infinityNorm, jensenShannonDivergence, source, limit);
  }

  /** With histograms of the other kind. */
  public FeatureComparator of(HistogramSelection histograms) {
    return new FeatureComparator(
        infinityNorm, jensenShannonDivergence, histograms, normalizedAbsDifference);
  }

  /** Whether there is no limit. */
  public boolean isEmpty() {
    return infinityNorm.isEmpty()
        && jensenShannonDivergence.isEmpty()
        && normalizedAbsDifference.isEmpty();
  }

  private static void check(OptionalDouble limit, String name) {
    if (limit.isPresent() && !(limit.getAsDouble() >= 0 && limit.getAsDouble() <= 1)) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (0 to 1)".formatted(name, limit.getAsDouble()));
    }
  }
}
