package io.pergola.feature;

/**
 * A number whose scale is found for each key on its own: {@code fare.perKey(company).zScore()}. An
 * example whose key is missing, or was not analysed, takes the scale of all examples. What is
 * computed of the key alone, {@code fare.perKey(company).mean()}, is never missing.
 */
public record PerKey(Numeric number, Expr key) {

  /** As {@link Numeric#zScore}, with mean and deviation of the key. */
  public Numeric zScore() {
    return scale(number.zScore());
  }

  /** As {@link Numeric#minMax()}, with smallest and largest value of the key. */
  public Numeric minMax() {
    return scale(number.minMax());
  }

  /** As {@link Numeric#minMax(double, double)}, with smallest and largest value of the key. */
  public Numeric minMax(double low, double high) {
    return scale(number.minMax(low, high));
  }

  /** As {@link Numeric#robustScale}, with quartiles of the key. */
  public Numeric robustScale() {
    return scale(number.robustScale());
  }

  /** As {@link Numeric#gaussianScale}, with the distribution of the key. */
  public Numeric gaussianScale() {
    return scale(number.gaussianScale());
  }

  /** As {@link Numeric#quantileScale}, with quantiles of the key: buckets with interpolation. */
  public Numeric quantileScale(int n) {
    return scale(number.quantileScale(n));
  }

  /** How many values of the key are present and finite; 0 of a key that was not analysed. */
  public Numeric count() {
    return measure(Aggregate.Name.COUNT);
  }

  /** Their sum; 0 of a key that was not analysed. */
  public Numeric sum() {
    return measure(Aggregate.Name.SUM);
  }

  /** Their mean; 0 of none. */
  public Numeric mean() {
    return measure(Aggregate.Name.MEAN);
  }

  /** Their population variance; 0 of none. */
  public Numeric variance() {
    return measure(Aggregate.Name.VARIANCE);
  }

  /** The smallest; 0 of none. */
  public Numeric least() {
    return measure(Aggregate.Name.MIN);
  }

  /** The largest; 0 of none. */
  public Numeric largest() {
    return measure(Aggregate.Name.MAX);
  }

  /** As {@link Numeric#bucketize}, with quantiles of the key. */
  public Categorical bucketize(int n) {
    return new Categorical(
        number.name(), new Keyed.Buckets(new Expr.Bucketize(number.expr(), n), key));
  }

  private Numeric measure(Aggregate.Name name) {
    return new Numeric(
        number.name(), new Keyed.OfAggregate(new Aggregate(name, number.expr()), key));
  }

  private Numeric scale(Numeric whole) {
    return new Numeric(number.name(), new Keyed.Scale(whole.expr(), key));
  }
}
