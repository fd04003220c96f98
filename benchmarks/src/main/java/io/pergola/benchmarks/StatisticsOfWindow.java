package io.pergola.benchmarks;

import io.pergola.artifact.Statistics;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;

/**
 * Prints what statistics of a day and of windows of thirty days cost.
 *
 * <p>Arguments: a working folder, and the number of rows of a day.
 */
final class StatisticsOfWindow {
  private StatisticsOfWindow() {}

  public static void main(String[] args) throws Exception {
    new Windows<>(
            Path.of(args[0]),
            Long.parseLong(args[1]),
            StatisticsGen.of(Windows.EXAMPLES),
            Statistics.class,
            Statistics::new,
            made -> StatisticsFile.read(made).examples())
        .print();
    System.exit(0);
  }
}
