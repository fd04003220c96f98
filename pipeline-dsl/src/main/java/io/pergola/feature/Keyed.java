package io.pergola.feature;

import java.util.List;

/**
 * What an analyzer computes for each key on its own, from the examples that have it. An example
 * whose key is missing, or was not analysed, is computed with the constants of all examples.
 */
public sealed interface Keyed extends Expr permits Keyed.Scale, Keyed.Buckets {
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

  /** A {@link Expr.ZScore} or {@link Expr.MinMax} for each key. */
  record Scale(Expr.OfNumber of, Expr key) implements Keyed, Expr.OfNumber {
    public Scale {
      requireKey(key);
      if (!(of instanceof Expr.ZScore || of instanceof Expr.MinMax)) {
        throw new IllegalArgumentException(
            "Invalid scale for each key: %s (must be a z-score or a min-max)".formatted(of.text()));
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
}
