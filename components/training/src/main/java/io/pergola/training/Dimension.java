package io.pergola.training;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One hyperparameter of a {@link SearchSpace} and the values it may have. Each kind maps its values
 * onto the unit interval, where algorithms search.
 */
public sealed interface Dimension extends Serializable {
  /** What counts as equally far apart within a range. */
  enum Scale {
    /** Equal differences are equally far. */
    LINEAR,
    /** Equal ratios are equally far. */
    LOG;

    private double up(double value) {
      return this == LOG ? Math.log(value) : value;
    }

    private double down(double value) {
      return this == LOG ? Math.exp(value) : value;
    }
  }

  /** One result for each kind of dimension. */
  <T> T match(Function<Real, T> real, Function<Whole, T> whole, Function<Choice, T> choice);

  /** The hyperparameter. */
  String name();

  /**
   * The value at a place.
   *
   * @param unit from 0 to 1, both included
   */
  Object at(double unit);

  /**
   * Where a value of this dimension stands, from 0 to 1: {@code at(unit(value))} is {@code value}.
   */
  double unit(Object value);

  /**
   * Values for a grid: evenly spaced on the scale, both ends included, all different; every value
   * of a choice.
   *
   * @param most how many at most, from 2; a choice has all of its values
   */
  List<Object> points(int most);

  /** How many different values there are; infinite for real numbers. */
  double size();

  /**
   * Real numbers: both ends, and between them what has {@value #DIGITS} significant digits.
   *
   * @param low finite; above 0 on a log scale
   * @param high above {@code low}, finite
   */
  record Real(String name, double low, double high, Scale scale) implements Dimension {
    /** Enough to tell values apart, few enough to read and to type. */
    static final int DIGITS = 6;

    public Real {
      if (!(Double.isFinite(low) && Double.isFinite(high) && low < high)) {
        throw new IllegalArgumentException(
            "Invalid range of hyperparameter '%s': %s to %s (finite, from low to high)"
                .formatted(name, low, high));
      }
      if (scale == Scale.LOG && low <= 0) {
        throw new IllegalArgumentException(
            "Invalid range of hyperparameter '%s' on a log scale: from %s (must be above 0)"
                .formatted(name, low));
      }
    }

    @Override
    public Object at(double unit) {
      if (unit <= 0 || unit >= 1) {
        return unit <= 0 ? low : high;
      }
      double from = scale.up(low);
      double value = scale.down(from + unit * (scale.up(high) - from));
      double rounded = new BigDecimal(value).round(new MathContext(DIGITS)).doubleValue();
      return Math.max(low, Math.min(high, rounded));
    }

    @Override
    public double unit(Object value) {
      double from = scale.up(low);
      double unit = (scale.up(((Number) value).doubleValue()) - from) / (scale.up(high) - from);
      return Math.max(0, Math.min(1, unit));
    }

    @Override
    public List<Object> points(int most) {
      List<Object> points = new ArrayList<>();
      for (int i = 0; i < most; i++) {
        points.add(at((double) i / (most - 1)));
      }
      return points.stream().distinct().toList();
    }

    @Override
    public double size() {
      return Double.POSITIVE_INFINITY;
    }

    @Override
    public <T> T match(
        Function<Real, T> real, Function<Whole, T> whole, Function<Choice, T> choice) {
      return real.apply(this);
    }
  }

  /**
   * Whole numbers. Each has a cell of the unit interval, of equal width on a linear scale, and of
   * the width of {@code ln((n + 1) / n)} on a log scale.
   *
   * @param low above 0 on a log scale
   * @param high above {@code low}; below 2^31 - 1
   */
  record Whole(String name, int low, int high, Scale scale) implements Dimension {
    public Whole {
      if (!(low < high && high < Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "Invalid range of hyperparameter '%s': %d to %d (from low to high)"
                .formatted(name, low, high));
      }
      if (scale == Scale.LOG && low <= 0) {
        throw new IllegalArgumentException(
            "Invalid range of hyperparameter '%s' on a log scale: from %d (must be above 0)"
                .formatted(name, low));
      }
    }

    @Override
    public Object at(double unit) {
      double from = scale.up(low);
      double value = scale.down(from + unit * (scale.up(high + 1.0) - from));
      return (int) Math.max(low, Math.min(high, Math.floor(value)));
    }

    @Override
    public double unit(Object value) {
      double number = ((Number) value).doubleValue();
      double from = scale.up(low);
      double all = scale.up(high + 1.0) - from;
      return ((scale.up(number) - from) / all + (scale.up(number + 1) - from) / all) / 2;
    }

    @Override
    public List<Object> points(int most) {
      double from = scale.up(low);
      TreeSet<Integer> points = new TreeSet<>();
      for (int i = 0; i < most; i++) {
        points.add(
            (int) Math.round(scale.down(from + (double) i / (most - 1) * (scale.up(high) - from))));
      }
      return List.copyOf(points);
    }

    @Override
    public double size() {
      return (double) high - low + 1;
    }

    @Override
    public <T> T match(
        Function<Real, T> real, Function<Whole, T> whole, Function<Choice, T> choice) {
      return whole.apply(this);
    }
  }

  /**
   * Some values without order.
   *
   * @param values two or more, all different, as {@link Hyperparameters} holds them
   */
  record Choice(String name, List<Object> values) implements Dimension {
    public Choice {
      values = List.copyOf(values);
      if (values.size() < 2 || values.stream().distinct().count() < values.size()) {
        throw new IllegalArgumentException(
            "Invalid choice of hyperparameter '%s': %s (two or more different values)"
                .formatted(name, values));
      }
    }

    @Override
    public Object at(double unit) {
      return values.get((int) Math.min(values.size() - 1, Math.floor(unit * values.size())));
    }

    @Override
    public double unit(Object value) {
      return (values.indexOf(value) + 0.5) / values.size();
    }

    @Override
    public List<Object> points(int most) {
      return values;
    }

    @Override
    public double size() {
      return values.size();
    }

    @Override
    public <T> T match(
        Function<Real, T> real, Function<Whole, T> whole, Function<Choice, T> choice) {
      return choice.apply(this);
    }
  }
}
