package io.pergola.validation.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.validation.DatasetStatistics;
import java.nio.file.Path;

/** The state of ordinary statistics and the arrays to add batches with. Not thread-safe. */
public final class BatchStatistics {
  private final StatisticsState state = new StatisticsState(StatisticsRecipe.PLAIN);
  private final ExamplesAccumulator.Scans scans = new ExamplesAccumulator.Scans();

  public void add(String split, ExampleBatch batch) {
    state.add(split, batch, scans, StatisticsRecipe.PLAIN);
  }

  public void merge(BatchStatistics other) {
    state.merge(other.state);
  }

  public DatasetStatistics statistics() {
    return state.statistics();
  }

  public void write(Path directory) {
    state.writeFiles(directory);
  }
}
