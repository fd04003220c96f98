package io.pergola.feature;

import java.util.List;

/** Numbers brought to a common scale. {@code docs/reference/feature-plans.md} defines each. */
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

  /**
   * Brought to 0..1 by rank, linear between the boundaries of {@code buckets} equal parts of the
   * analysed values: {@link Interpolated} between fitted boundaries.
   */
  record Quantile(OfNumber of, int buckets) implements Scaling {
    public Quantile {
      if (buckets < 2) {
        throw new IllegalArgumentException(
            "Invalid number of buckets: %d (must be 2 or above)".formatted(buckets));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.quantileScale(%d)".formatted(of.text(), buckets);
    }
  }

  /**
   * Brought to 0..1 between the author's boundaries: each of them takes an equal part, and inside a
   * bucket the value is linear. 0 below the first, 1 at or above the last, 0.5 for NaN.
   */
  record Interpolated(OfNumber of, List<Float> boundaries) implements Scaling {
    public Interpolated {
      boundaries = Boundaries.ascending(boundaries);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.interpolate(%s)".formatted(of.text(), Boundaries.text(boundaries));
    }
  }
}
