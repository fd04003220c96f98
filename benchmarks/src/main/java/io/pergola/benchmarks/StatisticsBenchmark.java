package io.pergola.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

    Series ours = new Series("pergola", StatisticsOfPergola.class, new ArrayList<>());
    Series duck = new Series("duckdb", StatisticsOfDuckDb.class, new ArrayList<>());
    for (int round = 0; round < rounds; round++) {
      for (Series series : List.of(ours, duck)) {
        Run start = run(series.main, tiny);
        Run run = run(series.main, big);
        series.runs.add(
            new double[] {
              start.seconds, run.seconds, run.peakMb, run.cpuSeconds, start.cpuSeconds
            });
        System.out.printf(
            Locale.ROOT,
            "%s: start-up %.2f s, all %.2f s, peak %.0f MB, CPU %.1f s | %s%n",
            series.name,
            start.seconds,
            run.seconds,
            run.peakMb,
            run.cpuSeconds,
            run.line);
      }
    }
    System.out.printf(Locale.ROOT, "%nrows %,d, medians of %d%n", rows, rounds);
    for (Series series : List.of(ours, duck)) {
      System.out.printf(
          Locale.ROOT,
          "%-8s start-up %6.2f s  whole process %6.2f s %,12.0f rows/s  after start-up %6.2f s"
              + " %,12.0f rows/s  peak %5.0f MB  CPU %6.1f s, %5.1f s of it at start-up%n",
          series.name,
          series.median(0),
          series.median(1),
          rows / series.median(1),
          series.afterStart(),
          rows / series.afterStart(),
          series.median(2),
          series.median(3),
          series.median(4));
    }
    System.out.printf(
        Locale.ROOT,
        "speed against DuckDB: whole process %.2f, after start-up %.2f; by CPU after start-up %.2f%n",
        duck.median(1) / ours.median(1),
        duck.afterStart() / ours.afterStart(),
        duck.cpuAfterStart() / ours.cpuAfterStart());
  }

  private static Run run(Class<?> main, Path examples) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(System.getProperty("jvm", "-Xmx1g").split(" ")));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            main.getName(),
            examples.toString()));
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int exit = process.waitFor();
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (exit != 0) {
      throw new IllegalStateException(
          "Cannot measure %s: it ended with %d. %s".formatted(main.getName(), exit, output));
    }
    String line = output.replace('\n', ' ');
    return new Run(seconds, fact(line, "peakMb"), fact(line, "cpuMs") / 1_000, line);
  }

  private static double fact(String line, String name) {
    return Double.parseDouble(line.replaceAll(".*" + name + "=(\\d+).*", "$1"));
  }

  private record Run(double seconds, double peakMb, double cpuSeconds, String line) {}

  private record Series(String name, Class<?> main, List<double[]> runs) {
    double median(int fact) {
      double[] values = runs.stream().mapToDouble(run -> run[fact]).sorted().toArray();
      return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }

    double cpuAfterStart() {
      return median(3) - median(4);
    }

    double afterStart() {
      return median(1) - median(0);
    }
  }
}
