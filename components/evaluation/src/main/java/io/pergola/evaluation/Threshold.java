package io.pergola.evaluation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.pergola.feature.Accessor;
import io.pergola.feature.Columns;
import io.pergola.validation.SliceKey;
import java.io.Serializable;

/**
 * What a model must reach to be blessed.
 *
 * @param metric the metric that is looked at
 * @param bound what its value is held against
 * @param slice the examples it is looked at on; {@link SliceKey#OVERALL} for all
 * @param whenMissing what happens where no example falls into the slice
 */
public record Threshold(
    Metric metric, Threshold.Bound bound, SliceKey slice, Threshold.WhenMissing whenMissing)
    implements Serializable {

  /** What becomes of a threshold whose slice has no examples. */
  public enum WhenMissing {
    /** The model is not blessed. */
    FAIL,
    /** The threshold is skipped, and the verdict says so. */
    SKIP
  }

  /** What a metric's value is held against. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Bound.AtLeast.class, name = "at_least"),
    @JsonSubTypes.Type(value = Bound.AtMost.class, name = "at_most"),
    @JsonSubTypes.Type(value = Bound.Gain.class, name = "gain")
  })
  public sealed interface Bound extends Serializable {
    /** A value of {@code bound} or more. */
    record AtLeast(double bound) implements Bound {}

    /** A value of {@code bound} or less. */
    record AtMost(double bound) implements Bound {}

    /**
     * A value better than the baseline's by {@code least} or more; worse by up to {@code -least} if
     * that is negative.
     */
    record Gain(double least, Gain.Scale scale) implements Bound {
      /** The unit of a gain. */
      public enum Scale {
        /** In the metric's own unit. */
        ABSOLUTE,
        /** As a fraction of the baseline's absolute value. */
        RELATIVE
      }
    }
  }

  public Threshold {
    double number =
        bound instanceof Bound.AtLeast b
            ? b.bound()
            : bound instanceof Bound.AtMost b ? b.bound() : ((Bound.Gain) bound).least();
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "Invalid threshold on %s: %s (must be a finite number)".formatted(metric.name(), number));
    }
  }

  static Threshold overall(Metric metric, Bound bound) {
    return new Threshold(metric, bound, SliceKey.OVERALL, WhenMissing.FAIL);
  }

  /** The same threshold on the examples whose feature has that value only. */
  public <R> Threshold on(Accessor<R, ?> feature, Object value) {
    return on(SliceKey.of(Columns.name(feature), SliceKey.text(value)));
  }

  /** The same threshold on one slice only. */
  public Threshold on(SliceKey newSlice) {
    return new Threshold(metric, bound, newSlice, whenMissing);
  }

  /** The same threshold, skipped where no example falls into its slice. */
  public Threshold ifPresent() {
    return new Threshold(metric, bound, slice, WhenMissing.SKIP);
  }

  @Override
  public String toString() {
    String where = slice.equals(SliceKey.OVERALL) ? "" : " on " + slice;
    if (bound instanceof Bound.AtLeast b) {
      return "%s at least %s%s".formatted(metric.name(), b.bound(), where);
    }
    if (bound instanceof Bound.AtMost b) {
      return "%s at most %s%s".formatted(metric.name(), b.bound(), where);
    }
    Bound.Gain gain = (Bound.Gain) bound;
    String unit = gain.scale() == Bound.Gain.Scale.RELATIVE ? " (of the baseline's)" : "";
    if (gain.least() == 0) {
      return "%s no worse than the baseline's%s".formatted(metric.name(), where);
    }
    return gain.least() > 0
        ? "%s better than the baseline's by %s%s%s"
            .formatted(metric.name(), gain.least(), unit, where)
        : "%s no worse than the baseline's by more than %s%s%s"
            .formatted(metric.name(), -gain.least(), unit, where);
  }
}
