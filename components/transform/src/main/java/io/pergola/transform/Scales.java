package io.pergola.transform;

/** The scaling of one number, by what was fitted. */
final class Scales {
  private Scales() {}

  static Vectors.FloatFunction of(Fitted fitted) {
    if (fitted instanceof Fitted.ZScore zScore) {
      return distance(zScore.mean(), zScore.stddev());
    } else if (fitted instanceof Fitted.MinMax minMax) {
      return minMax(minMax);
    } else if (fitted instanceof Fitted.Robust robust) {
      return distance(robust.median(), robust.upper() - robust.lower());
    } else if (fitted instanceof Fitted.Gaussian gaussian) {
      return gaussian.scale() == 0 ? x -> 0 : x -> TukeyHh.inverse(x, gaussian);
    }
    if (fitted instanceof Fitted.Quantile quantile) {
      return quantile.boundaries().isEmpty()
          ? x -> 0
          : Buckets.interpolation(quantile.boundaries());
    }
    throw new IllegalArgumentException("Not a scale: %s".formatted(fitted));
  }

  private static Vectors.FloatFunction distance(float from, float unit) {
    return unit == 0 ? x -> 0 : x -> (x - from) / unit;
  }

  private static Vectors.FloatFunction minMax(Fitted.MinMax fitted) {
    float min = fitted.min();
    float range = fitted.max() - min;
    float low = fitted.of().low();
    float width = fitted.of().high() - low;
    return range == 0 ? x -> low : x -> (x - min) / range * width + low;
  }
}
