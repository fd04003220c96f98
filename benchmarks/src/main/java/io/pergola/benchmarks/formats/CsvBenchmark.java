package io.pergola.benchmarks.formats;

import io.pergola.benchmarks.ProcessSeries;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Compares CsvExampleGen, with a record class and with inferred types, with DuckDB's COPY from CSV
 * to Parquet: whole processes, two threads each, by turns; the medians of some rounds. Start-up is
 * the wall time of the same process on a file of 100 KB.
 *
 * <p>Arguments: a working folder, the megabytes of the file (or {@code small}, 100,000 files of 1
 * KB), and the number of rounds.
 */
final class CsvBenchmark {
  private static final int SMALL_FILES = 100_000;

  private CsvBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    int rounds = Integer.parseInt(args[2]);
    Path tiny = TripsCsv.in(folder, "trips-tiny.csv", 100_000);
    boolean small = args[1].equals("small");
    double megabytes = small ? SMALL_FILES / 1_000.0 : Integer.parseInt(args[1]);
    Path input =
        small
            ? TripsCsv.small(folder, SMALL_FILES)
            : TripsCsv.in(
                folder, "trips-%s.csv".formatted(args[1]), (long) (megabytes * 1_000_000));

    String examples = folder.resolve("examples").toString();
    ProcessSeries typed =
        new ProcessSeries("typed", CsvOfPergola.class.getName(), examples, "typed");
    ProcessSeries untyped =
        new ProcessSeries("untyped", CsvOfPergola.class.getName(), examples, "untyped");
    ProcessSeries duck =
        new ProcessSeries(
            "duckdb", CsvOfDuckDb.class.getName(), folder.resolve("duck.parquet").toString());
    List<ProcessSeries> all = List.of(typed, untyped, duck);
    for (int round = 0; round < rounds; round++) {
      for (ProcessSeries series : all) {
        series.run(tiny, input);
      }
    }
    System.out.printf(
        Locale.ROOT, "%n%s, %,.0f MB, medians of %d%n", input.getFileName(), megabytes, rounds);
    for (ProcessSeries series : all) {
      series.print(megabytes, "MB");
    }
    typed.printAgainst(duck);
    untyped.printAgainst(duck);
    Files.deleteIfExists(folder.resolve("duck.parquet"));
  }
}
