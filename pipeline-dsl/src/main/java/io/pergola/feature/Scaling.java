package io.pergola.feature;

import java.util.List;

/**
 * Numbers brought to a common scale by what all analysed examples show of them. {@code
 * docs/reference/feature-plans.md} defines each.
 */
public sealed interface Scaling extends Expr.OfNumber {

  /** The median becomes 0, and the distance between the quartiles 1: outliers move neither. */
  record Robust(OfNumber of) implements Scaling {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".robustScale()";
    }
  }

  /**
   * Made about normal, with mean 0 and variance 1: the inverse of the Tukey hh distribution whose
   * first four L-moments are those of the analysed values, so that long tails on either side are
   * drawn in. Without long tails a z-score.
   */
  record Gaussian(OfNumber of) implements Scaling {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".gaussianScale()";
    }
  }
}
