package io.pergola.pipeline;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Blessing;
import io.pergola.artifact.Evaluation;
import io.pergola.pipeline.Criterion.Comparison;
import io.pergola.pipeline.Criterion.NoAnomalies.Severity;
import java.util.ArrayList;
import java.util.List;

/**
 * What must hold for the nodes of a block to run, asked of what is on record of an artifact: {@code
 * Condition.metric(verdict.evaluation(), "accuracy").atLeast(0.9)}.
 *
 * @param criterion the question as plain data
 * @param reads the channels that it asks about
 */
public record Condition(Criterion criterion, List<Condition.Read> reads) {
  /**
   * One channel that a condition asks about.
   *
   * @param mayBeAbsent whether the condition says what an absent artifact means
   */
  public record Read(Channel<?> channel, boolean mayBeAbsent) {}

  public Condition {
    reads = List.copyOf(reads);
  }

  /**
   * A metric of all examples together.
   *
   * @param metric as the evaluation names it, {@code accuracy}
   */
  public static NumberOf metric(Channel<Evaluation> evaluation, String metric) {
    return new NumberOf(evaluation, metric);
  }

  /** A property that a component recorded of its output, such as a model's {@code loss}. */
  public static ValueOf property(Channel<?> artifact, String property) {
    return new ValueOf(artifact, property);
  }

  /** That a validation found neither errors nor warnings. */
  public static Condition noAnomalies(Channel<Anomalies> anomalies) {
    return asked(
        new Criterion.NoAnomalies(anomalies.node(), anomalies.output(), Severity.ANY), anomalies);
  }

  /** That a validation found no errors, whatever warnings there are. */
  public static Condition noErrors(Channel<Anomalies> anomalies) {
    return asked(
        new Criterion.NoAnomalies(anomalies.node(), anomalies.output(), Severity.ERROR), anomalies);
  }

  /** That the model is blessed. */
  public static Condition blessed(Channel<Blessing> blessing) {
    return property(blessing, "blessed").atLeast(1);
  }

  /** That an artifact is there, such as a model of an earlier run. */
  public static Condition exists(OptionalChannel<?> artifact) {
    Channel<?> channel = artifact.channel();
    return new Condition(
        new Criterion.Exists(channel.node(), channel.output()), List.of(new Read(channel, true)));
  }

  /** That it does not hold. */
  public static Condition not(Condition condition) {
    return new Condition(new Criterion.Not(condition.criterion), condition.reads);
  }

  /** That both hold. */
  public Condition and(Condition other) {
    List<Criterion> all = new ArrayList<>();
    all.addAll(criterion instanceof Criterion.All mine ? mine.of() : List.of(criterion));
    all.addAll(other.criterion instanceof Criterion.All its ? its.of() : List.of(other.criterion));
    return new Condition(new Criterion.All(all), joined(other));
  }

  /** That at least one of them holds. */
  public Condition or(Condition other) {
    List<Criterion> all = new ArrayList<>();
    all.addAll(criterion instanceof Criterion.AnyOf mine ? mine.of() : List.of(criterion));
    all.addAll(
        other.criterion instanceof Criterion.AnyOf its ? its.of() : List.of(other.criterion));
    return new Condition(new Criterion.AnyOf(all), joined(other));
  }

  private List<Read> joined(Condition other) {
    List<Read> both = new ArrayList<>(reads);
    both.addAll(other.reads);
    return both;
  }

  private static Condition asked(Criterion criterion, Channel<?> channel) {
    return new Condition(criterion, List.of(new Read(channel, false)));
  }

  /** A number on record, which lacks its bound. */
  public static class NumberOf {
    private final Channel<?> artifact;
    private final String property;

    private NumberOf(Channel<?> artifact, String property) {
      this.artifact = artifact;
      this.property = property;
    }

    /** That it is {@code bound} or more. */
    public final Condition atLeast(double bound) {
      return compared(Comparison.AT_LEAST, bound);
    }

    /** That it is {@code bound} or less. */
    public final Condition atMost(double bound) {
      return compared(Comparison.AT_MOST, bound);
    }

    /** That it is more than {@code bound}. */
    public final Condition above(double bound) {
      return compared(Comparison.ABOVE, bound);
    }

    /** That it is less than {@code bound}. */
    public final Condition below(double bound) {
      return compared(Comparison.BELOW, bound);
    }

    private Condition compared(Comparison comparison, double bound) {
      if (!Double.isFinite(bound)) {
        throw new IllegalArgumentException(
            "Invalid bound of '%s': %s (must be a finite number)".formatted(property, bound));
      }
      return asked(
          new Criterion.OfNumber(artifact.node(), artifact.output(), property, comparison, bound),
          artifact);
    }
  }

  /** A value on record, which lacks what it is compared with. */
  public static final class ValueOf extends NumberOf {
    private final Channel<?> artifact;
    private final String property;

    private ValueOf(Channel<?> artifact, String property) {
      super(artifact, property);
      this.artifact = artifact;
      this.property = property;
    }

    /** That it is this text. */
    public Condition is(String value) {
      return asked(
          new Criterion.OfText(artifact.node(), artifact.output(), property, value), artifact);
    }
  }
}
