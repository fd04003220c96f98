package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares Transform (fit the taxi plan, apply it, write the features) with peers on the same
 * files: whole processes, two threads each, by turns; the medians of some rounds.
 *
 * <p>Arguments: a working folder, the number of rows, the number of rounds, and which peers
 * (default threads), of: {@code threads}, the same kernels without Beam; {@code spark}, Spark ML,
 * whose class path is in the system property {@code spark.classpath}.
 */
final class TransformBenchmark {
  private static final int TINY = 1_000;

  private TransformBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    long rows = Long.parseLong(args[1]);
    List<ProcessSeries> peers = new ArrayList<>();
    for (String peer : (args.length < 4 ? "threads" : args[3]).split(",")) {
      peers.add(peer(peer));
    }
    Peers.compare(
        new ProcessSeries("pergola", TransformOfPergola.class.getName()),
        peers,
        StatisticsData.TAXI.in(folder, TINY),
        StatisticsData.TAXI.in(folder, rows),
        rows,
        Integer.parseInt(args[2]));
  }

  private static ProcessSeries peer(String name) {
    return switch (name) {
      case "threads" -> new ProcessSeries(name, TransformOfThreads.class.getName());
      case "spark" -> Peers.spark("TransformOfSpark");
      default ->
          throw new IllegalArgumentException("Unknown peer: %s (threads or spark)".formatted(name));
    };
  }
}
