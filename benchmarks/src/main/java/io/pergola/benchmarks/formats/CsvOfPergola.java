package io.pergola.benchmarks.formats;

import io.pergola.artifact.Row;
import io.pergola.benchmarks.ExampleGenRun;
import io.pergola.benchmarks.ProcessFacts;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.examplegen.ExampleGen;
import java.nio.file.Path;

/**
 * One process that turns CSV into examples as a pipeline's node does.
 *
 * <p>Arguments: the path of the CSV, a folder to write to, and {@code typed} or {@code untyped}.
 */
final class CsvOfPergola {
  private CsvOfPergola() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    Path source = Path.of(args[0]);
    long rows =
        args[2].equals("typed")
            ? rows(CsvExampleGen.of(TripsCsv.Trip.class).from(source), args[1])
            : CsvOfPergola.<Row>rows(CsvExampleGen.untyped().from(source), args[1]);
    System.out.printf(
        "rows=%d enteredMs=%d jobMs=%d%n",
        rows, entered - ProcessFacts.startedMillis(), System.currentTimeMillis() - entered);
    ProcessFacts.print();
    System.exit(0);
  }

  private static <R extends Record> long rows(ExampleGen<R, ?> gen, String folder)
      throws Exception {
    return ExampleGenRun.rows(gen, Path.of(folder), Integer.getInteger("threads", 2));
  }
}
