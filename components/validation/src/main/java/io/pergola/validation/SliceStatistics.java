package io.pergola.validation;

/**
 * Statistics of some examples of a split.
 *
 * @param key which examples
 * @param statistics of these examples: what a split has, but no slices of its own; named after the
 *     split
 */
public record SliceStatistics(SliceKey key, SplitStatistics statistics) {
  public SliceStatistics {
    if (key.equals(SliceKey.OVERALL)) {
      throw new IllegalArgumentException("Invalid slice: no feature (must have at least one)");
    }
    if (!statistics.slices().isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid slice %s: it has slices (must have none)".formatted(key));
    }
  }
}
