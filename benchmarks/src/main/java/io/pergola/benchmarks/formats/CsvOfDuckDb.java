package io.pergola.benchmarks.formats;

import io.pergola.benchmarks.ProcessFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/**
 * One process that turns CSV into Parquet by one statement of DuckDB.
 *
 * <p>Arguments: the path of the CSV, and the file to write, which is deleted afterwards.
 */
final class CsvOfDuckDb {
  private CsvOfDuckDb() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    long rows;
    String source = Files.isDirectory(Path.of(args[0])) ? args[0] + "/**/*.csv" : args[0];
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads TO " + Integer.getInteger("threads", 2));
      rows =
          statement.executeUpdate(
              "COPY (SELECT * FROM read_csv('%s')) TO '%s' (FORMAT parquet, COMPRESSION snappy)"
                  .formatted(source, args[1]));
    }
    System.out.printf(
        "rows=%d bytes=%d enteredMs=%d jobMs=%d%n",
        rows,
        Files.size(Path.of(args[1])),
        entered - ProcessFacts.startedMillis(),
        System.currentTimeMillis() - entered);
    Files.delete(Path.of(args[1]));
    ProcessFacts.print();
  }
}
