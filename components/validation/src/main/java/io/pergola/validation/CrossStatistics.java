package io.pergola.validation;

import java.util.List;
import java.util.Optional;

/**
 * How features go together.
 *
 * @param pairs of numeric features with at most one value per example, each pair once, both in file
 *     order
 * @param label the feature that associations are with
 * @param associations of the other features with the label, in file order; without a label none
 */
public record CrossStatistics(
    List<CrossStatistics.Pair> pairs,
    Optional<String> label,
    List<CrossStatistics.Association> associations) {
  public CrossStatistics {
    pairs = List.copyOf(pairs);
    associations = List.copyOf(associations);
  }

  /** The pair of two features, in whatever order. */
  public Optional<Pair> pair(String one, String other) {
    return pairs.stream()
        .filter(
            pair ->
                (pair.x().equals(one) && pair.y().equals(other))
                    || (pair.x().equals(other) && pair.y().equals(one)))
        .findFirst();
  }

  /** The association of a feature with the label. */
  public Optional<Association> association(String feature) {
    return associations.stream().filter(found -> found.feature().equals(feature)).findFirst();
  }

  /**
   * Two numeric features, over the examples in which both are present and finite.
   *
   * @param count the number of these examples
   * @param covariance {@code sum((x - mean x) (y - mean y)) / count}, of the population; NaN
   *     without examples
   * @param correlation Pearson's: covariance over the product of the standard deviations; NaN where
   *     one of these is 0
   */
  public record Pair(String x, String y, long count, double covariance, double correlation) {}

  /**
   * A feature and the label, over the values of the feature in examples that have both; an example
   * with several values counts once for each.
   *
   * @param count the number n of these values
   * @param mutualInformation {@code sum p(x, y) log2(p(x, y) / (p(x) p(y)))} in bits, x being the
   *     values of a feature, or its deciles if it is numeric with more than 100 values; NaN where
   *     it was not computed
   * @param adjustedMutualInformation the same less its bias for independent features, {@code (|X| -
   *     1) (|Y| - 1) / (2 n ln 2)} (Miller, 1955), at least 0
   * @param lifts by value of the label, then by lift, the greatest first; of more than 20 for a
   *     value of the label the ten highest and the ten lowest
   * @param note why there are no numbers; empty if there are
   */
  public record Association(
      String feature,
      long count,
      double mutualInformation,
      double adjustedMutualInformation,
      List<Lift> lifts,
      String note) {
    public Association {
      lifts = List.copyOf(lifts);
    }
  }

  /**
   * How much more often a value of a feature comes with a value of the label than chance has it.
   *
   * @param label the label's value
   * @param value the feature's value, or {@code [low, high)} for a decile
   * @param lift {@code p(label | value) / p(label)}; 1 where they are independent
   * @param count how often both come together
   * @param valueCount how often the feature's value comes with a label
   * @param labelCount how many values of the feature come with the label's value
   */
  public record Lift(
      String label, String value, double lift, long count, long valueCount, long labelCount) {}
}
