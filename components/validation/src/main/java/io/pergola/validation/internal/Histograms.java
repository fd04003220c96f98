package io.pergola.validation.internal;

import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import io.pergola.validation.sketch.Quantiles;
import io.pergola.validation.sketch.WeightedQuantiles;
import java.util.ArrayList;
import java.util.List;

/** Histograms of ten buckets from quantiles. */
final class Histograms {
  private static final int BUCKETS = 10;

  private Histograms() {}

  /** Buckets of equal mass; boundary i is the value of rank ceil(i n / 10). */
  static Histogram equalMass(Quantiles quantiles) {
    long n = quantiles.count();
    if (n == 0) {
      return Histogram.EMPTY;
    }
    List<Bucket> buckets = new ArrayList<>();
    double low = quantiles.valueAt(1);
    for (int i = 1; i <= BUCKETS; i++) {
      double high = quantiles.valueAt(ceilDiv(i, n));
      buckets.add(new Bucket(low, high, n / (double) BUCKETS));
      low = high;
    }
    return new Histogram(buckets);
  }

  /** Buckets of equal width over the finite values; infinities are in the outermost ones. */
  static Histogram equalWidth(Quantiles quantiles, double finiteMin, double finiteMax) {
    long n = quantiles.count();
    if (n == 0 || finiteMin > finiteMax) {
      return Histogram.EMPTY;
    }
    if (finiteMin == finiteMax) {
      return new Histogram(List.of(new Bucket(finiteMin, finiteMax, n)));
    }
    List<Bucket> buckets = new ArrayList<>();
    double low = finiteMin;
    long below = 0;
    for (int i = 1; i <= BUCKETS; i++) {
      double high = i == BUCKETS ? finiteMax : boundary(finiteMin, finiteMax, i);
      long upTo = i == BUCKETS ? n : Math.max(below, quantiles.below(high));
      buckets.add(new Bucket(low, high, upTo - below));
      low = high;
      below = upTo;
    }
    return new Histogram(buckets);
  }

  /** Buckets of equal weight; boundary i is the value of weighted rank i W / 10. */
  static Histogram equalMass(WeightedQuantiles quantiles) {
    if (quantiles.weight() == 0) {
      return Histogram.EMPTY;
    }
    List<Bucket> buckets = new ArrayList<>();
    double low = quantiles.min();
    for (int i = 1; i <= BUCKETS; i++) {
      double high =
          i == BUCKETS ? quantiles.max() : quantiles.valueAt(i * quantiles.weight() / BUCKETS);
      buckets.add(new Bucket(low, high, quantiles.weight() / BUCKETS));
      low = high;
    }
    return new Histogram(buckets);
  }

  /** Buckets of equal width, by weight, with the boundaries that the values have without it. */
  static Histogram equalWidth(WeightedQuantiles quantiles, double finiteMin, double finiteMax) {
    double weight = quantiles.weight();
    if (weight == 0 || finiteMin > finiteMax) {
      return Histogram.EMPTY;
    }
    if (finiteMin == finiteMax) {
      return new Histogram(List.of(new Bucket(finiteMin, finiteMax, weight)));
    }
    List<Bucket> buckets = new ArrayList<>();
    double low = finiteMin;
    double below = 0;
    for (int i = 1; i <= BUCKETS; i++) {
      double high = i == BUCKETS ? finiteMax : boundary(finiteMin, finiteMax, i);
      double upTo = i == BUCKETS ? weight : quantiles.below(high);
      buckets.add(new Bucket(low, high, upTo - below));
      low = high;
      below = upTo;
    }
    return new Histogram(buckets);
  }

  /** Not {@code min + i * width}, which overflows for wide ranges. */
  private static double boundary(double min, double max, int i) {
    double share = (double) i / BUCKETS;
    return Double.isInfinite(max - min)
        ? min * (1 - share) + max * share
        : min + (max - min) * share;
  }

  private static long ceilDiv(int i, long n) {
    long whole = n / BUCKETS;
    long rest = n % BUCKETS;
    return whole * i + (rest * i + BUCKETS - 1) / BUCKETS;
  }
}
