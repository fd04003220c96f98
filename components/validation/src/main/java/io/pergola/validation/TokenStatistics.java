package io.pergola.validation;

import java.util.List;

/**
 * Statistics of the tokens of one feature: {@code NaturalLanguageStatistics} of {@code
 * tensorflow.metadata.v0}. The tokens of an example are its sequence. What {@link Tokens} leaves
 * out counts nowhere but in {@code reported} and in positions.
 *
 * @param feature its name
 * @param tokens how many tokens there are in all examples; 0 where another tool did not say
 * @param coverage the fraction of the tokens that are in the vocabulary; NaN without tokens
 * @param averageLength mean number of characters (code points) of the tokens in the vocabulary; NaN
 *     without any
 * @param lengths their lengths in 10 buckets of equal mass
 * @param minSequence the least number of tokens of an example that has any; 0 if none has
 * @param maxSequence the greatest such number
 * @param meanSequence the mean of it; NaN if no example has any, or another tool did not say
 * @param sequences these numbers in 10 buckets of equal mass
 * @param ranks the most frequent tokens of the vocabulary, 1,000 at most: frequency descending,
 *     then token in byte order descending
 * @param frequencyError how far their counts can be below the true ones; 0 where they are exact
 * @param reported the tokens that were asked for, in their own order
 */
public record TokenStatistics(
    String feature,
    long tokens,
    double coverage,
    double averageLength,
    Histogram lengths,
    long minSequence,
    long maxSequence,
    double meanSequence,
    Histogram sequences,
    List<ValueCount> ranks,
    long frequencyError,
    List<TokenStatistics.Reported> reported) {
  public TokenStatistics {
    ranks = List.copyOf(ranks);
    reported = List.copyOf(reported);
  }

  /**
   * One token that was asked for.
   *
   * @param frequency how often it occurs
   * @param fractionOfSequences the fraction of the examples that have the feature in which it
   *     occurs
   * @param minPerSequence how often it occurs in an example with tokens, at least
   * @param maxPerSequence at most
   * @param meanPerSequence on average where it occurs; NaN where it never does
   * @param positions where it occurs, in tenths of a sequence; only tenths in which it does
   */
  public record Reported(
      String token,
      long frequency,
      double fractionOfSequences,
      long minPerSequence,
      long maxPerSequence,
      double meanPerSequence,
      Histogram positions) {}
}
