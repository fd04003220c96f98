package io.pergola.feature;

import io.pergola.feature.Expr.Arithmetic;
import io.pergola.feature.Expr.Function;
import io.pergola.feature.Truth.Compare;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A number per example, being described; values are float32. */
public record Numeric(String name, Expr.OfNumber expr) implements Dense {

  /** Puts {@code value} where the number is missing. */
  public Numeric orElse(double value) {
    return with(new Expr.FillNumber(expr, (float) value));
  }

  /** Puts another number where this one is missing. */
  public Numeric orElse(Numeric other) {
    return with(new Expr.Conditional(isMissing().expr(), other.expr, expr));
  }

  /** {@code (x - mean) / stddev}, population stddev over the analysed examples; 0 if it is 0. */
  public Numeric zScore() {
    return with(new Expr.ZScore(expr));
  }

  /** Scales the analysed range to 0..1. */
  public Numeric minMax() {
    return minMax(0, 1);
  }

  /** Scales the analysed range to {@code low..high}; {@code low} if all values are the same. */
  public Numeric minMax(double low, double high) {
    return with(new Expr.MinMax(expr, (float) low, (float) high));
  }

  /**
   * {@code (x - median) / (third quartile - first quartile)} over the analysed examples; 0 if the
   * quartiles are the same.
   */
  public Numeric robustScale() {
    return with(new Scaling.Robust(expr));
  }

  /**
   * About normal, with mean 0 and variance 1: long tails are drawn in, and what has none becomes a
   * z-score.
   */
  public Numeric gaussianScale() {
    return with(new Scaling.Gaussian(expr));
  }

  /**
   * Scaled to 0..1 by rank: the boundaries of {@code n} equal parts of the analysed examples lie at
   * equal distances, and between two of them the value is linear; 0 below the first, 1 above the
   * last.
   */
  public Numeric quantileScale(int n) {
    return with(new Scaling.Quantile(expr, n));
  }

  /** Ids 0..n-1 by {@code n} approximate quantiles of the analysed examples. */
  public Categorical bucketize(int n) {
    return new Categorical(name, new Expr.Bucketize(expr, n));
  }

  /**
   * Ids 0..n-1 by {@code n} intervals of equal width between the smallest and the largest analysed
   * value; what is below or above falls into the first or the last. The fitted plan has how many
   * values are in each.
   */
  public Categorical bucketizeEqualWidth(int n) {
    return new Categorical(name, new EqualWidth(expr, n));
  }

  /** What all analysed examples have of this number, such as their mean, as a number. */
  public Analysed analysed() {
    return new Analysed(this);
  }

  /** Ids 0..n, the number of these n boundaries at or below; they must ascend. */
  public Categorical buckets(double... boundaries) {
    return new Categorical(name, new Expr.Buckets(expr, Boundaries.of(boundaries)));
  }

  /**
   * A place in 0..1 between these boundaries, linear from each to the next, which all stand equally
   * far apart: 0 below the first, 1 from the last on, 0.5 for NaN. They must ascend.
   */
  public Numeric interpolate(double... boundaries) {
    return with(new Scaling.Interpolated(expr, Boundaries.of(boundaries)));
  }

  /** Finds scales and buckets for each key on its own. */
  public PerKey perKey(Text key) {
    return new PerKey(this, key.expr());
  }

  /** Finds scales and buckets for each key on its own. */
  public PerKey perKey(Categorical key) {
    return new PerKey(this, key.expr());
  }

  /** The number itself as an id; it must be a whole number in 0..size-1. */
  public Categorical identity(int size) {
    return new Categorical(name, new Expr.Identity(expr, size));
  }

  /** Ids 0..buckets-1 from the hash of the number's decimal text. */
  public Categorical hash(int buckets) {
    return new Categorical(name, new Expr.Hash(expr, buckets));
  }

  /** Sum. */
  public Numeric plus(Numeric other) {
    return arithmetic(Arithmetic.Operator.PLUS, other);
  }

  /** Sum. */
  public Numeric plus(double other) {
    return plus(constant(other));
  }

  /** Difference. */
  public Numeric minus(Numeric other) {
    return arithmetic(Arithmetic.Operator.MINUS, other);
  }

  /** Difference. */
  public Numeric minus(double other) {
    return minus(constant(other));
  }

  /** Product. */
  public Numeric times(Numeric other) {
    return arithmetic(Arithmetic.Operator.TIMES, other);
  }

  /** Product. */
  public Numeric times(double other) {
    return times(constant(other));
  }

