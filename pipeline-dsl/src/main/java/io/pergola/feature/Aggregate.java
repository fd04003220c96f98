package io.pergola.feature;

import java.util.List;
import java.util.SortedSet;

/**
 * One number of all analysed values: a constant once it is fitted, which is never missing. Applying
 * it reads no column.
 */
public record Aggregate(Name measure, Expr.OfNumber of) implements Expr.OfNumber {

  /** What is computed of the values that are present and finite. */
  public enum Name {
    /** How many there are. */
    COUNT("count"),
    /** The exact sum, rounded once. */
    SUM("sum"),
    /** The exact mean, rounded once; 0 of none. */
    MEAN("mean"),
    /** The population variance, rounded once; 0 of none. */
    VARIANCE("variance"),
    /** The smallest; 0 of none. */
    MIN("least"),
    /** The largest; 0 of none. */
    MAX("largest");

    private final String method;

    Name(String method) {
      this.method = method;
    }

    /** What an author calls. */
    String method() {
      return method;
    }
  }

  @Override
  public List<Expr> fittedWith() {
    return List.of(of);
  }

  @Override
  public SortedSet<String> columns() {
    return of.columns();
  }

  @Override
  public String text() {
    return "%s.analysed().%s()".formatted(of.text(), measure.method);
  }
}
