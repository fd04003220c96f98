package io.pergola.validation.internal;

import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.FeatureStatistics.TextFeature;
import io.pergola.validation.FeatureStatistics.WeightedNumbers;
import io.pergola.validation.Histogram;
import io.pergola.validation.Histogram.Bucket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Distances between the distributions of a feature in two data sets, as TensorFlow Data Validation
 * defines them. Of text, the values that either side keeps are compared, by their shares of the
 * values kept. Values count by weight where both sides have weights.
 */
public final class Distances {
  private Distances() {}

  /**
   * A distance that one value decides.
   *
   * @param value the one that differs most, the last one in order of several; empty if there is
   *     none
   * @param before its share, or its count
   * @param after its share, or its count
   */
  public record Extreme(double distance, String value, double before, double after) {}

  /** {@code max |p(v) - q(v)|}, 0 to 1. */
  public static Extreme lInfinity(TextFeature before, TextFeature after) {
    Map<String, Double> left = counts(before, after);
    Map<String, Double> right = counts(after, before);
    return extreme(left, sum(left), right, sum(right));
  }

  /** {@code max |a(v) - b(v)| / (a + b)}, by counts, 0 to 1. */
  public static Extreme normalizedAbsDifference(TextFeature before, TextFeature after) {
    Map<String, Double> left = counts(before, after);
    Map<String, Double> right = counts(after, before);
    double total = sum(left) + sum(right);
    return extreme(left, total, right, total);
  }

  private static Extreme extreme(
      Map<String, Double> before,
      double beforeTotal,
      Map<String, Double> after,
      double afterTotal) {
    SortedSet<String> values = new TreeSet<>(before.keySet());
    values.addAll(after.keySet());
    Extreme most = new Extreme(0, "", 0, 0);
    for (String value : values) {
      double p = beforeTotal == 0 ? 0 : before.getOrDefault(value, 0.0) / beforeTotal;
      double q = afterTotal == 0 ? 0 : after.getOrDefault(value, 0.0) / afterTotal;
      if (Math.abs(p - q) >= most.distance) {
        most = new Extreme(Math.abs(p - q), value, p, q);
      }
    }
    return most;
  }

  private static Map<String, Double> counts(TextFeature feature, TextFeature other) {
    Map<String, Double> counts = new TreeMap<>(Comparator.naturalOrder());
    if (feature.weighted().isPresent() && other.weighted().isPresent()) {
      feature
          .weighted()
          .get()
          .ranks()
          .forEach(rank -> counts.merge(rank.value(), rank.weight(), Double::sum));
    } else {
      feature
          .ranks()
          .forEach(rank -> counts.merge(rank.value(), (double) rank.count(), Double::sum));
    }
    return counts;
  }

