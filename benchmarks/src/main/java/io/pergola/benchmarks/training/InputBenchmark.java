package io.pergola.benchmarks.training;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.training.ExampleForm;
import io.pergola.training.internal.ExampleReader;
import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.ExampleStream;
import io.pergola.transform.FittedPlan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Rows a second of what feeds a training, alone: row groups of Parquet read, turned into rows of
 * float32, shuffled and handed out in batches of 1,024 to a thread that does nothing with them. An
 * epoch of examples that fit into memory, the first, which reads them, and the later ones, which
 * only shuffle; and an epoch of examples that are read anew each time, as those are that do not
 * fit. Medians, without the first turn. {@link TrainingBenchmark} says what a network makes of as
 * many rows on the same machine.
 *
 * <p>Arguments: rows (1,000,000) and turns (7).
 */
public final class InputBenchmark {
  private static final int BATCH = 1_024;
  private static final long SMALL_POOL = 8L << 20;

  private InputBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    System.out.printf(
        "%-34s %16s %16s %16s%n", "rows a second", "first epoch", "later epochs", "read each time");
    measure("3 dense + 12 ids", TrainingData.of(rows, 3, TrainingData.TAXI, 1), turns);
    measure("20 dense", TrainingData.of(rows, 20, new int[0], 1), turns);
  }

  private static void measure(String name, TrainingData data, int turns) throws Exception {
    Path folder = Files.createTempDirectory("pergola-input-benchmark");
    try {
      data.write(folder);
      ExampleReader reader =
          ExampleReader.of(ExampleForm.TRANSFORMED, FittedPlan.read(folder.resolve("graph")));
      List<RowGroup> groups = ExampleFiles.rowGroups(folder.resolve("examples"));
      double[] first = new double[turns];
      double[] later = new double[turns];
      double[] each = new double[turns];
      for (int turn = -1; turn < turns; turn++) {
        int at = Math.max(0, turn);
        try (ExampleStream stream =
            new ExampleStream(groups, reader, turn, ExampleStream.POOL_BYTES)) {
          first[at] = rowsPerSecond(stream, data.rows());
          later[at] = rowsPerSecond(stream, data.rows());
        }
        try (ExampleStream stream = new ExampleStream(groups, reader, turn, SMALL_POOL)) {
          each[at] = rowsPerSecond(stream, data.rows());
        }
      }
      System.out.printf(
          Locale.ROOT,
          "%-34s %,16.0f %,16.0f %,16.0f%n",
          name,
          median(first),
          median(later),
          median(each));
    } finally {
      TrainingBenchmark.delete(folder);
    }
  }

  private static double rowsPerSecond(ExampleStream stream, int rows) {
    long start = System.nanoTime();
    for (int at = 0; at < rows; at += BATCH) {
      ExampleRows batch = stream.next(BATCH);
      if (batch.rows() != BATCH) {
        throw new IllegalStateException("A batch has %d rows.".formatted(batch.rows()));
      }
    }
    return rows * 1e9 / (System.nanoTime() - start);
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
