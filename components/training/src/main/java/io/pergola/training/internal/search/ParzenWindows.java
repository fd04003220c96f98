package io.pergola.training.internal.search;

import io.pergola.training.Dimension;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A probability density over a search space, as the unit cube: a mixture of the even density and of
 * one around each of some points, all with the same weight (Bergstra et al., 2011, section 4). What
 * is around a point is the product over dimensions (the multivariate form of Falkner et al., 2018):
 *
 * <ul>
 *   <li>of a range, a normal density cut off at the ends, with the standard deviation {@code 0.2
 *       n^(-1 / (d + 4))}, at least 0.02, for n points and d dimensions (Scott's rule, as Watanabe,
 *       2023, has it);
 *   <li>of a choice, 0.8 for the point's value and 0.2 evenly for all.
 * </ul>
 */
final class ParzenWindows {
  private static final double WIDEST = 0.2;
  private static final double NARROWEST = 0.02;
  private static final double SAME = 0.8;

  private final List<Dimension> dimensions;
  private final double[][] points;
  private final double width;

  /**
   * Windows at some points.
   *
   * @param points [n][d] from 0 to 1; n may be 0
   */
  ParzenWindows(List<Dimension> dimensions, double[][] points) {
    this.dimensions = List.copyOf(dimensions);
    this.points = points;
    this.width =
        Math.max(
            NARROWEST,
            WIDEST * Math.pow(Math.max(1, points.length), -1.0 / (dimensions.size() + 4)));
  }

  /**
   * The density at a point, above 0.
   *
   * @param point [d] from 0 to 1
   */
  double at(double[] point) {
    double sum = 1;
    for (double[] centre : points) {
      double product = 1;
      for (int d = 0; d < point.length; d++) {
        product *= around(d, centre[d], point[d]);
      }
      sum += product;
    }
    return sum / (points.length + 1);
  }

  /** A point drawn from it. */
  double[] draw(SplittableRandom random) {
    int window = random.nextInt(points.length + 1);
    double[] point = new double[dimensions.size()];
    for (int d = 0; d < point.length; d++) {
      point[d] =
          window == points.length ? random.nextDouble() : drawnAround(d, points[window][d], random);
    }
    return point;
  }

  private double around(int dimension, double centre, double place) {
    if (dimensions.get(dimension) instanceof Dimension.Choice choice) {
      int values = choice.values().size();
      boolean same = cell(centre, values) == cell(place, values);
      return 1 - SAME + (same ? SAME * values : 0);
    }
    double z = (place - centre) / width;
    double inside = below((1 - centre) / width) - below(-centre / width);
    return Math.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * width * inside);
  }

  private double drawnAround(int dimension, double centre, SplittableRandom random) {
    if (dimensions.get(dimension) instanceof Dimension.Choice) {
      return random.nextDouble() < SAME ? centre : random.nextDouble();
    }
    // Nearly half of a window lies on the interval, or more.
    double place;
    do {
      place = centre + width * normal(random);
    } while (place < 0 || place > 1);
    return place;
  }

  private static int cell(double place, int values) {
    return (int) Math.min(values - 1, Math.floor(place * values));
  }

  /** A standard normal number (Box and Muller, 1958). */
  private static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log(1 - random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /**
   * The standard normal distribution function, with an error below 1e-7 (Abramowitz and Stegun,
   * 26.2.17).
   */
  static double below(double z) {
    double t = 1 / (1 + 0.2316419 * Math.abs(z));
    double tail =
        Math.exp(-z * z / 2)
            / Math.sqrt(2 * Math.PI)
            * t
            * (0.319381530
                + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
    return z > 0 ? 1 - tail : tail;
  }
}
