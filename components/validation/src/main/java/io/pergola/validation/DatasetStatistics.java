package io.pergola.validation;

import java.util.List;
import java.util.Optional;

/**
 * Statistics of examples, split by split: what {@code statistics.json} holds.
 *
 * @param splits in name order
 * @param weight the feature that says how much an example counts, where one is named
 */
public record DatasetStatistics(List<SplitStatistics> splits, Optional<String> weight) {
  public DatasetStatistics {
    splits = List.copyOf(splits);
  }

  /** Statistics without weights. */
  public DatasetStatistics(List<SplitStatistics> splits) {
    this(splits, Optional.empty());
  }

  /** The statistics of one split, if the examples have it. */
  public Optional<SplitStatistics> find(String split) {
    return splits.stream().filter(s -> s.name().equals(split)).findFirst();
  }

  /** The number of examples in all splits. */
  public long examples() {
    return splits.stream().mapToLong(SplitStatistics::examples).sum();
  }
}
