package io.pergola.feature;

import io.pergola.feature.Expr.Arithmetic.Operator;

/** A list of numbers per example, being described; values are float32. */
public record Numbers(String name, Expr.OfNumbers expr) {

  /** Each plus {@code value}. */
  public Numbers plus(double value) {
    return arithmetic(Operator.PLUS, value);
  }

  /** Each minus {@code value}. */
  public Numbers minus(double value) {
    return arithmetic(Operator.MINUS, value);
  }

  /** Each times {@code value}. */
  public Numbers times(double value) {
    return arithmetic(Operator.TIMES, value);
  }

  /** Each divided by {@code value}; by 0 it is an infinity or NaN. */
  public Numbers dividedBy(double value) {
    return arithmetic(Operator.DIVIDED_BY, value);
  }

  /** The natural logarithm of each. */
  public Numbers ln() {
    return function(Expr.Function.Name.LN);
  }

  /** {@code ln(1 + x)} of each. */
  public Numbers log1p() {
    return function(Expr.Function.Name.LOG1P);
  }

  /** e to the power of each. */
  public Numbers exp() {
    return function(Expr.Function.Name.EXP);
  }

  /** Each without its sign. */
  public Numbers abs() {
    return function(Expr.Function.Name.ABS);
  }

  /** The square root of each. */
  public Numbers sqrt() {
    return function(Expr.Function.Name.SQRT);
  }

  /** Each distinct number once, where it first stands; both zeros are one, and so are NaNs. */
  public Numbers distinct() {
    return new Numbers(name, new NumberList.Distinct(expr));
  }

  /** The first {@code count} numbers; all where there are fewer. */
  public Numbers first(int count) {
    return new Numbers(name, new NumberList.First(expr, count));
  }

  /** The numbers themselves as ids; each must be a whole number in 0..size-1. */
  public Ids identity(int size) {
    return new Ids(name, new IdList.Identity(expr, size));
  }

  /** A vector of {@code width} numbers: the first ones, and 0 behind a shorter list. */
  public Vector padTo(int width) {
    return padTo(width, 0);
  }

  /** A vector of {@code width} numbers: the first ones, and {@code value} behind a shorter list. */
  public Vector padTo(int width, double value) {
    return new Vector(name, new FixedVector.PaddedNumbers(expr, width, (float) value));
  }

  /** How many numbers there are. */
  public Numeric count() {
    return measure(ListMeasure.Name.COUNT);
  }

  /** The sum; 0 of an empty list. */
  public Numeric sum() {
    return measure(ListMeasure.Name.SUM);
  }

  /** The mean; missing for an empty list. */
  public Numeric mean() {
    return measure(ListMeasure.Name.MEAN);
  }

  /** The largest; missing for an empty list, NaN where any number is. */
  public Numeric max() {
    return measure(ListMeasure.Name.MAX);
  }

  /** The smallest; missing for an empty list, NaN where any number is. */
  public Numeric min() {
    return measure(ListMeasure.Name.MIN);
  }

  /** The first; missing for an empty list. */
  public Numeric first() {
    return measure(ListMeasure.Name.FIRST);
  }

  /**
   * What a function of yours computes of the list, where that is present; it can be empty.
   *
   * @param functionName what plans call it
   */
  public Numeric mapToNumber(String functionName, RowFunction.OfNumbers function) {
    return new Numeric(
        name,
        new Mapped.NumberOfList(
            functionName,
            Mapped.reference(RowFunction.OfNumbers.class, functionName, function),
            expr));
  }

  /** Whether the list is missing; an empty list is not. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** The same numbers under another name. */
  public Numbers as(String newName) {
    return new Numbers(newName, expr);
  }

  private Numbers arithmetic(Operator operator, double value) {
    return new Numbers(name, new NumberList.Arithmetic(operator, expr, (float) value));
  }

  private Numbers function(Expr.Function.Name function) {
    return new Numbers(name, new NumberList.Function(function, expr));
  }

  private Numeric measure(ListMeasure.Name measure) {
    return new Numeric(name, new ListMeasure(measure, expr));
  }
}
