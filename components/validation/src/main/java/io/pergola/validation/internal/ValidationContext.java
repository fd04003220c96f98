package io.pergola.validation.internal;

import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.SplitStatistics;
import java.util.Optional;

/**
 * What statistics are validated for and compared with.
 *
 * @param environment in which they were taken; empty if all features are expected
 * @param previousSpan what drift is measured from
 * @param serving what skew is measured from
 * @param previousVersion the same span as it was before
 */
public record ValidationContext(
    Optional<String> environment,
    Optional<DatasetStatistics> previousSpan,
    Optional<DatasetStatistics> serving,
    Optional<DatasetStatistics> previousVersion) {

  /** No environment, and nothing to compare with. */
  public static final ValidationContext NONE =
      new ValidationContext(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The split to compare one with: of the same name, or the only one there is. */
  static Optional<SplitStatistics> split(Optional<DatasetStatistics> statistics, String name) {
    if (statistics.isEmpty()) {
      return Optional.empty();
    }
    Optional<SplitStatistics> same = statistics.get().find(name);
    return same.isEmpty() && statistics.get().splits().size() == 1
        ? Optional.of(statistics.get().splits().get(0))
        : same;
  }
}
