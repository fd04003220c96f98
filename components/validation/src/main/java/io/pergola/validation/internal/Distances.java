package io.pergola.validation.internal;

import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.Histogram;
import io.pergola.validation.ValueCount;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Distances between the distributions of a feature in two data sets. */
public final class Distances {
  private Distances() {}

  /**
   * The greatest difference of a value's share: {@code max |p(v) - q(v)|} over the values that
   * either side keeps; a value that one side does not keep counts 0 there.
   *
   * @return 0..1; 0 if neither side has values, 1 if only one has
   */
  public static double lInfinity(
      FeatureStatistics.TextFeature left, FeatureStatistics.TextFeature right) {
    double leftTotal = left.common().totalValues();
    double rightTotal = right.common().totalValues();
    if (leftTotal == 0 || rightTotal == 0) {
      return leftTotal == rightTotal ? 0 : 1;
    }
    Map<String, Double> difference = new HashMap<>();
    for (ValueCount value : left.ranks()) {
      difference.merge(value.value(), value.count() / leftTotal, Double::sum);
    }
    for (ValueCount value : right.ranks()) {
      difference.merge(value.value(), -value.count() / rightTotal, Double::sum);
    }
    return difference.values().stream().mapToDouble(Math::abs).max().orElse(0);
  }

  /**
   * The Jensen-Shannon divergence of two histograms of equal mass, log base 2. (Buckets of equal
   * width would let a single outlier move all the others.) Lin, "Divergence measures based on the
   * Shannon entropy", IEEE Trans. Inf. Theory 37(1), 1991.
   *
   * @return 0..1; 0 if neither side has values, 1 if only one has
   */
  public static double jensenShannon(
      FeatureStatistics.NumericFeature left, FeatureStatistics.NumericFeature right) {
    SortedSet<Double> bounds = new TreeSet<>();
    addBounds(bounds, left.quantiles());
    addBounds(bounds, right.quantiles());
    double[] edges = bounds.stream().mapToDouble(Double::doubleValue).toArray();
    double[] p = masses(left, right, edges);
    double[] q = masses(right, left, edges);
    double leftTotal = sum(p);
    double rightTotal = sum(q);
    if (leftTotal == 0 || rightTotal == 0) {
      return leftTotal == rightTotal ? 0 : 1;
    }
    double divergence = 0;
    for (int i = 0; i < p.length; i++) {
      double a = p[i] / leftTotal;
      double b = q[i] / rightTotal;
      double middle = (a + b) / 2;
      divergence += (part(a, middle) + part(b, middle)) / 2;
    }
    return Math.min(1, Math.max(0, divergence));
  }

  private static double part(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
  }

  private static void addBounds(SortedSet<Double> bounds, Histogram histogram) {
    for (Histogram.Bucket bucket : histogram.buckets()) {
      bounds.add(bucket.low());
      bounds.add(bucket.high());
    }
  }

  /**
   * The mass between each two edges, then that at the last edge alone, then that of NaN. A bucket
   * of a single value counts where the other side would count that value: from its edge to the next
   * one, or before it where it is the other side's maximum.
   */
  private static double[] masses(
      FeatureStatistics.NumericFeature feature,
      FeatureStatistics.NumericFeature other,
      double[] edges) {
    double[] masses = new double[edges.length + 1];
    List<Histogram.Bucket> buckets = feature.quantiles().buckets();
    for (Histogram.Bucket bucket : buckets) {
      double width = bucket.high() - bucket.low();
      if (Double.isInfinite(width)) {
        boolean low = Double.isInfinite(bucket.low());
        masses[Arrays.binarySearch(edges, low ? bucket.low() : bucket.high())] += bucket.count();
        continue;
      }
      if (width == 0 || Double.isNaN(width)) {
        int at = Arrays.binarySearch(edges, bucket.low());
        boolean before = at == edges.length - 1 && isMaximumOfRange(bucket.low(), other);
        masses[before ? at - 1 : at] += bucket.count();
        continue;
      }
      for (int i = 0; i + 1 < edges.length; i++) {
        if (edges[i] >= bucket.low() && edges[i + 1] <= bucket.high()) {
          masses[i] += bucket.count() * ((edges[i + 1] - edges[i]) / width);
        }
      }
    }
    masses[edges.length] = feature.nans();
    return masses;
  }

  private static boolean isMaximumOfRange(double value, FeatureStatistics.NumericFeature feature) {
    return feature.quantiles().buckets().stream()
        .anyMatch(bucket -> bucket.high() == value && bucket.low() < value);
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}
