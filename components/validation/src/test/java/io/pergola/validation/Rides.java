package io.pergola.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ExampleSchema.Field;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Examples with all that statistics can be asked for: rides, some of their values missing. */
final class Rides {
  static final ExampleSchema RIDES =
      new ExampleSchema(
          List.of(
              Field.of("fare", ColumnType.FLOAT),
              Field.of("miles", ColumnType.DOUBLE),
              Field.of("hour", ColumnType.INT),
              Field.of("company", ColumnType.TEXT),
              new Field("tags", ColumnType.TEXT, true),
              Field.of("weight", ColumnType.DOUBLE)));

  private Rides() {}

  /** One ride; null is missing. */
  record Ride(Float fare, Double miles, Long hour, String company, List<String> tags, double w) {}

  static List<Ride> rides(int n, long seed) {
    Random random = new Random(seed);
    List<Ride> rides = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float fare = (float) (random.nextInt(4_000) / 100.0);
      rides.add(
          new Ride(
              i % 17 == 0 ? null : fare,
              i % 5 == 0 ? null : fare * 0.3 + random.nextGaussian(),
              (long) random.nextInt(24),
              i % 11 == 0 ? null : "c" + (int) Math.sqrt(random.nextInt(30)),
              i % 7 == 0 ? null : List.of("t" + i % 3, "t" + i % 4).subList(0, i % 3),
              random.nextInt(8) / 4.0));
    }
    return rides;
  }

  static ExampleBatch batch(List<Ride> rides) {
    ExampleBatchBuilder builder = new ExampleBatchBuilder(RIDES);
    for (Ride ride : rides) {
      if (ride.fare != null) {
        builder.putFloat(0, ride.fare);
      }
      if (ride.miles != null) {
        builder.putDouble(1, ride.miles);
      }
      builder.putLong(2, ride.hour);
      if (ride.company != null) {
        builder.putText(3, ride.company);
      }
      if (ride.tags != null) {
        builder.putEmpty(4);
        ride.tags.forEach(tag -> builder.putText(4, tag));
      }
      builder.putDouble(5, ride.w);
      builder.endRow();
    }
    return builder.build();
  }

  /** The statistics of the only split, of three files. */
  static SplitStatistics statistics(
      Path folder, List<Ride> rides, UnaryOperator<StatisticsGen> options) throws IOException {
    return statistics(folder, "e", rides, options).find("train").orElseThrow();
  }

  static DatasetStatistics statistics(
      Path folder, String name, List<Ride> rides, UnaryOperator<StatisticsGen> options)
      throws IOException {
    Path examples = folder.resolve(name);
    int parts = 3;
    for (int part = 0; part < parts; part++) {
      TestExamples.write(
          examples,
          "train",
          part,
          batch(rides.subList(rides.size() * part / parts, rides.size() * (part + 1) / parts)));
    }
    return TestExamples.statistics(examples, folder.resolve(name + "-statistics"), options);
  }

  /** Equal, but for the last bits of means, which depend on the order of additions. */
  static void assertSame(SplitStatistics one, SplitStatistics other) {
    assertThat(one)
        .usingRecursiveComparison()
        .withEqualsForType((a, b) -> Math.abs(a - b) <= 1e-9 || a.equals(b), Double.class)
        .isEqualTo(other);
  }
}
