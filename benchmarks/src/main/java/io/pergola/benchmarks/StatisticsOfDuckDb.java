package io.pergola.benchmarks;

import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema.Field;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** One process that computes the same statistics of the same files by one query of DuckDB. */
final class StatisticsOfDuckDb {
  private StatisticsOfDuckDb() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads TO " + Integer.getInteger("threads", 2));
      long opened = System.currentTimeMillis();
      try (ResultSet row = statement.executeQuery(query(Path.of(args[0])))) {
        row.next();
        int columns = row.getMetaData().getColumnCount();
        for (int i = 1; i <= columns; i++) {
          row.getObject(i);
        }
        long done = System.currentTimeMillis();
        System.out.printf(
            "rows=%d enteredMs=%d openedMs=%d queryMs=%d%n",
            row.getLong(1),
            entered - ProcessFacts.startedMillis(),
            opened - entered,
            done - opened);
      }
    }
    ProcessFacts.print();
  }

  /** One query; features with several values come from their own, which it joins. */
  private static String query(Path examples) {
    String source = "read_parquet('%s/train/*.parquet')".formatted(examples);
    List<String> select = new ArrayList<>();
    List<String> joins = new ArrayList<>();
    select.add("count(*)");
    for (Field field : ExampleFiles.schema(examples).columns()) {
      String c = '"' + field.name() + '"';
      select.add("count(%s)".formatted(c));
      select.add("count(*) - count(%s)".formatted(c));
      if (field.multivalent()) {
        select.add("min(len(%s)), max(len(%s)), avg(len(%s))".formatted(c, c, c));
        List<String> ofValues = values("v", field);
        joins.add(
            "(SELECT %s FROM (SELECT unnest(%s) AS v FROM %s))"
                .formatted(String.join(", ", ofValues), c, source));
      } else {
        select.addAll(values(c, field));
      }
    }
    String all = "(SELECT %s FROM %s)".formatted(String.join(", ", select), source);
    return joins.isEmpty() ? all : "SELECT * FROM %s, %s".formatted(all, String.join(", ", joins));
  }

  private static List<String> values(String c, Field field) {
    List<String> select = new ArrayList<>();
    select.add("approx_count_distinct(%s)".formatted(c));
    if (field.type().isNumber()) {
      select.add("avg(%s)".formatted(c));
      select.add("stddev_pop(%s)".formatted(c));
      select.add("min(%s)".formatted(c));
      select.add("max(%s)".formatted(c));
      select.add("count_if(%s = 0)".formatted(c));
      select.add("approx_quantile(%s, [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9])".formatted(c));
    } else {
      select.add("avg(strlen(%s))".formatted(c));
      select.add("min(strlen(%s))".formatted(c));
      select.add("max(strlen(%s))".formatted(c));
      select.add("approx_top_k(%s, 20)".formatted(c));
    }
    return select;
  }
}
