package io.pergola.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/**
 * One process that computes the same statistics of the same files with Spark, {@code local[2]}: one
 * aggregation of all columns, and the top 20 of each text column.
 */
final class StatisticsOfSpark {
  private StatisticsOfSpark() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + Integer.getInteger("threads", 2) + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      long opened = System.currentTimeMillis();
      Dataset<Row> examples = spark.read().parquet(Path.of(args[0], "train").toString());
      examples.createOrReplaceTempView("examples");
      List<String> select = new ArrayList<>(List.of("count(*)"));
      for (StructField field : examples.schema().fields()) {
        select.addAll(aggregates('`' + field.name() + '`', field.dataType() instanceof NumericType));
      }
      Row row = spark.sql("SELECT %s FROM examples".formatted(String.join(", ", select))).head();
      for (StructField field : examples.schema().fields()) {
        if (!(field.dataType() instanceof NumericType)) {
          spark
              .sql(
                  "SELECT `%1$s`, count(*) AS n FROM examples GROUP BY `%1$s` ORDER BY n DESC LIMIT 20"
                      .formatted(field.name()))
              .collectAsList();
        }
      }
      System.out.printf(
          "rows=%d enteredMs=%d openedMs=%d queryMs=%d%n",
          row.getLong(0),
          entered - ProcessFacts.startedMillis(),
          opened - entered,
          System.currentTimeMillis() - opened);
    }
    ProcessFacts.print();
  }

  private static List<String> aggregates(String c, boolean number) {
    List<String> select = new ArrayList<>();
    select.add("count(%s)".formatted(c));
    select.add("approx_count_distinct(%s)".formatted(c));
    if (number) {
      for (String function : List.of("avg", "stddev_pop", "min", "max")) {
        select.add("%s(%s)".formatted(function, c));
      }
      select.add("count_if(%s = 0)".formatted(c));
      select.add(
          "approx_percentile(%s, array(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), 1000)"
              .formatted(c));
    } else {
      for (String function : List.of("avg", "min", "max")) {
        select.add("%s(octet_length(%s))".formatted(function, c));
      }
    }
    return select;
  }
}
