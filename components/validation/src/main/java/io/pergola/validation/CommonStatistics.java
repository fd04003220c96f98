package io.pergola.validation;

import java.util.List;
import java.util.Optional;

/**
 * What features of all types have in common.
 *
 * @param present how many examples have the feature, if only with zero values
 * @param missing how many examples lack it
 * @param minValues the least number of values of an example that has it; 0 if none has
 * @param maxValues the greatest number of values; 0 if no example has it
 * @param meanValues values per example that has it; NaN if none has
 * @param totalValues the number of values in all examples
 * @param valueCounts the number of values per example that has it, in 10 buckets of equal mass
 * @param weighted the same by weight, where a weight feature is named
 * @param semanticDomain what the values mean, as far as they tell
 * @param custom what authors' generators found, in name order
 */
public record CommonStatistics(
    long present,
    long missing,
    long minValues,
    long maxValues,
    double meanValues,
    long totalValues,
    Histogram valueCounts,
    Optional<CommonStatistics.Weighted> weighted,
    Optional<SemanticDomain> semanticDomain,
    List<CustomStatistic> custom) {
  public CommonStatistics {
    custom = List.copyOf(custom);
  }

  /** Statistics without weights, meaning, or numbers of authors. */
  public CommonStatistics(
      long present,
      long missing,
      long minValues,
      long maxValues,
      double meanValues,
      long totalValues,
      Histogram valueCounts) {
    this(
        present,
        missing,
        minValues,
        maxValues,
        meanValues,
        totalValues,
        valueCounts,
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /**
   * Examples by their weight.
   *
   * @param present the sum of the weights of the examples that have the feature
   * @param missing the sum of the weights of those that lack it
   * @param meanValues {@code totalValues / present}; NaN if that is 0
   * @param totalValues the sum of the weights of the examples that have the feature, each times its
   *     number of values
   */
  public record Weighted(double present, double missing, double meanValues, double totalValues) {}

  /** The number of examples. */
  public long examples() {
    return present + missing;
  }

  /** The fraction of examples that have the feature; 0 without examples. */
  public double fractionPresent() {
    return examples() == 0 ? 0 : (double) present / examples();
  }
}
