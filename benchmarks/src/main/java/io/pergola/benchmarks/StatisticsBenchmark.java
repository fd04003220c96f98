package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Compares StatisticsGen with peers on the same files: whole processes, two threads each, by turns;
 * the medians of some rounds. Start-up is the wall time of the same process on 1,000 rows.
 *
 * <p>Arguments: a working folder, the number of rows, the number of rounds, which {@link
 * StatisticsData} (default taxi), and which peers (default duckdb), of: {@code duckdb}; {@code
 * threads}, the same kernels without Beam; {@code flink}, the same job there; {@code spark}, whose
 * class path is in the system property {@code spark.classpath}.
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

    ProcessSeries ours = new ProcessSeries("pergola", StatisticsOfPergola.class.getName());
    List<ProcessSeries> peers = new ArrayList<>();
    for (String peer : (args.length < 5 ? "duckdb" : args[4]).split(",")) {
      peers.add(peer(peer));
    }
    Peers.compare(ours, peers, tiny, big, rows, rounds);
  }

  private static ProcessSeries peer(String name) {
    return switch (name) {
      case "duckdb" -> new ProcessSeries(name, StatisticsOfDuckDb.class.getName());
      case "threads" -> new ProcessSeries(name, StatisticsOfThreads.class.getName());
      case "flink" ->
          new ProcessSeries(name, StatisticsOfPergola.class.getName()).with("-Dengine=flink");
      case "spark" -> Peers.spark("StatisticsOfSpark");
      default ->
          throw new IllegalArgumentException(
              "Unknown peer: %s (duckdb, threads, flink or spark)".formatted(name));
    };
  }
}
