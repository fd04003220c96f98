package io.pergola.feature;

/**
 * A number whose scale is found for each key on its own: {@code fare.perKey(company).zScore()}. An
 * example whose key is missing, or was not analysed, takes the scale of all examples.
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

  /** As {@link Numeric#bucketize}, with quantiles of the key. */
  public Categorical bucketize(int n) {
    return new Categorical(
        number.name(), new Keyed.Buckets(new Expr.Bucketize(number.expr(), n), key));
  }

  private Numeric scale(Numeric whole) {
    return new Numeric(number.name(), new Keyed.Scale(whole.expr(), key));
  }
}
