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
 * @param unreportedSlices how many slices there were no room for
 * @param cross how features go together, where that was asked for
 * @param custom what authors' generators found of whole examples, in name order
 */
public record SplitStatistics(
    String name,
    long examples,
    OptionalDouble weightedExamples,
    List<FeatureStatistics> features,
    List<SliceStatistics> slices,
    long unreportedSlices,
    Optional<CrossStatistics> cross,
    List<CustomStatistic> custom) {
  public SplitStatistics {
    features = List.copyOf(features);
    slices = List.copyOf(slices);
    custom = List.copyOf(custom);
  }

  /** Statistics without weights, slices, or anything across features. */
  public SplitStatistics(String name, long examples, List<FeatureStatistics> features) {
    this(
        name,
        examples,
        OptionalDouble.empty(),
        features,
        List.of(),
        0,
        Optional.empty(),
        List.of());
  }

  /** The statistics of one feature, if the split has it. */
  public Optional<FeatureStatistics> find(String feature) {
    return features.stream().filter(f -> f.name().equals(feature)).findFirst();
  }

  /** The statistics of one slice, if there are any. */
  public Optional<SplitStatistics> slice(SliceKey key) {
    return slices.stream()
        .filter(slice -> slice.key().equals(key))
        .map(SliceStatistics::statistics)
        .findFirst();
  }
}
