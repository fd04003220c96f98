package io.pergola.feature;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an analyzer computes for each key on its own, from the examples that have it. An example
 * whose key is missing, or was not analysed, is computed with the constants of all examples.
 */
public sealed interface Keyed extends Expr permits Keyed.Scale, Keyed.Buckets, Keyed.OfAggregate {
  /** The analyzer that is fitted for each key, and for all examples. */
  Expr of();

  /** Text or a category. */
  Expr key();

  @Override
  default List<Expr> operands() {
    return List.of(of().operands().get(0), key());
  }

  @Override
  default String text() {
    String number = of().operands().get(0).text();
    return "%s.perKey(%s)%s"
        .formatted(number, key().text(), of().text().substring(number.length()));
  }

  private static void requireKey(Expr key) {
    if (!(key instanceof Expr.OfText || key instanceof Expr.OfCategory)) {
      throw new IllegalArgumentException(
          "Invalid key: %s (must be text or a category)".formatted(key.text()));
    }
  }

  /**
   * A {@link Expr.ZScore}, {@link Expr.MinMax}, or one of {@link Scaling} that is fitted, for each
   * key.
   */
  record Scale(Expr.OfNumber of, Expr key) implements Keyed, Expr.OfNumber {
    public Scale {
      requireKey(key);
      boolean fitted =
          of instanceof Expr.ZScore
              || of instanceof Expr.MinMax
              || of instanceof Scaling && !(of instanceof Scaling.Interpolated);
      if (!fitted) {
        throw new IllegalArgumentException(
            ("Invalid scale for each key: %s (must be a z-score, a min-max, or a robust, Gaussian or"
                    + " quantile scale)")
                .formatted(of.text()));
      }
    }
  }

  /** Quantile buckets for each key. */
  record Buckets(Expr.Bucketize of, Expr key) implements Keyed, Expr.OfCategory {
    public Buckets {
      requireKey(key);
    }

    @Override
    public int size() {
      return of.size();
    }
  }

  /**
   * One number of all analysed values of the key, which is never missing. Of a key that was not
   * analysed, count and sum are 0, and the rest is that of all examples.
   */
  record OfAggregate(Aggregate of, Expr key) implements Keyed, Expr.OfNumber {
    public OfAggregate {
      requireKey(key);
    }

    /** Applying it reads the key alone. */
    @Override
    public List<Expr> operands() {
      return List.of(key);
    }

    @Override
    public List<Expr> fittedWith() {
      return List.of(of.of());
    }

    @Override
    public SortedSet<String> columns() {
      SortedSet<String> columns = new TreeSet<>(key.columns());
      columns.addAll(of.columns());
      return columns;
    }

    @Override
    public String text() {
      return "%s.perKey(%s).%s()".formatted(of.of().text(), key.text(), of.measure().method());
    }
  }
}