  private static double sum(Map<String, Double> counts) {
    return counts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /**
   * The Jensen-Shannon divergence of the shares of values, log base 2. Lin, "Divergence measures
   * based on the Shannon entropy", IEEE Trans. Inf. Theory 37(1), 1991.
   *
   * @return 0 to 1; empty if a side has no values
   */
  public static Optional<Double> jensenShannon(TextFeature before, TextFeature after) {
    Map<String, Double> left = counts(before, after);
    Map<String, Double> right = counts(after, before);
    SortedSet<String> values = new TreeSet<>(left.keySet());
    values.addAll(right.keySet());
    List<Double> p = new ArrayList<>();
    List<Double> q = new ArrayList<>();
    for (String value : values) {
      p.add(left.getOrDefault(value, 0.0));
      q.add(right.getOrDefault(value, 0.0));
    }
    return divergence(p, q);
  }

  /**
   * The Jensen-Shannon divergence of two histograms, log base 2, rebucketed to the union of their
   * boundaries with mass spread evenly inside a bucket. The mass of a bucket without width (of a
   * single value), of NaN and of infinities are buckets of their own.
   *
   * @return 0 to 1; empty if a side has no values
   */
  public static Optional<Double> jensenShannon(
      NumericFeature before, NumericFeature after, HistogramSelection which) {
    boolean byWeight = before.weighted().isPresent() && after.weighted().isPresent();
    Masses left = byWeight ? Masses.weighted(before, which) : Masses.of(before, which);
    Masses right = byWeight ? Masses.weighted(after, which) : Masses.of(after, which);
    SortedSet<Double> edges = new TreeSet<>();
    left.addEdges(edges);
    right.addEdges(edges);
    SortedSet<Double> points = new TreeSet<>(left.points.keySet());
    points.addAll(right.points.keySet());
    return divergence(left.over(edges, points), right.over(edges, points));
  }

  private static Optional<Double> divergence(List<Double> p, List<Double> q) {
    double left = p.stream().mapToDouble(Double::doubleValue).sum();
    double right = q.stream().mapToDouble(Double::doubleValue).sum();
    if (left == 0 || right == 0) {
      return Optional.empty();
    }
    double divergence = 0;
    for (int i = 0; i < p.size(); i++) {
      double a = p.get(i) / left;
      double b = q.get(i) / right;
      double middle = (a + b) / 2;
      divergence += (part(a, middle) + part(b, middle)) / 2;
    }
    return Optional.of(Math.min(1, Math.max(0, divergence)));
  }

  private static double part(double share, double middle) {
    return share == 0 ? 0 : share * Math.log(share / middle) / Math.log(2);
  }

  /**
   * Where the values of a feature are.
   *
   * @param buckets with width, adjacent but for points
   * @param points the mass of single values
   */
  private record Masses(
      List<Bucket> buckets, Map<Double, Double> points, double infinite, double nans) {

    static Masses of(NumericFeature feature, HistogramSelection which) {
      return which == HistogramSelection.QUANTILES
          ? of(feature.quantiles(), 0, feature.nans())
          : of(finite(feature, feature.histogram(), 1), feature.infinities(), feature.nans());
    }

    /** By weight; NaN and infinities weigh as much as values do on average. */
    static Masses weighted(NumericFeature feature, HistogramSelection which) {
      WeightedNumbers weighted = feature.weighted().orElseThrow();
      double weight =
          feature
              .common()
              .weighted()
              .map(common -> common.totalValues() / feature.common().totalValues())
              .orElse(1.0);
      return which == HistogramSelection.QUANTILES
          ? of(weighted.quantiles(), 0, feature.nans() * weight)
          : of(
              finite(feature, weighted.histogram(), weight),
              feature.infinities() * weight,
              feature.nans() * weight);
    }

    private static Masses of(Histogram histogram, double infinities, double nans) {
      List<Bucket> buckets = new ArrayList<>();
      Map<Double, Double> points = new TreeMap<>();
      double infinite = infinities;
      for (Bucket bucket : histogram.buckets()) {
        if (Double.isInfinite(bucket.low()) || Double.isInfinite(bucket.high())) {
          infinite += bucket.count();
        } else if (bucket.low() == bucket.high()) {
          points.merge(bucket.low(), bucket.count(), Double::sum);
        } else {
          buckets.add(bucket);
        }
      }
      return new Masses(buckets, points, infinite, nans);
    }

    /** Without the infinities, which the outermost buckets of equal width have. */
    private static Histogram finite(NumericFeature feature, Histogram histogram, double weight) {
      List<Bucket> buckets = new ArrayList<>(histogram.buckets());
      if (feature.infinities() == 0 || buckets.isEmpty()) {
        return histogram;
      }
      double mass = feature.infinities() * weight;
      boolean below = feature.min() == Double.NEGATIVE_INFINITY;
      boolean above = feature.max() == Double.POSITIVE_INFINITY;
      double low = below ? (above ? mass / 2 : mass) : 0;
      take(buckets, 0, low);
      take(buckets, buckets.size() - 1, mass - low);
      return new Histogram(buckets);
    }

    private static void take(List<Bucket> buckets, int at, double mass) {
      Bucket bucket = buckets.get(at);
      double rest = Math.max(0, bucket.count() - mass);
      buckets.set(at, new Bucket(bucket.low(), bucket.high(), rest));
    }

    void addEdges(SortedSet<Double> edges) {
      for (Bucket bucket : buckets) {
        edges.add(bucket.low());
        edges.add(bucket.high());
      }
    }

    /** The mass between each two edges, at each point, and of what is no finite number. */
    List<Double> over(SortedSet<Double> edges, SortedSet<Double> allPoints) {
      double[] bounds = edges.stream().mapToDouble(Double::doubleValue).toArray();
      double[] masses = new double[Math.max(0, bounds.length - 1)];
      for (Bucket bucket : buckets) {
        for (int i = 0; i < masses.length; i++) {
          if (bounds[i] >= bucket.low() && bounds[i + 1] <= bucket.high()) {
            double share =
                (bounds[i + 1] / 2 - bounds[i] / 2) / (bucket.high() / 2 - bucket.low() / 2);
            masses[i] += bucket.count() * share;
          }
        }
      }
      List<Double> all = new ArrayList<>();
      for (double mass : masses) {
        all.add(mass);
      }
      allPoints.forEach(point -> all.add(points.getOrDefault(point, 0.0)));
      all.add(infinite);
      all.add(nans);
      return all;
    }
  }
}