  /** Quotient; by IEEE 754 an infinity or NaN where the divisor is 0. */
  public Numeric dividedBy(Numeric other) {
    return arithmetic(Arithmetic.Operator.DIVIDED_BY, other);
  }

  /** Quotient. */
  public Numeric dividedBy(double other) {
    return dividedBy(constant(other));
  }

  /** This raised to {@code exponent}; NaN where a negative number has a broken exponent. */
  public Numeric power(double exponent) {
    return arithmetic(Arithmetic.Operator.POWER, constant(exponent));
  }

  /** The smaller of the two. */
  public Numeric min(Numeric other) {
    return arithmetic(Arithmetic.Operator.MIN, other);
  }

  /** The larger of the two. */
  public Numeric max(Numeric other) {
    return arithmetic(Arithmetic.Operator.MAX, other);
  }

  /** {@code low} where this is below, {@code high} where it is above; {@code low <= high}. */
  public Numeric clip(double low, double high) {
    return with(new Expr.Clip(expr, (float) low, (float) high));
  }

  /** Natural logarithm; minus infinity of 0, NaN below. */
  public Numeric ln() {
    return function(Function.Name.LN);
  }

  /** {@code ln(1 + x)}, exact near 0; minus infinity of -1, NaN below. */
  public Numeric log1p() {
    return function(Function.Name.LOG1P);
  }

  /** Without its sign. */
  public Numeric abs() {
    return function(Function.Name.ABS);
  }

  /** Square root; NaN below 0. */
  public Numeric sqrt() {
    return function(Function.Name.SQRT);
  }

  /** The largest whole number at or below. */
  public Numeric floor() {
    return function(Function.Name.FLOOR);
  }

  /** The smallest whole number at or above. */
  public Numeric ceil() {
    return function(Function.Name.CEIL);
  }

  /** e to the power of this. */
  public Numeric exp() {
    return function(Function.Name.EXP);
  }

  /** The logarithm to base 10; minus infinity of 0, NaN below. */
  public Numeric log10() {
    return function(Function.Name.LOG10);
  }

  /** The nearest whole number; of two equally near the even one. */
  public Numeric round() {
    return function(Function.Name.ROUND);
  }

  /** The sine of an angle in radians: with the cosine, a place on a cycle. */
  public Numeric sin() {
    return function(Function.Name.SIN);
  }

  /** The cosine of an angle in radians. */
  public Numeric cos() {
    return function(Function.Name.COS);
  }

  /**
   * The sum of those that are present, named after the first; missing where all are. To have it
   * missing where any is, use {@link #plus}.
   */
  public static Numeric sum(Numeric first, Numeric... more) {
    List<Expr.OfNumber> all = new ArrayList<>(List.of(first.expr));
    Arrays.stream(more).map(Numeric::expr).forEach(all::add);
    return first.with(new Expr.Sum(all));
  }

  /**
   * Starts a choice between two numbers: {@code
   * when(fare.greaterThan(50)).then(1).otherwise(miles)}. It is named after the truth value.
   */
  public static When when(Label truth) {
    return new When(truth);
  }

  /** A choice that lacks both numbers. */
  public record When(Label truth) {
    /** What it is where the truth value is true. */
    public Then then(Numeric value) {
      return new Then(truth, value);
    }

    /** What it is where the truth value is true. */
    public Then then(double value) {
      return then(constant(value));
    }
  }

  /** A choice that lacks its second number. */
  public record Then(Label truth, Numeric value) {
    /** What it is where the truth value is false. */
    public Numeric otherwise(Numeric other) {
      return new Numeric(truth.name(), new Expr.Conditional(truth.expr(), value.expr, other.expr));
    }

    /** What it is where the truth value is false. */
    public Numeric otherwise(double other) {
      return otherwise(constant(other));
    }
  }

  /**
   * What a function of yours computes of the number, where that is present.
   *
   * @param functionName what plans call it
   */
  public Numeric map(String functionName, RowFunction.OfNumber function) {
    return map(functionName, function, Mapped.Missing.STAYS);
  }

  /** What a function of yours computes of this and another number, where both are present. */
  public Numeric map(String functionName, Numeric other, RowFunction.OfTwoNumbers function) {
    return map(functionName, other, function, Mapped.Missing.STAYS);
  }

  /**
   * What a function of yours computes of numbers, where all are present; named after the first.
   *
   * @param functionName what plans call it
   */
  public static Numeric mapAll(
      String functionName, RowFunction.OfNumbers function, Numeric first, Numeric... more) {
    return mapAll(functionName, function, Mapped.Missing.STAYS, first, more);
  }

