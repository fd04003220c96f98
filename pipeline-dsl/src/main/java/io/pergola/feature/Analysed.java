package io.pergola.feature;

/**
 * What all analysed examples have of a number, as a number: {@code
 * fare.minus(fare.analysed().mean())}. It is the same for every example and never missing.
 */
public record Analysed(Numeric number) {

  /** How many values are present and finite. */
  public Numeric count() {
    return measure(Aggregate.Name.COUNT);
  }

  /** Their sum. */
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

  private Numeric measure(Aggregate.Name name) {
    return new Numeric(number.name(), new Aggregate(name, number.expr()));
  }
}
