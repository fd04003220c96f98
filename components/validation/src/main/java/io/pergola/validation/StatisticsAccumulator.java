package io.pergola.validation;

import io.pergola.beam.ExampleBatch;
import io.pergola.validation.internal.BatchStatistics;
import java.nio.file.Path;

/**
 * Computes statistics of batches of examples inside any program, without a pipeline and without
 * Beam: the ordinary statistics of {@link StatisticsGen}, of every split and every feature.
 *
 * <p>Not thread-safe: give each thread its own and {@link #merge} them. Merged in another order,
 * numbers that are exact stay the same, and others stay within the errors that they state.
 */
public final class StatisticsAccumulator {
  private final BatchStatistics batches = new BatchStatistics();

  /**
   * Adds examples.
   *
   * @param split whose examples they are, such as {@code train}
   * @param batch every feature must have the same type in all batches of a split; one that a batch
   *     lacks is not counted as missing in it
   * @throws IllegalArgumentException if a feature has another type than before
   */
  public StatisticsAccumulator add(String split, ExampleBatch batch) {
    batches.add(split, batch);
    return this;
  }

  /** Adds everything that the other has seen; do not use the other afterwards. */
  public StatisticsAccumulator merge(StatisticsAccumulator other) {
    batches.merge(other.batches);
    return this;
  }

  /** The statistics of what was added so far. */
  public DatasetStatistics statistics() {
    return batches.statistics();
  }

  /**
   * Writes what {@link StatisticsGen} writes into its artifact: the statistics, and the sketches
   * from which {@link StatisticsFile#merge} merges them with others.
   *
   * @param directory an existing folder
   */
  public void write(Path directory) {
    batches.write(directory);
  }
}
