package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused records of formats whose records do not stand alone: kept whole, and read again. */
class DeadLettersTest {
  @TempDir Path folder;

  /** Only ids up to 127, so that others are refused. */
  record Small(Byte id, List<String> tags) {}

  private static final Schema TRIP =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Trip", "fields": [
                {"name": "id", "type": "long"},
                {"name": "seen", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "note", "type": ["null", "bytes"]},
                {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}}]}
              """);

  private <R extends Record, G extends ExampleGen<R, G>> Runs run(G gen, String out) {
    return Runs.of(gen.splits(Split.of("train", 2), Split.of("eval", 1)), folder.resolve(out), 2);
  }

  private Path records(String out) {
    return folder.resolve(out).resolve("_bad_rows/records");
  }

  private Path avro(String name, CodecFactory codec, int count) throws IOException {
    Path file = Files.createDirectories(folder.resolve("in")).resolve(name);
    try (DataFileWriter<GenericRecord> out = AvroExampleGenTest.writer(TRIP, codec, file)) {
      for (long i = 0; i < count; i++) {
        out.append(trip(i, i % 50 == 7 ? List.of("a", "b" + i) : List.of()));
        if (i % 40 == 39) {
          out.sync();
        }
      }
    }
    return file;
  }

  private static GenericRecord trip(long id, List<String> tags) {
    return new GenericRecordBuilder(TRIP)
        .set("id", id)
        .set("seen", id * 1_000)
        .set("note", null)
        .set("tags", tags)
        .build();
  }

  private static List<GenericRecord> read(Path avro) throws IOException {
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(avro.toFile(), new GenericDatumReader<>())) {
      return List.of(reader.iterator().hasNext() ? drain(reader) : new GenericRecord[0]);
    }
  }

  private static GenericRecord[] drain(DataFileReader<GenericRecord> reader) {
    List<GenericRecord> all = new java.util.ArrayList<>();
    reader.forEach(all::add);
    return all.toArray(GenericRecord[]::new);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "zstandard"})
  void avroRecordsAreKeptWithTheirSchemaAndEveryField(String codec) throws IOException {
    Path file = avro("a.avro", CodecFactory.fromString(codec), 300);
    Runs run = run(AvroExampleGen.of(Small.class).from(file).deadLettersUpTo(1), "out");
    assertThat(run.properties()).containsEntry("rows_bad", 172L);
    List<GenericRecord> kept = read(records("out").resolve("part-00000.avro"));
    assertThat(kept).hasSize(172);
    assertThat(kept.get(0)).isEqualTo(trip(128, List.of()));
    assertThat(kept.get(29)).hasToString(trip(157, List.of("a", "b157")).toString());
    assertThat(Files.readString(folder.resolve("out/_bad_rows/part-00000.jsonl")))
        .doesNotContain("raw_base64");
    Runs wider =
        run(AvroExampleGen.untyped().from(records("out")), "again"); // a type that holds them
    assertThat(wider.rows("train") + wider.rows("eval")).isEqualTo(172);
    Runs twice = run(AvroExampleGen.of(Small.class).from(file).deadLettersUpTo(1), "twice");
    assertThat(twice.folder().resolve("_bad_rows/records/part-00000.avro"))
        .hasSameBinaryContentAs(records("out").resolve("part-00000.avro"));
  }

  @Test
  void mendedAvroRecordsLandWhereTheyWouldHaveBeen() throws IOException {
    Path file = avro("a.avro", CodecFactory.nullCodec(), 300);
    run(AvroExampleGen.of(Small.class).from(file).deadLettersUpTo(1), "out");
    Path mended = Files.createDirectories(folder.resolve("mended")).resolve("m.avro");
    try (DataFileWriter<GenericRecord> out =
        AvroExampleGenTest.writer(TRIP, CodecFactory.nullCodec(), mended)) {
      for (GenericRecord record : read(records("out").resolve("part-00000.avro"))) {
        record.put("id", (Long) record.get("id") - 300);
        if ((Long) record.get("id") >= -128) {
          out.append(record);
        }
      }
    }
    Runs again = run(AvroExampleGen.of(Small.class).from(mended), "again");
    assertThat(again.rows("train") + again.rows("eval")).isEqualTo(128);
  }

  @Test
  void avroFilesOfOtherSchemasHaveFilesOfTheirOwn() throws IOException {
    avro("a.avro", CodecFactory.nullCodec(), 130);
    Schema other =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"Other\", \"fields\": [{\"name\": \"id\", \"type\": \"int\"}]}");
    try (DataFileWriter<GenericRecord> out =
        AvroExampleGenTest.writer(other, CodecFactory.nullCodec(), folder.resolve("in/b.avro"))) {
      out.append(new GenericRecordBuilder(other).set("id", 200).build());
    }
    run(AvroExampleGen.of(Small.class).from(folder.resolve("in")).deadLettersUpTo(1), "out");
    assertThat(read(records("out").resolve("part-00000.avro"))).hasSize(2);
    assertThat(read(records("out").resolve("part-00000-1.avro"))).hasToString("[{\"id\": 200}]");
  }

  private static final String NESTED =
      """
      message m {
        required int64 id;
        optional group rider { optional binary name (STRING); }
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional group odd (LIST) { repeated group list {
          optional group element (LIST) { repeated group list { optional int32 element; } } } }
        optional int96 at;
      }
      """;

  private Path parquet(int rows) throws IOException {
    Path file = Files.createDirectories(folder.resolve("in")).resolve("a.parquet");
    ParquetRows.write(
        file,
        NESTED,
        CompressionCodecName.SNAPPY,
        50,
        rows,
        (row, i) -> {
          row.add("id", (long) i);
          row.addGroup("rider").add("name", "r" + i);
          var tags = row.addGroup("tags");
          tags.addGroup("list").add("element", "t");
          if (i % 100 == 10) {
            tags.addGroup("list"); // a null beside a value
          }
          var inner = row.addGroup("odd").addGroup("list").addGroup("element");
          inner.addGroup("list").add("element", i);
        });
    return file;
  }

  @Test
  void parquetRowsAreKeptAsTheyAreStoredNullsInListsIncluded() throws IOException {
    Path file = parquet(200);
    Runs run = run(ParquetExampleGen.of(Small.class).from(file).deadLettersUpTo(1), "out");
    // 128 to 199, and 10; 110 has a null too.
    assertThat(run.properties()).containsEntry("rows_bad", 74L).containsEntry("rows_read", 200L);
    Path kept = records("out").resolve("part-00000.parquet");
    record All(long id, String riderName) {}
    Runs replayed =
        Runs.of(
            ParquetExampleGen.of(All.class).from(kept).splits(Split.of("all", 1)),
            folder.resolve("replayed"),
            1);
    assertThat(replayed.texts("all"))
        .hasSize(74)
        .startsWith("{id=10, rider_name=r10}", "{id=110, rider_name=r110}")
        .endsWith("{id=199, rider_name=r199}");
    Runs still = run(ParquetExampleGen.of(Small.class).from(kept).deadLettersUpTo(1), "still");
    assertThat(still.properties()).containsEntry("rows_bad", 74L);
    assertThat(records("still").resolve("part-00000.parquet")).hasSameBinaryContentAs(kept);
  }

  @Test
  void rowsOfADatabaseAreLinesOfJsonThatTheSameRecordReads() throws Exception {
    String url = "jdbc:sqlite:" + folder.resolve("trips.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "create table trips (trip_id integer, fare real, company text, image blob, kind text)");
      statement.execute(
          """
          insert into trips values (1, 0.1, 'Blue', x'616263', 'a'),
            (200, 2.5, 'say "hi"', x'01ff', null), (-300, 9e99, '', null, 'c'), (4, 'free', 'x', null, null)
          """);
    }
    record Trip(Byte tripId, Double fare, String company, byte[] image) {}
    JdbcExampleGen<Trip> gen = JdbcExampleGen.of(Trip.class).from(url).table("trips");
    Runs run = run(gen.deadLettersUpTo(1), "out");
    assertThat(run.properties()).containsEntry("rows_bad", 3L).containsEntry("rows_read", 4L);
    Path kept = records("out").resolve("part-00000.jsonl");
    assertThat(kept)
        .hasContent(
            """
            {"trip_id":200,"fare":2.5,"company":"say \\"hi\\"","image.base64":"Af8="}
            {"trip_id":-300,"fare":9.0E99,"company":"","kind":"c"}
            {"trip_id":4,"fare":"free","company":"x"}
            """);
    Files.writeString(
        kept,
        Files.readString(kept)
            .replace("200", "20")
            .replace("-300", "-30")
            .replace("\"free\"", "0"));
    Runs again =
        Runs.of(
            JsonExampleGen.of(Trip.class).from(kept).splits(Split.of("all", 1)),
            folder.resolve("again"),
            1);
    assertThat(again.texts("all"))
        .containsExactly(
            "{trip_id=20, fare=2.5, company=say \"hi\"}",
            "{trip_id=-30, fare=9.0E99, company=}",
            "{trip_id=4, fare=0.0, company=x}");
  }

  @Test
  void mendedRowsOfADatabaseLandWhereTheRowsOfTheDatabaseDo() throws Exception {
    String url = "jdbc:sqlite:" + folder.resolve("trips.db");
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("create table trips (trip_id integer, fare real, company text)");
      for (int i = 0; i < 60; i++) {
        statement.execute("insert into trips values (%d, %d.1, 'c%d')".formatted(i, i, i));
      }
    }
    JdbcExampleGen<Row> all = JdbcExampleGen.untyped().from(url).table("trips");
    Runs whole = run(all, "whole");
    record Few(long tripId, Byte fare, String company) {} // no fare is whole
    run(JdbcExampleGen.of(Few.class).from(url).table("trips").deadLettersUpTo(1), "out");
    record Trip(long tripId, Double fare, String company) {}
    Runs again = run(JsonExampleGen.of(Trip.class).from(records("out")), "again");
    for (String split : List.of("train", "eval")) {
      assertThat(again.texts(split)).isEqualTo(whole.texts(split)).isNotEmpty();
    }
  }
}
