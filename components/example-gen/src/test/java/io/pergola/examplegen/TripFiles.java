package io.pergola.examplegen;

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
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Writes the same trips in every format. */
public final class TripFiles {
  private TripFiles() {}

  /** Only some have a company, and a fare; fares have fractions, or none. */
  public record Trip(long id, Float fare, String company) {}

  private static List<Trip> trips(int count) {
    Random random = new Random(17);
    List<Trip> trips = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Float fare = random.nextInt(5) == 0 ? null : random.nextInt(400) / 4f + 0.1f * (i % 2);
      trips.add(new Trip(i, fare, i % 3 == 0 ? null : i % 3 == 1 ? "" : "Täxi " + i));
    }
    return trips;
  }

  /** Writes trips in files of a format, the same for the same arguments. */
  public static void write(Path in, FileFormat format, int count, int shards) throws IOException {
    Files.createDirectories(in);
    List<Trip> trips = trips(count);
    if (shards > 1) {
      Collections.shuffle(trips, new Random(shards));
    }
    for (int s = 0; s < shards; s++) {
      List<Trip> shard = trips.subList(s * count / shards, (s + 1) * count / shards);
      switch (format) {
        case CSV -> csv(in.resolve(s + ".csv"), shard);
        case AVRO -> avro(in.resolve(s + ".avro"), shard);
        case PARQUET -> parquet(in.resolve(s + ".parquet"), shard);
        case TFRECORD ->
            tfRecord(in.resolve(s + (shards > 1 ? ".tfrecord.gz" : ".tfrecord")), shard);
        case JSON_LINES -> json(in.resolve(s + (shards > 1 ? ".jsonl.gz" : ".jsonl")), shard);
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
    boolean gzip = file.toString().endsWith(".gz");
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream out = gzip ? new GZIPOutputStream(raw) : raw) {
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
    boolean gzip = file.toString().endsWith(".gz");
    TfRecords.Compression compression =
        gzip ? TfRecords.Compression.GZIP : TfRecords.Compression.NONE;
    TfRecords.write(file, compression, records);
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
}
