package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.Locale;

/**
 * Compares StatisticsGen with DuckDB on the same files: whole processes, two threads each, by
 * turns; the medians of some rounds. Start-up is the wall time of the same process on 1,000 rows.
 *
 * <p>Arguments: a working folder, the number of rows, the number of rounds, and which {@link
 * StatisticsData}; default taxi.
 */
final class StatisticsBenchmark {
  private static final int TINY = 1_000;

  private StatisticsBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    long rows = Long.parseLong(args[1]);
    int rounds = Integer.parseInt(args[2]);
    StatisticsData data =
        args.length < 4
            ? StatisticsData.TAXI
            : StatisticsData.valueOf(args[3].toUpperCase(Locale.ROOT));
    Path big = data.in(folder, rows);
    Path tiny = data.in(folder, TINY);

    ProcessSeries ours = new ProcessSeries("pergola", StatisticsOfPergola.class);
    ProcessSeries duck = new ProcessSeries("duckdb", StatisticsOfDuckDb.class);
    for (int round = 0; round < rounds; round++) {
      ours.run(tiny, big);
      duck.run(tiny, big);
    }
    System.out.printf(Locale.ROOT, "%nrows %,d, medians of %d%n", rows, rounds);
    ours.print(rows, "rows");
    duck.print(rows, "rows");
    ours.printAgainst(duck);
  }
}
