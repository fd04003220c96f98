package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.RecordRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same trips land in the same splits, from whatever files they come. */
class SameSplitTest {
  private static final int TRIPS = 600;

  @TempDir Path folder;

  /** Only some have a company, and a fare; fares have fractions, or none. */
  record Trip(long id, Float fare, String company) {}

  private static List<Trip> trips() {
    Random random = new Random(17);
    List<Trip> trips = new ArrayList<>();
    for (int i = 0; i < TRIPS; i++) {
      Float fare = random.nextInt(5) == 0 ? null : random.nextInt(400) / 4f + 0.1f * (i % 2);
      trips.add(new Trip(i, fare, i % 3 == 0 ? null : i % 3 == 1 ? "" : "Täxi " + i));
    }
    return trips;
  }

  private interface Writer {
    void write(Path file, List<Trip> trips) throws IOException;
  }

  @Test
  void fromEveryFormatHoweverSharded() throws IOException {
    Map<String, List<String>> expected = null;
    for (boolean untyped : new boolean[] {false, true}) {
      for (int shards : new int[] {1, 7}) {
        for (FileFormat format : FileFormat.values()) {
          Path in = folder.resolve("%s-%d-%s".formatted(format, shards, untyped));
          write(in, format, shards);
          FileExampleGen<?, ?> gen = gen(format, in, untyped);
          Map<String, List<String>> splits =
              splits(Runs.of(gen, folder.resolve(in.getFileName() + "-out"), shards));
          expected = expected == null ? splits : expected;
          assertThat(splits).as("%s", in).isEqualTo(expected);
        }
      }
    }
    assertThat(expected.get("train")).hasSizeBetween(360, 440);
  }

  @Test
  void fromEveryFormatByPartition() throws IOException {
    List<Map<String, List<String>>> all = new ArrayList<>();
    for (FileFormat format : FileFormat.values()) {
      Path in = folder.resolve(format.name());
      write(in, format, 3);
      FileExampleGen<Trip, ?> gen = typed(format, in);
      FileExampleGen<?, ?> byCompany =
          gen.with(gen.options().withPartition(List.of("company")), null);
      all.add(splits(Runs.of(byCompany, folder.resolve(format + "-out"), 2)));
    }
    assertThat(all).allMatch(all.get(0)::equals);
  }

  @Test
  void ofInputThatWasDividedBefore() throws IOException {
    for (FileFormat format : FileFormat.values()) {
      Path in = folder.resolve(format.name());
      write(in.resolve("train"), format, 2);
      write(in.resolve("held-out"), format, 1);
      Runs run =
          Runs.of(
              typed(format, in)
                  .splits(SplitPath.of("train", "train"), SplitPath.of("eval", "held-out")),
              folder.resolve(format + "-out"),
              2);
      assertThat(run.rows("train")).as("%s", format).isEqualTo(TRIPS);
      assertThat(run.rows("eval")).as("%s", format).isEqualTo(TRIPS);
      assertThat(run.properties()).containsEntry("split_names", "[\"train\",\"eval\"]");
    }
  }

  @Test
  void refusesAFileInTwoSplits() throws IOException {
    Path in = folder.resolve("in");
    write(in, FileFormat.CSV, 2);
    assertThatThrownBy(
            () ->
                Runs.of(
                    typed(FileFormat.CSV, in)
                        .splits(SplitPath.of("train", "*.csv"), SplitPath.of("eval", "1.csv")),
                    folder.resolve("out"),
                    1))
        .hasMessage(
            "Cannot divide the input: %s is in more than one split. Give each split files of its own.",
            in.resolve("1.csv"));
  }

  private FileExampleGen<Trip, ?> typed(FileFormat format, Path in) {
    return switch (format) {
      case CSV -> CsvExampleGen.of(Trip.class).from(in);
      case AVRO -> AvroExampleGen.of(Trip.class).from(in);
      case PARQUET -> ParquetExampleGen.of(Trip.class).from(in);
      case TFRECORD -> TfRecordExampleGen.of(Trip.class).from(in);
      case JSON_LINES -> JsonExampleGen.of(Trip.class).from(in);
    };
  }

