package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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
  private static final String[] SPARK_OPENS =
      Stream.of("lang", "lang.invoke", "nio", "util")
          .map("--add-opens=java.base/java.%s=ALL-UNNAMED"::formatted)
          .toArray(String[]::new);

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
    for (int round = 0; round < rounds; round++) {
      ours.run(tiny, big);
      for (ProcessSeries peer : peers) {
        peer.run(tiny, big);
      }
    }
    System.out.printf(Locale.ROOT, "%nrows %,d, medians of %d%n", rows, rounds);
    ours.print(rows, "rows");
    for (ProcessSeries peer : peers) {
      peer.print(rows, "rows");
    }
    peers.forEach(ours::printAgainst);
  }

  private static ProcessSeries peer(String name) {
    return switch (name) {
      case "duckdb" -> new ProcessSeries(name, StatisticsOfDuckDb.class.getName());
      case "threads" -> new ProcessSeries(name, StatisticsOfThreads.class.getName());
      case "flink" ->
          new ProcessSeries(name, StatisticsOfPergola.class.getName()).with("-Dengine=flink");
      case "spark" ->
          new ProcessSeries(name, "io.pergola.benchmarks.StatisticsOfSpark")
              .onClassPath(System.getProperty("spark.classpath", ""))
              .with("-Xmx4g")
              .with(SPARK_OPENS);
      default ->
          throw new IllegalArgumentException(
              "Unknown peer: %s (duckdb, threads, flink or spark)".formatted(name));
    };
  }
}
