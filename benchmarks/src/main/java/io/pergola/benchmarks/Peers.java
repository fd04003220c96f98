package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Runs a job of ours and its peers by turns on the same input, and prints what each took. */
final class Peers {
  private static final String[] SPARK_OPENS =
      Stream.of("lang", "lang.invoke", "nio", "util")
          .map("--add-opens=java.base/java.%s=ALL-UNNAMED"::formatted)
          .toArray(String[]::new);

  private Peers() {}

  /** A program on the class path that the system property {@code spark.classpath} has. */
  static ProcessSeries spark(String program) {
    return new ProcessSeries("spark", "io.pergola.benchmarks." + program)
        .onClassPath(System.getProperty("spark.classpath", ""))
        .with("-Xmx4g")
        .with(SPARK_OPENS);
  }

  static void compare(
      ProcessSeries ours, List<ProcessSeries> peers, Path tiny, Path big, long rows, int rounds)
      throws Exception {
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
}
