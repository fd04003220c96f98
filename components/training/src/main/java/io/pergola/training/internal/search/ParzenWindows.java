package io.pergola.training.internal.search;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A mixture of the even density on the unit interval and of a normal one at each of some places,
 * cut off at the ends of the interval, all with the same weight (Bergstra et al., 2011, section 4).
 * A normal density is as wide as its place is far from the farther of its two neighbours, within
 * limits.
 */
final class ParzenWindows implements Density {
  private static final double WIDEST = 0.5;
  private static final double NARROWEST = 0.01;

  private final double[] places;
  private final double[] widths;

  /** The share of a normal density that lies on the interval. */
  private final double[] inside;

  /**
   * Windows at some places.
   *
   * @param units from 0 to 1, any order, maybe none
   * @param trials how many there are in all: no window is narrower than 1 / (trials + 1)
   */
  ParzenWindows(double[] units, int trials) {
    places = units.clone();
    Arrays.sort(places);
    int n = places.length;
    widths = new double[n];
    inside = new double[n];
    double narrowest = Math.max(NARROWEST, 1.0 / (trials + 1));
    for (int i = 0; i < n; i++) {
      double left = i > 0 ? places[i] - places[i - 1] : 0;
      double right = i + 1 < n ? places[i + 1] - places[i] : 0;
      double far = n == 1 ? WIDEST : Math.max(left, right);
      widths[i] = Math.max(narrowest, Math.min(WIDEST, far));
      inside[i] = below((1 - places[i]) / widths[i]) - below(-places[i] / widths[i]);
    }
  }

  @Override
  public double at(double unit) {
    double sum = 1;
    for (int i = 0; i < places.length; i++) {
      double z = (unit - places[i]) / widths[i];
      sum += Math.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * widths[i] * inside[i]);
    }
    return sum / (places.length + 1);
  }

  @Override
  public double draw(SplittableRandom random) {
    int window = random.nextInt(places.length + 1);
    if (window == places.length) {
      return random.nextDouble();
    }
    // Nearly half of a window lies on the interval, or more: none is wider than half of it.
    double unit;
    do {
      unit = places[window] + widths[window] * normal(random);
    } while (unit < 0 || unit > 1);
    return unit;
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
