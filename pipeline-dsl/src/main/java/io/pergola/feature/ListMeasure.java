package io.pergola.feature;

import java.util.List;

/** One number that says something of a list; missing where the list is. */
public record ListMeasure(Name measure, Expr of) implements Expr.OfNumber {
  public ListMeasure {
    boolean list =
        of instanceof Expr.OfNumbers
            || measure == Name.COUNT && (of instanceof Expr.OfTokens || of instanceof Expr.OfIds);
    if (!list) {
      throw new IllegalArgumentException(
          "Invalid operand of %s: %s (must be a list of numbers%s)"
              .formatted(measure.method, of.text(), measure == Name.COUNT ? ", texts or ids" : ""));
    }
  }

  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  /** The measures. Of an empty list, all but count and sum are missing. */
  public enum Name {
    /** How many values there are. */
    COUNT("count"),
    /** From left to right in float64, rounded once; 0 of none. */
    SUM("sum"),
    /** The sum in float64 divided by the count, rounded once. */
    MEAN("mean"),
    /** The largest; NaN where any value is. */
    MAX("max"),
    /** The smallest; NaN where any value is. */
    MIN("min"),
    /** The first. */
    FIRST("first");

    private final String method;

    Name(String method) {
      this.method = method;
    }
  }

  @Override
  public String text() {
    return "%s.%s()".formatted(of.text(), measure.method);
  }
}
