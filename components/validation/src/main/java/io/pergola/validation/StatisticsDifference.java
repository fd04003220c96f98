package io.pergola.validation;

import io.pergola.validation.FeatureComparator.HistogramSelection;
import io.pergola.validation.internal.Distances;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * How far two statistics are apart, feature by feature, the largest distance first.
 *
 * @param features one for each feature and split that either has
 */
public record StatisticsDifference(List<StatisticsDifference.Feature> features) {
  public StatisticsDifference {
    features = List.copyOf(features);
  }

  /** How a distance was measured. */
  public enum Measure {
    /** Text: the greatest difference of a value's share, over the most frequent values; 0..1. */
    L_INFINITY,
    /**
     * Numbers: the Jensen-Shannon divergence of the histograms, log base 2; 0..1. They are
     * rebucketed to the union of their boundaries, mass spread evenly; single values, NaN and
     * infinities are buckets of their own.
     */
    JENSEN_SHANNON,
    /** Nothing to compare: the feature is on one side only, changed its type, or has no values. */
    NONE
  }

  /**
   * One feature of one split on both sides.
   *
   * @param before empty if the feature is new
   * @param after empty if the feature is gone
   * @param distance 0 if both have the same distribution, at most 1; 1 where the feature is on one
   *     side only or changed its type; 0 where neither side has values
   */
  public record Feature(
      String split,
      String name,
      Measure measure,
      double distance,
      Optional<FeatureStatistics> before,
      Optional<FeatureStatistics> after) {}

  /**
   * Compares statistics; splits go by their names. Of numbers, histograms of equal mass are
   * compared: buckets of equal width would let a single outlier move all the others.
   */
  public static StatisticsDifference between(DatasetStatistics before, DatasetStatistics after) {
    return between(before, after, HistogramSelection.QUANTILES);
  }

  /** Compares statistics by histograms of this kind; splits go by their names. */
  public static StatisticsDifference between(
      DatasetStatistics before, DatasetStatistics after, HistogramSelection histograms) {
    List<Feature> features = new ArrayList<>();
    SortedSet<String> splits = new TreeSet<>();
    before.splits().forEach(split -> splits.add(split.name()));
    after.splits().forEach(split -> splits.add(split.name()));
    for (String split : splits) {
      Optional<SplitStatistics> left = before.find(split);
      Optional<SplitStatistics> right = after.find(split);
      SortedSet<String> names = new TreeSet<>();
      left.ifPresent(s -> s.features().forEach(feature -> names.add(feature.name())));
      right.ifPresent(s -> s.features().forEach(feature -> names.add(feature.name())));
      for (String name : names) {
        features.add(
            feature(
                split,
                name,
                left.flatMap(s -> s.find(name)),
                right.flatMap(s -> s.find(name)),
                histograms));
      }
    }
    features.sort(
        Comparator.comparingDouble(Feature::distance)
            .reversed()
            .thenComparing(Feature::name)
            .thenComparing(Feature::split));
    return new StatisticsDifference(features);
  }

  private static Feature feature(
      String split,
      String name,
      Optional<FeatureStatistics> before,
      Optional<FeatureStatistics> after,
      HistogramSelection histograms) {
    if (before.isEmpty() || after.isEmpty()) {
      return new Feature(split, name, Measure.NONE, 1, before, after);
    }
    FeatureStatistics left = before.get();
    FeatureStatistics right = after.get();
    if (left instanceof FeatureStatistics.NumericFeature a
        && right instanceof FeatureStatistics.NumericFeature b) {
      double distance = Distances.jensenShannon(a, b, histograms).orElse(oneSided(left, right));
      return new Feature(split, name, Measure.JENSEN_SHANNON, distance, before, after);
    }
    if (left instanceof FeatureStatistics.TextFeature a
        && right instanceof FeatureStatistics.TextFeature b) {
      boolean both = a.common().totalValues() > 0 && b.common().totalValues() > 0;
      double distance = both ? Distances.lInfinity(a, b).distance() : oneSided(left, right);
      return new Feature(split, name, Measure.L_INFINITY, distance, before, after);
    }
    double distance = left.type() == right.type() ? 0 : 1;
    return new Feature(split, name, Measure.NONE, distance, before, after);
  }

  private static double oneSided(FeatureStatistics left, FeatureStatistics right) {
    return left.common().totalValues() == 0 && right.common().totalValues() == 0 ? 0 : 1;
  }
}
