package io.pergola.validation;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Statistics of one split, or of one slice of it.
 *
 * @param name of the split, such as {@code train}
 * @param examples the number of examples; 0 is allowed
 * @param weightedExamples the sum of their weights, where a weight feature is named
 * @param features one per column, in file order
 * @param slices the same of some of the examples, in key order
 * @param otherSlices the slices that there was no room for, by slicing; none where there was
 * @param cross how features go together, where that was asked for
 * @param custom what authors' generators found of whole examples, in name order
 * @param tokens of the features whose values were looked at as tokens, in file order
 */
public record SplitStatistics(
    String name,
    long examples,
    OptionalDouble weightedExamples,
    List<FeatureStatistics> features,
    List<SliceStatistics> slices,
    List<OtherSlices> otherSlices,
    Optional<CrossStatistics> cross,
    List<CustomStatistic> custom,
    List<TokenStatistics> tokens) {
  public SplitStatistics {
    features = List.copyOf(features);
    slices = List.copyOf(slices);
    otherSlices = List.copyOf(otherSlices);
    custom = List.copyOf(custom);
    tokens = List.copyOf(tokens);
  }

  /** Statistics without weights, slices, tokens, or anything across features. */
  public SplitStatistics(String name, long examples, List<FeatureStatistics> features) {
    this(
        name,
        examples,
        OptionalDouble.empty(),
        features,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /** With other features. */
  public SplitStatistics features(List<FeatureStatistics> features) {
    return copy(features, slices, cross);
  }

  /** With other slices. */
  public SplitStatistics slices(List<SliceStatistics> slices) {
    return copy(features, slices, cross);
  }

  /** With other statistics across features. */
  public SplitStatistics cross(Optional<CrossStatistics> cross) {
    return copy(features, slices, cross);
  }

  private SplitStatistics copy(
      List<FeatureStatistics> features,
      List<SliceStatistics> slices,
      Optional<CrossStatistics> cross) {
    return new SplitStatistics(
        name, examples, weightedExamples, features, slices, otherSlices, cross, custom, tokens);
  }

  /** How many slices there was no room for, of all slicings. */
  public long unreportedSlices() {
    return otherSlices.stream().mapToLong(OtherSlices::slices).sum();
  }

  /** The statistics of one feature, if the split has it. */
  public Optional<FeatureStatistics> find(String feature) {
    return features.stream().filter(f -> f.name().equals(feature)).findFirst();
  }

  /** The statistics of the tokens of one feature, if there are any. */
  public Optional<TokenStatistics> findTokens(String feature) {
    return tokens.stream().filter(each -> each.feature().equals(feature)).findFirst();
  }

  /** The statistics of one slice, if there are any. */
  public Optional<SplitStatistics> slice(SliceKey key) {
    return slices.stream()
        .filter(slice -> slice.key().equals(key))
        .map(SliceStatistics::statistics)
        .findFirst();
  }
}
