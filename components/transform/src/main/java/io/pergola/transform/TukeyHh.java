package io.pergola.transform;

/**
 * The Tukey hh distribution: {@code z * exp(h * z^2 / 2)} of a standard normal z, h being {@code
 * left} where z is negative and {@code right} elsewhere, both in 0..1, below 1. Its L-moments
 * follow from {@code integral of q(z) * P(Phi(z)) * phi(z)}, with q the above and P the shifted
 * Legendre polynomials, by parts on either side of 0; Headrick and Pant, "Characterizing Tukey h
 * and hh-distributions through L-moments and the L-correlation", 2012, give the same.
 *
 * <p>Everything is float64, and {@link StrictMath} where {@link Math} may differ between JVMs.
 *
 * @param left how long the left tail is
 * @param right how long the right tail is
 */
record TukeyHh(double left, double right) {
  /** The L-kurtosis of the normal distribution, which is that with no long tail. */
  static final double NORMAL_L_KURTOSIS = 15 / Math.PI * StrictMath.asin(1 / 3.0) - 1.5;

  private static final double HIGHEST_L_KURTOSIS = 1 - 1e-5;
  private static final double HIGHEST_TAIL = 1 - 1e-9;
  private static final int HALVINGS = 60;
  private static final int LAMBERT_STEPS = 100;

  /**
   * The distribution with these ratios of L-moments.
   *
   * @param skewness third over second; if no distribution has it together with the kurtosis, the
   *     nearest is taken, one tail of which is that of the normal distribution
   * @param kurtosis fourth over second, at least {@link #NORMAL_L_KURTOSIS}
   */
  static TukeyHh of(double skewness, double kurtosis) {
    double wanted = Math.min(kurtosis, HIGHEST_L_KURTOSIS);
    // Both tails alike: sin(pi / 15 * (kurtosis + 3 / 2)) = 1 / (3 - h).
    double low = 0;
    double high = Math.max(0, 3 - 1 / StrictMath.sin(Math.PI / 15 * (wanted + 1.5)));
    for (int i = 0; i < HALVINGS; i++) {
      double shorter = (low + high) / 2;
      if (new TukeyHh(shorter, longer(shorter, wanted)).lSkewness() > Math.abs(skewness)) {
        low = shorter;
      } else {
        high = shorter;
      }
    }
    double shorter = (low + high) / 2;
    double longer = longer(shorter, wanted);
    return skewness < 0 ? new TukeyHh(longer, shorter) : new TukeyHh(shorter, longer);
  }

  /** The other tail, given the shorter one and the kurtosis. */
  private static double longer(double shorter, double kurtosis) {
    double low = shorter;
    double high = HIGHEST_TAIL;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (new TukeyHh(shorter, middle).lKurtosis() < kurtosis) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  double lMean() {
    return side1(right) - side1(left);
  }

  double lScale() {
    return side2(right) + side2(left);
  }

  double lSkewness() {
    return (side3(right) - side3(left)) / lScale();
  }

  double lKurtosis() {
    return (side4(right) + side4(left)) / lScale();
  }

  private static double side1(double h) {
    return 1 / ((1 - h) * Math.sqrt(2 * Math.PI));
  }

  private static double side2(double h) {
    return side1(h) / Math.sqrt(2 - h);
  }

  private static double side3(double h) {
    double root = Math.sqrt(2 - h);
    return side1(h) * (6 / (Math.PI * root) * StrictMath.atan(1 / root) - 0.5);
  }

  private static double side4(double h) {
    return side2(h) * (15 / Math.PI * StrictMath.asin(1 / (3 - h)) - 1.5);
  }

  /** The z that {@code x} is made of. */
  static float inverse(float x, Fitted.Gaussian fitted) {
    double distance = ((double) x - fitted.location()) / fitted.scale();
    if (Double.isInfinite(distance)) {
      return (float) distance;
    }
    double h = distance < 0 ? fitted.left() : fitted.right();
    // z^2 = W(h * d^2) / h, and W(t) / t = exp(-W(t)), which has no 0 / 0.
    return (float) (distance * StrictMath.exp(-lambertW(h * distance * distance) / 2));
  }

  /** The w of {@code w * exp(w) = x} for x in 0..1e300, by Halley's method; NaN of NaN. */
  static double lambertW(double x) {
    double w = StrictMath.log1p(x);
    for (int i = 0; i < LAMBERT_STEPS; i++) {
      double exp = StrictMath.exp(w);
      double error = w * exp - x;
      double step = error / (exp * (w + 1) - (w + 2) * error / (2 * w + 2));
      w -= step;
      if (!(Math.abs(step) > 1e-15 * w)) {
        return w;
      }
    }
    return w;
  }
}
