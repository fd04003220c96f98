package io.pergola.validation;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How many examples a split has.
 *
 * @param minExamples inclusive
 * @param maxExamples inclusive
 * @param numExamplesDrift compared with the previous span
 * @param numExamplesVersion compared with the previous version of the same span
 */
public record DatasetConstraints(
    OptionalLong minExamples,
    OptionalLong maxExamples,
    NumericValueComparator numExamplesDrift,
    NumericValueComparator numExamplesVersion) {

  /** Any number. */
  public static final DatasetConstraints NONE =
      new DatasetConstraints(
          OptionalLong.empty(),
          OptionalLong.empty(),
          NumericValueComparator.NONE,
          NumericValueComparator.NONE);

  public DatasetConstraints {
    if (minExamples.orElse(0) < 0
        || maxExamples.orElse(Long.MAX_VALUE) < Math.max(0, minExamples.orElse(0))) {
      throw new IllegalArgumentException(
          "Invalid number of examples: %s to %s (0 <= minExamples <= maxExamples)"
              .formatted(text(minExamples), text(maxExamples)));
    }
  }

  /** With another least number of examples. */
  public DatasetConstraints minExamples(OptionalLong min) {
    return new DatasetConstraints(min, maxExamples, numExamplesDrift, numExamplesVersion);
  }

  /** With another greatest number of examples. */
  public DatasetConstraints maxExamples(OptionalLong max) {
    return new DatasetConstraints(minExamples, max, numExamplesDrift, numExamplesVersion);
  }

  /** With another comparison with the previous span. */
  public DatasetConstraints numExamplesDrift(NumericValueComparator drift) {
    return new DatasetConstraints(minExamples, maxExamples, drift, numExamplesVersion);
  }

  /** With another comparison with the previous version. */
  public DatasetConstraints numExamplesVersion(NumericValueComparator version) {
    return new DatasetConstraints(minExamples, maxExamples, numExamplesDrift, version);
  }

  private static String text(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "any";
  }

  /**
   * Limits of a number relative to an earlier one.
   *
   * @param minFraction of the earlier number, inclusive, at least 0
   * @param maxFraction of the earlier number, inclusive
   */
  public record NumericValueComparator(OptionalDouble minFraction, OptionalDouble maxFraction) {
    /** No limit. */
    public static final NumericValueComparator NONE =
        new NumericValueComparator(OptionalDouble.empty(), OptionalDouble.empty());

    public NumericValueComparator {
      double min = minFraction.orElse(0);
      if (!(min >= 0 && maxFraction.orElse(Double.POSITIVE_INFINITY) >= min)) {
        throw new IllegalArgumentException(
            "Invalid fractions of an earlier number: %s to %s (0 <= minFraction <= maxFraction)"
                .formatted(min, maxFraction.orElse(Double.POSITIVE_INFINITY)));
      }
    }

    /** Limits on both sides. */
    public static NumericValueComparator of(double min, double max) {
      return new NumericValueComparator(OptionalDouble.of(min), OptionalDouble.of(max));
    }
  }
}
