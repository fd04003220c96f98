package io.pergola.validation;

import java.util.Optional;

/**
 * How far a feature of a split was found from an earlier or another data set, whether that is an
 * anomaly or not.
 *
 * @param slice the slice of the split; empty if all of its examples are meant
 * @param against what it was compared with
 * @param measure how the distance was measured
 * @param value 0 to 1
 * @param limit above which it is an anomaly
 */
public record DistanceMeasurement(
    String split,
    Optional<SliceKey> slice,
    String feature,
    Against against,
    Measure measure,
    double value,
    double limit) {

  /** A measurement of all examples of a split. */
  public DistanceMeasurement(
      String split, String feature, Against against, Measure measure, double value, double limit) {
    this(split, Optional.empty(), feature, against, measure, value, limit);
  }

  /** What statistics are compared with. */
  public enum Against {
    /** The previous span: drift. */
    PREVIOUS_SPAN,
    /** Serving data: skew. */
    SERVING
  }

  /** A distance of distributions. */
  public enum Measure {
    /** {@code max |p(v) - q(v)|} over the values of text. */
    L_INFINITY,
    /** The Jensen-Shannon divergence, log base 2. */
    JENSEN_SHANNON_DIVERGENCE,
    /** {@code max |a(v) - b(v)| / (a + b)}, by counts of the values of text. */
    NORMALIZED_ABSOLUTE_DIFFERENCE
  }
}
