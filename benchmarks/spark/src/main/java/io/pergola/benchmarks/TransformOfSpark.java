package io.pergola.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.QuantileDiscretizer;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * One process that makes the same features of the same files with Spark ML, {@code local[2]}:
 * StandardScaler, QuantileDiscretizer, StringIndexer and FeatureHasher, fitted and written.
 */
final class TransformOfSpark {
  private static final String[] PLACES = {
    "pickup_latitude", "pickup_longitude", "dropoff_latitude", "dropoff_longitude"
  };

  private TransformOfSpark() {}

  public static void main(String[] args) throws Exception {
    long entered = System.currentTimeMillis();
    Path folder = Files.createTempDirectory("transform");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + Integer.getInteger("threads", 2) + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      long opened = System.currentTimeMillis();
      Dataset<Row> trips =
          spark
              .read()
              .parquet(Path.of(args[0], "train").toString())
              .na()
              .fill(0, new String[] {"fare", "tips", "trip_miles", "trip_seconds"})
              .na()
              .fill("", new String[] {"payment_type", "company"});
      Dataset<Row> crossed =
          new Pipeline()
              .setStages(new PipelineStage[] {buckets(), numbers(), scaled(), payment()})
              .fit(trips)
              .transform(trips)
              .withColumn("pickup", cross("pickup"))
              .withColumn("dropoff", cross("dropoff"))
              .withColumn("generous_tip", col("tips").gt(col("fare").multiply(0.2)));
      Dataset<Row> hashed = crossed;
      for (Map.Entry<String, Integer> each :
          Map.of("pickup", 100, "dropoff", 100, "company", 1_000).entrySet()) {
        hashed =
            new FeatureHasher()
                .setInputCols(new String[] {each.getKey()})
                .setOutputCol(each.getKey() + "_hashed")
                .setNumFeatures(each.getValue())
                .transform(hashed);
      }
      hashed
          .select(
              "scaled",
              "fare_bucket",
              "pickup_hashed",
              "dropoff_hashed",
              "company_hashed",
              "dropoff_community_area",
              "payment_type_id",
              "trip_start_hour",
              "trip_start_day",
              "trip_start_month",
              "generous_tip")
          .write()
          .parquet(folder.resolve("out").toString());
      System.out.printf(
          "enteredMs=%d openedMs=%d jobMs=%d bytes=%d%n",
          entered - ProcessFacts.startedMillis(),
          opened - entered,
          System.currentTimeMillis() - opened,
          ProcessFacts.bytes(folder));
    }
    ProcessFacts.delete(folder);
    ProcessFacts.print();
  }

  private static QuantileDiscretizer buckets() {
    String[] in = new String[PLACES.length + 1];
    String[] out = new String[in.length];
    int[] sizes = new int[in.length];
    for (int i = 0; i < PLACES.length; i++) {
      in[i] = PLACES[i];
      out[i] = PLACES[i] + "_bucket";
      sizes[i] = 10;
    }
    in[PLACES.length] = "fare";
    out[PLACES.length] = "fare_bucket";
    sizes[PLACES.length] = 20;
    return new QuantileDiscretizer()
        .setInputCols(in)
        .setOutputCols(out)
        .setNumBucketsArray(sizes)
        .setHandleInvalid("keep");
  }

  private static VectorAssembler numbers() {
    return new VectorAssembler()
        .setInputCols(new String[] {"fare", "trip_miles", "trip_seconds"})
        .setOutputCol("numbers");
  }

  private static StandardScaler scaled() {
    return new StandardScaler()
        .setInputCol("numbers")
        .setOutputCol("scaled")
        .setWithMean(true)
        .setWithStd(true);
  }

  private static StringIndexer payment() {
    return new StringIndexer()
        .setInputCol("payment_type")
        .setOutputCol("payment_type_id")
        .setHandleInvalid("keep");
  }

  private static Column cross(String end) {
    return concat_ws("_X_", col(end + "_latitude_bucket"), col(end + "_longitude_bucket"));
  }
}
