package io.pergola.evaluation;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Optional;

/**
 * A number that says how good a model is on some examples. {@code docs/reference/metrics.md}
 * defines each; a metric that is undefined on a slice, such as precision where nothing was
 * predicted positive, is absent from it.
 *
 * @param kind which metric
 */
public record Metric(Metric.Kind kind) implements Serializable {

  /** The metrics there are, in the order in which they are shown. */
  public enum Kind {
    EXAMPLE_COUNT("example_count", Better.HIGHER),
    ACCURACY("accuracy", Better.HIGHER),
    PRECISION("precision", Better.HIGHER),
    RECALL("recall", Better.HIGHER),
    F1("f1", Better.HIGHER),
    AUC("auc", Better.HIGHER),
    PR_AUC("pr_auc", Better.HIGHER),
    LOG_LOSS("log_loss", Better.LOWER),
    CALIBRATION("calibration", Better.CLOSER_TO_ONE),
    MAE("mae", Better.LOWER),
    MSE("mse", Better.LOWER),
    RMSE("rmse", Better.LOWER),
    R2("r2", Better.HIGHER);

    private final String key;
    private final Better better;

    Kind(String key, Better better) {
      this.key = key;
      this.better = better;
    }

    /** The name in {@code evaluation.json} and everywhere else: {@code pr_auc}. */
    public String key() {
      return key;
    }

    /** The kind with that {@link #key}. */
    public static Optional<Kind> find(String key) {
      return Arrays.stream(values()).filter(kind -> kind.key.equals(key)).findFirst();
    }
  }

  /** Which of two values of a metric is the better one. */
  enum Better {
    HIGHER,
    LOWER,
    CLOSER_TO_ONE
  }

  /** The number of examples that have a label. */
  public static Metric exampleCount() {
    return new Metric(Kind.EXAMPLE_COUNT);
  }

  /** The share of examples whose class is predicted: a score above 0.5 is positive. */
  public static Metric accuracy() {
    return new Metric(Kind.ACCURACY);
  }

  /** Of those predicted positive, the share that is; several classes: the mean over classes. */
  public static Metric precision() {
    return new Metric(Kind.PRECISION);
  }

  /** Of those that are positive, the share predicted so; several classes: the mean over classes. */
  public static Metric recall() {
    return new Metric(Kind.RECALL);
  }

  /** The harmonic mean of precision and recall; several classes: the mean over classes. */
  public static Metric f1() {
    return new Metric(Kind.F1);
  }

  /** The area under the ROC curve. */
  public static Metric auc() {
    return new Metric(Kind.AUC);
  }

  /** The area under the precision-recall curve, interpolated as by Davis and Goadrich (2006). */
  public static Metric prAuc() {
    return new Metric(Kind.PR_AUC);
  }

  /** The mean cross entropy in nats, scores clipped to 1e-7..1-1e-7. */
  public static Metric logLoss() {
    return new Metric(Kind.LOG_LOSS);
  }

  /** The sum of predictions over the sum of labels; 1 is best. */
  public static Metric calibration() {
    return new Metric(Kind.CALIBRATION);
  }

  /** The mean absolute error, in the label's unit. */
  public static Metric mae() {
    return new Metric(Kind.MAE);
  }

  /** The mean squared error, in the label's unit squared. */
  public static Metric mse() {
    return new Metric(Kind.MSE);
  }

  /** The root of the mean squared error, in the label's unit. */
  public static Metric rmse() {
    return new Metric(Kind.RMSE);
  }

  /**
   * The coefficient of determination: 1 less the sum of squared errors over that of a model that
   * always predicts the mean label; undefined where all labels are the same.
   */
  public static Metric r2() {
    return new Metric(Kind.R2);
  }

  /** The name in results: {@code pr_auc}. */
  public String name() {
    return kind.key();
  }

  /** Requires a value of {@code bound} or more. */
  public Threshold atLeast(double bound) {
    return Threshold.overall(this, new Threshold.Bound.AtLeast(bound));
  }

  /** Requires a value of {@code bound} or less. */
  public Threshold atMost(double bound) {
    return Threshold.overall(this, new Threshold.Bound.AtMost(bound));
  }

  /** Requires a value at least as good as the baseline's; skipped where there is no baseline. */
  public Threshold noWorseThanBaseline() {
    return noWorseThanBaselineBy(0);
  }

  /** Requires a value that is worse than the baseline's by {@code loss} at most, loss >= 0. */
  public Threshold noWorseThanBaselineBy(double loss) {
    return Threshold.overall(
        this, new Threshold.Bound.Gain(0 - required(loss), Threshold.Bound.Gain.Scale.ABSOLUTE));
  }

  /** Requires a value worse by at most this fraction of the baseline's: 0.01 is one percent. */
  public Threshold noWorseThanBaselineByFraction(double loss) {
    return Threshold.overall(
        this, new Threshold.Bound.Gain(0 - required(loss), Threshold.Bound.Gain.Scale.RELATIVE));
  }

  /** Requires a value better than the baseline's by {@code gain} or more. */
  public Threshold betterThanBaselineBy(double gain) {
    return Threshold.overall(
        this, new Threshold.Bound.Gain(gain, Threshold.Bound.Gain.Scale.ABSOLUTE));
  }

  private static double required(double loss) {
    if (loss < 0) {
      throw new IllegalArgumentException(
          "Invalid loss: %s (must be 0 or above; to ask for a gain: betterThanBaselineBy(%s))"
              .formatted(loss, -loss));
    }
    return loss;
  }

  /** How much better {@code value} is than {@code baseline}; negative where it is worse. */
  double gain(double value, double baseline) {
    return switch (kind.better) {
      case HIGHER -> value - baseline;
      case LOWER -> baseline - value;
      case CLOSER_TO_ONE -> Math.abs(baseline - 1) - Math.abs(value - 1);
    };
  }
}
