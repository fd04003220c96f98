package io.pergola.validation.internal;

import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.ExampleValidator.Slices;
import io.pergola.validation.SplitStatistics;
import java.util.Optional;

/**
 * What statistics are validated for and compared with.
 *
 * @param environment in which they were taken; empty if all features are expected
 * @param previousSpan what drift is measured from
 * @param serving what skew is measured from
 * @param previousVersion the same span as it was before
 * @param slices whether those of the statistics are validated as well
 */
public record ValidationContext(
    Optional<String> environment,
    Optional<DatasetStatistics> previousSpan,
    Optional<DatasetStatistics> serving,
    Optional<DatasetStatistics> previousVersion,
    Slices slices) {

  /** Of splits, not of slices. */
  public ValidationContext(
      Optional<String> environment,
      Optional<DatasetStatistics> previousSpan,
      Optional<DatasetStatistics> serving,
      Optional<DatasetStatistics> previousVersion) {
    this(environment, previousSpan, serving, previousVersion, Slices.IGNORED);
  }

  /** No environment, and nothing to compare with. */
  public static final ValidationContext NONE =
      new ValidationContext(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /** The statistics to compare those of findings with: of the same slice of {@link #split}. */
  static Optional<SplitStatistics> part(Optional<DatasetStatistics> statistics, Findings of) {
    Optional<SplitStatistics> split = split(statistics, of.split());
    return of.slice().isEmpty() ? split : split.flatMap(all -> all.slice(of.slice().get()));
  }

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
