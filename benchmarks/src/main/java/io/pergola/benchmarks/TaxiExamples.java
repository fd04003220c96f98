package io.pergola.benchmarks;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Writes made-up taxi trips as examples: 18 columns, with the real data's types and gaps. */
final class TaxiExamples {
  private static final int ROWS_PER_FILE = 5_000_000;
  private static final int ROWS_PER_BATCH = 65_536;
  private static final String[] PAYMENTS = {
    "Cash", "Credit Card", "No Charge", "Unknown", "Dispute", "Prcard", "Pcard"
  };

  static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              Field.of("pickup_community_area", ColumnType.INT),
              Field.of("fare", ColumnType.FLOAT),
              Field.of("trip_start_month", ColumnType.INT),
              Field.of("trip_start_hour", ColumnType.INT),
              Field.of("trip_start_day", ColumnType.INT),
              Field.of("trip_start_timestamp", ColumnType.INT),
              Field.of("pickup_latitude", ColumnType.FLOAT),
              Field.of("pickup_longitude", ColumnType.FLOAT),
              Field.of("dropoff_latitude", ColumnType.FLOAT),
              Field.of("dropoff_longitude", ColumnType.FLOAT),
              Field.of("trip_miles", ColumnType.FLOAT),
              Field.of("pickup_census_tract", ColumnType.INT),
              Field.of("dropoff_census_tract", ColumnType.INT),
              Field.of("payment_type", ColumnType.TEXT),
              Field.of("company", ColumnType.TEXT),
              Field.of("trip_seconds", ColumnType.INT),
              Field.of("dropoff_community_area", ColumnType.INT),
              Field.of("tips", ColumnType.FLOAT)));

  private TaxiExamples() {}

  /** Writes the trips into split {@code train} of an examples directory. */
  static void write(Path examples, long rows) throws IOException {
    write(examples, rows, 20_130_101);
  }

  /** The same, other trips for each seed. */
  static void write(Path examples, long rows, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> companies = new ArrayList<>();
    for (int i = 0; i < 130; i++) {
      companies.add("Taxi Affiliation of District %03d".formatted(i));
    }
    long left = rows;
    for (int part = 0; left > 0; part++) {
      long size = Math.min(left, ROWS_PER_FILE);
      try (ExampleFileWriter file =
          ExampleFileWriter.open(ExampleFiles.partFile(examples, "train", part), SCHEMA)) {
        ExampleBatchBuilder batch = new ExampleBatchBuilder(SCHEMA);
        for (long i = 0; i < size; i++) {
          row(batch, random, companies);
          if (batch.rows() == ROWS_PER_BATCH) {
            file.write(batch.build());
          }
        }
        if (batch.rows() > 0) {
          file.write(batch.build());
        }
      }
      left -= size;
    }
  }

  private static void row(
      ExampleBatchBuilder batch, SplittableRandom random, List<String> companies) {
    int area = 1 + skewed(random, 77);
    if (random.nextInt(10) > 0) {
      batch.putLong(0, area);
    }
    double miles = random.nextInt(5) == 0 ? 0 : -Math.log(1 - random.nextDouble()) * 3.5;
    float roundedMiles = Math.round(miles * 10) / 10f;
    double fare = 3.25 + miles * 2.25 + random.nextDouble() * 2;
    batch.putFloat(1, Math.round(fare * 20) / 20f);
    batch.putLong(2, 1 + random.nextInt(12));
    batch.putLong(3, random.nextInt(24));
    batch.putLong(4, 1 + random.nextInt(7));
    batch.putLong(5, 1_356_998_400L + 900L * random.nextInt(140_000));
    if (random.nextInt(3) > 0) {
      batch.putFloat(6, (float) (41.65 + random.nextDouble() * 0.37));
      batch.putFloat(7, (float) (-87.92 + random.nextDouble() * 0.39));
    }
    if (random.nextInt(3) > 0) {
      batch.putFloat(8, (float) (41.65 + random.nextDouble() * 0.37));
      batch.putFloat(9, (float) (-87.92 + random.nextDouble() * 0.39));
    }
    batch.putFloat(10, roundedMiles);
    if (random.nextInt(4) == 0) {
      batch.putLong(11, 17_031_000_000L + 100L * random.nextInt(8_000));
    }
    if (random.nextInt(4) > 0) {
      batch.putLong(12, 17_031_000_000L + 100L * random.nextInt(8_000));
    }
    int payment = skewed(random, PAYMENTS.length);
    batch.putText(13, PAYMENTS[payment]);
    if (random.nextInt(3) > 0) {
      batch.putText(14, companies.get(skewed(random, companies.size())));
    }
    batch.putLong(15, 60L * (long) (miles * 4 + random.nextDouble() * 5));
    if (random.nextInt(20) > 0) {
      batch.putLong(16, 1 + skewed(random, 77));
    }
    float tips = payment == 1 ? (float) (fare * 0.1 * random.nextDouble() * 4) : 0f;
    batch.putFloat(17, Math.round(tips * 100) / 100f);
    batch.endRow();
  }

  private static int skewed(SplittableRandom random, int bound) {
    double u = random.nextDouble();
    return (int) (u * u * u * bound);
  }
}
