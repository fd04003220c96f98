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
 * @param nesting presence and numbers of values level by level, from the outermost, where values
 *     are lists of lists; empty where they are not. Only statistics of other tools have any
 * @param derived what the feature was derived from; empty for a feature of the examples
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
    List<CustomStatistic> custom,
    List<NestLevel> nesting,
    Optional<DerivedSource> derived) {
  public CommonStatistics {
    nesting = List.copyOf(nesting);
    custom = List.copyOf(custom);
  }

  /** Statistics of a feature of the examples, whose values are not nested. */
  public CommonStatistics(
      long present,
      long missing,
      long minValues,
      long maxValues,
      double meanValues,
      long totalValues,
      Histogram valueCounts,
      Optional<Weighted> weighted,
      Optional<SemanticDomain> semanticDomain,
      List<CustomStatistic> custom) {
    this(
        present,
        missing,
        minValues,
        maxValues,
        meanValues,
        totalValues,
        valueCounts,
        weighted,
        semanticDomain,
        custom,
        List.of(),
        Optional.empty());
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

  /**
   * One level of lists of lists.
   *
   * @param present how many lists there are
   * @param missing how many are missing where the list around them is there
   * @param minValues the least number of values of a list
   * @param maxValues the greatest number of values of a list
   * @param totalValues the number of values of all lists
   */
  public record NestLevel(
      long present, long missing, long minValues, long maxValues, long totalValues) {}

  /** The number of examples. */
  public long examples() {
    return present + missing;
  }

  /** The fraction of examples that have the feature; 0 without examples. */
  public double fractionPresent() {
    return examples() == 0 ? 0 : (double) present / examples();
  }
}