  private FileExampleGen<?, ?> gen(FileFormat format, Path in, boolean untyped) {
    if (!untyped) {
      return typed(format, in);
    }
    return switch (format) {
      case CSV -> CsvExampleGen.untyped().from(in);
      case AVRO -> AvroExampleGen.untyped().from(in);
      case PARQUET -> ParquetExampleGen.untyped().from(in);
      case TFRECORD -> TfRecordExampleGen.untyped().from(in);
      case JSON_LINES -> JsonExampleGen.untyped().from(in);
    };
  }

  private void write(Path in, FileFormat format, int shards) throws IOException {
    Files.createDirectories(in);
    List<Trip> trips = trips();
    if (shards > 1) {
      Collections.shuffle(trips, new Random(shards));
    }
    for (int s = 0; s < shards; s++) {
      List<Trip> shard = trips.subList(s * TRIPS / shards, (s + 1) * TRIPS / shards);
      switch (format) {
        case CSV -> csv(in.resolve(s + ".csv"), shard);
        case AVRO -> avro(in.resolve(s + ".avro"), shard);
        case PARQUET -> parquet(in.resolve(s + ".parquet"), shard);
        case TFRECORD -> tfRecord(in.resolve(s + ".tfrecord.gz"), shard);
        case JSON_LINES -> json(in.resolve(s + ".jsonl.gz"), shard);
      }
    }
  }

  private static void csv(Path file, List<Trip> trips) throws IOException {
    StringBuilder text = new StringBuilder("company,id,fare\n");
    for (Trip trip : trips) {
      text.append(trip.company() == null ? "" : "\"" + trip.company() + "\"").append(',');
      text.append(trip.id()).append(',').append(trip.fare() == null ? "" : trip.fare());
      text.append('\n');
    }
    Files.writeString(file, text.toString());
  }

  private static void json(Path file, List<Trip> trips) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      for (Trip trip : trips) {
        String company = trip.company() == null ? "null" : "\"" + trip.company() + "\"";
        String line =
            "{\"fare\": %s, \"company\": %s, \"id\": %d}\n"
                .formatted(trip.fare(), company, trip.id());
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private static void tfRecord(Path file, List<Trip> trips) throws IOException {
    List<byte[]> records = new ArrayList<>();
    for (Trip trip : trips) {
      Map<String, Object> features = new LinkedHashMap<>();
      features.put("id", trip.id());
      if (trip.fare() != null) {
        features.put("fare", trip.fare());
      }
      features.put("company", trip.company() == null ? TfRecords.NO_KIND : trip.company());
      records.add(TfRecords.example(features));
    }
    TfRecords.write(file, TfRecords.Compression.GZIP, records);
  }

  private static void avro(Path file, List<Trip> trips) throws IOException {
    Schema schema =
        SchemaBuilder.record("Trip")
            .fields()
            .optionalString("company")
            .requiredLong("id")
            .optionalFloat("fare")
            .endRecord();
    try (DataFileWriter<GenericRecord> out =
        AvroExampleGenTest.writer(schema, CodecFactory.deflateCodec(1), file)) {
      for (Trip trip : trips) {
        out.append(
            new GenericRecordBuilder(schema)
                .set("company", trip.company())
                .set("id", trip.id())
                .set("fare", trip.fare())
                .build());
      }
    }
  }

  private static void parquet(Path file, List<Trip> trips) throws IOException {
    ParquetRows.write(
        file,
        "message t { optional binary company (STRING); optional float fare; required int32 id; }",
        CompressionCodecName.ZSTD,
        100,
        trips.size(),
        (row, i) -> {
          Trip trip = trips.get(i);
          if (trip.company() != null) {
            row.add("company", trip.company());
          }
          if (trip.fare() != null) {
            row.add("fare", trip.fare());
          }
          row.add("id", (int) trip.id());
        });
  }

  /** The rows of each split, their features in the order of the names, in order. */
  private static Map<String, List<String>> splits(Runs run) {
    Map<String, List<String>> splits = new TreeMap<>();
    for (String split : List.of("train", "eval")) {
      List<String> rows = new ArrayList<>();
      for (ExampleBatch batch : run.batches(split)) {
        RecordRows<Row> reader = RecordRows.of(Row.class);
        for (int i = 0; i < batch.rows(); i++) {
          rows.add(new TreeMap<>(reader.row(batch, i).values()).toString());
        }
      }
      Collections.sort(rows);
      splits.put(split, rows);
    }
    return splits;
  }
}