  /** As {@link #map}, called for a missing number as well: that is NaN, and NaN is missing. */
  public Numeric mapMissingAsNan(String functionName, RowFunction.OfNumber function) {
    return map(functionName, function, Mapped.Missing.NAN);
  }

  /** As {@link #map}, called for missing numbers as well: they are NaN, and NaN is missing. */
  public Numeric mapMissingAsNan(
      String functionName, Numeric other, RowFunction.OfTwoNumbers function) {
    return map(functionName, other, function, Mapped.Missing.NAN);
  }

  /** As {@link #mapAll}, called for missing numbers as well: they are NaN, and NaN is missing. */
  public static Numeric mapMissingAsNanAll(
      String functionName, RowFunction.OfNumbers function, Numeric first, Numeric... more) {
    return mapAll(functionName, function, Mapped.Missing.NAN, first, more);
  }

  private Numeric map(String f, RowFunction.OfNumber function, Mapped.Missing missing) {
    return with(
        new Mapped.Numbers(
            f,
            Mapped.reference(RowFunction.OfNumber.class, f, function),
            Mapped.Arguments.ONE,
            missing,
            List.of(expr)));
  }

  private Numeric map(
      String f, Numeric other, RowFunction.OfTwoNumbers function, Mapped.Missing missing) {
    return with(
        new Mapped.Numbers(
            f,
            Mapped.reference(RowFunction.OfTwoNumbers.class, f, function),
            Mapped.Arguments.TWO,
            missing,
            List.of(expr, other.expr)));
  }

  private static Numeric mapAll(
      String f,
      RowFunction.OfNumbers function,
      Mapped.Missing missing,
      Numeric first,
      Numeric... more) {
    List<Expr.OfNumber> all = new ArrayList<>(List.of(first.expr));
    Arrays.stream(more).map(Numeric::expr).forEach(all::add);
    return first.with(
        new Mapped.Numbers(
            f,
            Mapped.reference(RowFunction.OfNumbers.class, f, function),
            Mapped.Arguments.MANY,
            missing,
            all));
  }

  /** Whether the number is missing; never missing itself. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** Whether this is above {@code other}. */
  public Label greaterThan(Numeric other) {
    return compare(Compare.Operator.GREATER, other);
  }

  /** Whether this is above {@code other}. */
  public Label greaterThan(double other) {
    return greaterThan(constant(other));
  }

  /** Whether this is at or above {@code other}. */
  public Label atLeast(Numeric other) {
    return compare(Compare.Operator.GREATER_OR_EQUAL, other);
  }

  /** Whether this is at or above {@code other}. */
  public Label atLeast(double other) {
    return atLeast(constant(other));
  }

  /** Whether this is below {@code other}. */
  public Label lessThan(Numeric other) {
    return compare(Compare.Operator.LESS, other);
  }

  /** Whether this is below {@code other}. */
  public Label lessThan(double other) {
    return lessThan(constant(other));
  }

  /** Whether this is at or below {@code other}. */
  public Label atMost(Numeric other) {
    return compare(Compare.Operator.LESS_OR_EQUAL, other);
  }

  /** Whether this is at or below {@code other}. */
  public Label atMost(double other) {
    return atMost(constant(other));
  }

  /** Whether this equals {@code other}. */
  public Label equalTo(Numeric other) {
    return compare(Compare.Operator.EQUAL, other);
  }

  /** Whether this equals {@code other}. */
  public Label equalTo(double other) {
    return equalTo(constant(other));
  }

  /** Whether this differs from {@code other}. */
  public Label notEqualTo(Numeric other) {
    return compare(Compare.Operator.NOT_EQUAL, other);
  }

  /** Whether this differs from {@code other}. */
  public Label notEqualTo(double other) {
    return notEqualTo(constant(other));
  }

  /** The same feature under another name. */
  public Numeric as(String newName) {
    return new Numeric(newName, expr);
  }

  private Label compare(Compare.Operator operator, Numeric other) {
    return new Label(name, new Compare(operator, expr, other.expr));
  }

  private Numeric arithmetic(Arithmetic.Operator operator, Numeric other) {
    return with(new Arithmetic(operator, expr, other.expr));
  }

  private Numeric function(Function.Name function) {
    return with(new Function(function, expr));
  }

  private Numeric with(Expr.OfNumber e) {
    return new Numeric(name, e);
  }

  private static Numeric constant(double value) {
    return new Numeric("constant", new Expr.Constant((float) value));
  }
}
