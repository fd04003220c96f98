package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroExampleGenTest {
  @TempDir Path folder;

  record Fare(Float fare, String company) {}

  @Test
  void readsTheRealTripsWithTheirMissingValues() throws IOException {
    Path trips = SampleData.file("chicago-taxi/trips.avro");
    Runs run = run(AvroExampleGen.untyped().from(trips).splits(Split.of("all", 1)));
    assertThat(run.rows("all")).isEqualTo(10_000);
    Map<String, Integer> present = new HashMap<>();
    try (DataFileReader<GenericRecord> reader =
        new DataFileReader<>(trips.toFile(), new GenericDatumReader<>())) {
      for (GenericRecord trip : reader) {
        for (Schema.Field field : trip.getSchema().getFields()) {
          present.merge(field.name(), trip.get(field.pos()) == null ? 0 : 1, Integer::sum);
        }
      }
    }
    assertThat(present.values()).anyMatch(n -> n < 10_000);
    present.forEach((name, n) -> assertThat(run.present("all", name)).as(name).isEqualTo(n));
    assertThat(types(run))
        .hasSize(18)
        .containsEntry("fare", ColumnType.FLOAT)
        .containsEntry("trip_start_timestamp", ColumnType.INT)
        .containsEntry("company", ColumnType.TEXT);
  }

  private static final String NESTED =
      """
      {"type": "record", "name": "Trip", "fields": [
        {"name": "id", "type": "long"},
        {"name": "rider", "type": ["null", {"type": "record", "name": "Rider", "fields": [
          {"name": "name", "type": ["null", "string"]},
          {"name": "home", "type": {"type": "record", "name": "Place", "fields": [
            {"name": "lat", "type": "double"}]}}]}]},
        {"name": "tags", "type": ["null", {"type": "array", "items": "string"}]},
        {"name": "stops", "type": {"type": "array", "items": {"type": "record", "name": "Stop",
          "fields": [{"name": "place", "type": "string"}, {"name": "minutes", "type": "int"}]}}},
        {"name": "fees", "type": {"type": "map", "values": "float"}},
        {"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["CASH", "CARD"]}},
        {"name": "code", "type": {"type": "fixed", "name": "Code", "size": 3}},
        {"name": "raw", "type": "bytes"},
        {"name": "shared", "type": "boolean"},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}},
        {"name": "meters", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "number", "type": ["null", "int", "double"]}]}
      """;

  private static GenericRecord trip(long id) {
    Schema schema = new Schema.Parser().parse(NESTED);
    Schema stop = schema.getField("stops").schema().getElementType();
    Schema rider = schema.getField("rider").schema().getTypes().get(1);
    Schema home = rider.getField("home").schema();
    boolean full = id % 3 == 0;
    return new GenericRecordBuilder(schema)
        .set("id", id)
        .set(
            "rider",
            id % 3 == 2
                ? null
                : new GenericRecordBuilder(rider)
                    .set("name", full ? "Ann" : null)
                    .set("home", new GenericRecordBuilder(home).set("lat", 41.5).build())
                    .build())
        .set("tags", full ? List.of("a", "b") : id % 3 == 1 ? List.of() : null)
        .set(
            "stops",
            full
                ? List.of(
                    new GenericRecordBuilder(stop).set("place", "x").set("minutes", 1).build(),
                    new GenericRecordBuilder(stop).set("place", "y").set("minutes", 2).build())
                : List.of())
        .set("fees", full ? Map.of("tip", 1.5f) : Map.of())
        .set("kind", new GenericData.EnumSymbol(schema.getField("kind").schema(), "CARD"))
        .set(
            "code",
            new GenericData.Fixed(schema.getField("code").schema(), new byte[] {65, 66, 67}))
        .set("raw", ByteBuffer.wrap(new byte[] {1, -1}))
        .set("shared", true)
        .set("price", ByteBuffer.wrap(new BigDecimal("-12.50").unscaledValue().toByteArray()))
        .set("meters", ByteBuffer.wrap(new BigDecimal("1234").unscaledValue().toByteArray()))
        .set("day", 19_000)
        .set("at", 1_700_000_000_000_000L)
        .set("number", full ? (Object) 2.5 : id % 3 == 1 ? (Object) 7 : null)
        .build();
  }

  @Test
  void readsNestedFieldsByTheirPaths() throws IOException {
    Path file = write("trips.avro", CodecFactory.nullCodec(), 3);
    Runs run = run(AvroExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    String same =
        "kind=CARD, code=bytes, raw=bytes, shared=1, price=-12.5, meters=1234, day=19000,"
            + " at=1700000000000000";
    assertThat(run.texts("all"))
        .map(text -> text.replaceAll("\\[B@[0-9a-f]+", "bytes"))
        .containsExactly(
            "{id=0, rider.name=Ann, rider.home.lat=41.5, tags=[a, b], stops.place=[x, y],"
                + " stops.minutes=[1, 2], fees.key=[tip], fees.value=[1.5], "
                + same
                + ", number=2.5}",
            "{id=1, rider.home.lat=41.5, tags=[], stops.place=[], stops.minutes=[], fees.key=[],"
                + " fees.value=[], "
                + same
                + ", number=7.0}",
            "{id=2, stops.place=[], stops.minutes=[], fees.key=[], fees.value=[], " + same + "}");
    assertThat(types(run))
        .containsEntry("price", ColumnType.DOUBLE)
        .containsEntry("meters", ColumnType.INT)
        .containsEntry("number", ColumnType.DOUBLE);
  }

  record Nested(int id, List<String> tags, List<Integer> stopsMinutes, Double riderHomeLat) {}

  @Test
  void findsNestedFeaturesForTheComponentsOfARecord() throws IOException {
    Path file = write("trips.avro", CodecFactory.nullCodec(), 3);
    Runs run = run(AvroExampleGen.of(Nested.class).from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=0, tags=[a, b], stops_minutes=[1, 2], rider_home_lat=41.5}",
            "{id=1, tags=[], stops_minutes=[], rider_home_lat=41.5}",
            "{id=2, stops_minutes=[]}");
    assertThat(run.properties()).containsEntry("ignored_columns", 13);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard", "bzip2", "xz"})
  void readsEveryCodec(String codec) throws IOException {
    Path file = write(codec + ".avro", CodecFactory.fromString(codec), 500);
    Runs run = run(AvroExampleGen.untyped().from(file));
    assertThat(run.rows("train") + run.rows("eval")).isEqualTo(500);
  }

  @Test
  void namesTheRecordAndTheValueThatDoesNotFit() throws IOException {
    Schema schema = schema("fare", "\"double\"");
    Path file = folder.resolve("fares.avro");
    try (DataFileWriter<GenericRecord> out = writer(schema, CodecFactory.nullCodec(), file)) {
      for (double fare : new double[] {1, 1e300, 2}) {
        out.append(new GenericRecordBuilder(schema).set("fare", fare).build());
      }
    }
    record Narrow(Float fare) {}
    assertThatThrownBy(() -> run(AvroExampleGen.of(Narrow.class).from(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot read feature 'fare' of %s record 2: '1.0E300' is beyond the range of 32-bit"
                    .formatted(file)
                + " numbers. Fix the record, or read the column as a 64-bit number: declare"
                + " Narrow.fare as Double.");
  }

  @Test
  void refusesListsWhoseElementsDoNotLineUp() throws IOException {
    Schema schema = schema("tags", "{\"type\": \"array\", \"items\": [\"null\", \"string\"]}");
    Path file = folder.resolve("tags.avro");
    try (DataFileWriter<GenericRecord> out = writer(schema, CodecFactory.nullCodec(), file)) {
      out.append(new GenericRecordBuilder(schema).set("tags", Arrays.asList("a", null)).build());
    }
    assertThatThrownBy(() -> run(AvroExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read feature 'tags' of %s record 1: an element of 'tags' has no value for it, so"
                    .formatted(file)
                + " that values would not line up. Give every element one, or declare a record"
                + " without it.");
  }

  record Refusal(String type, String why) {}

  static List<Refusal> refusals() {
    return List.of(
        new Refusal(
            "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": \"int\"}}",
            "it is a list inside a list"),
        new Refusal("[\"int\", \"string\"]", "it is a union of text and numbers"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void refusesWhatHasNoForm(Refusal refusal) throws IOException {
    Schema schema = schema("odd", refusal.type());
    Path file = folder.resolve("odd.avro");
    try (DataFileWriter<GenericRecord> out = writer(schema, CodecFactory.nullCodec(), file)) {
      out.sync();
    }
    assertThatThrownBy(() -> run(AvroExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read feature 'odd' of %s: %s. Declare a record without it, or write it in another form."
                .formatted(file, refusal.why()));
    assertThatThrownBy(() -> run(AvroExampleGen.of(Fare.class).from(file)))
        .hasMessage(
            "Cannot read %s: there is no feature 'fare' (Fare.fare); there is no feature 'company'"
                    .formatted(file)
                + " (Fare.company). Change the components of the record, or the files.");
  }

  @Test
  void unifiesFilesOfOtherFieldsAndRefusesThoseOfOtherTypes() throws IOException {
    one("in/a.avro", "fare", "\"int\"", 1);
    one("in/b.avro", "fare", "\"float\"", 2.5f);
    one("in/c.avro", "id", "\"string\"", "x");
    Runs run = run(AvroExampleGen.untyped().from(folder.resolve("in")).splits(Split.of("all", 1)));
    assertThat(run.texts("all")).containsExactly("{fare=1.0}", "{fare=2.5}", "{id=x}");
    Path d = one("in/d.avro", "fare", "\"string\"", "y");
    assertThatThrownBy(() -> runIn("out2", AvroExampleGen.untyped().from(folder.resolve("in"))))
        .hasMessage(
            "Cannot read %s together with %s: feature 'fare' is FLOAT there, but TEXT here. Give all"
                    .formatted(d, folder.resolve("in/a.avro"))
                + " files the same types, or declare a record without it.");
  }

  @Test
  void namesFileAndPlaceOfDamage() throws IOException {
    Path file = write("trips.avro", CodecFactory.deflateCodec(6), 2_000);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> run(AvroExampleGen.untyped().from(file)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read %s after record ".formatted(file))
        .hasMessageContaining(", in the block at byte ")
        .hasMessageEndingWith("Write the file again; it is truncated or corrupt.");
    Path text = Files.writeString(folder.resolve("text.avro"), "id,fare\n");
    assertThatThrownBy(() -> run(AvroExampleGen.untyped().from(text)))
        .hasMessageStartingWith(
            "Cannot read %s: it is no Avro object container file (".formatted(text));
  }

  private static Schema schema(String field, String type) {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "R", "fields": [{"name": "%s", "type": %s}]}
            """
                .formatted(field, type));
  }

  private Path one(String name, String field, String type, Object value) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Schema schema = schema(field, type);
    try (DataFileWriter<GenericRecord> out = writer(schema, CodecFactory.nullCodec(), file)) {
      out.append(new GenericRecordBuilder(schema).set(field, value).build());
    }
    return file;
  }

  private Path write(String name, CodecFactory codec, int trips) throws IOException {
    Path file = folder.resolve(name);
    try (DataFileWriter<GenericRecord> out =
        writer(new Schema.Parser().parse(NESTED), codec, file)) {
      for (int i = 0; i < trips; i++) {
        out.append(trip(i));
      }
    }
    return file;
  }

  static DataFileWriter<GenericRecord> writer(Schema schema, CodecFactory codec, Path file)
      throws IOException {
    DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema));
    return writer.setCodec(codec).setSyncInterval(1_000).create(schema, file.toFile());
  }

  private Runs run(FileExampleGen<?, ?> gen) {
    return runIn("out", gen);
  }

  private Runs runIn(String name, FileExampleGen<?, ?> gen) {
    return Runs.of(gen, folder.resolve(name), 2);
  }

  private static Map<String, ColumnType> types(Runs run) {
    Map<String, ColumnType> types = new HashMap<>();
    for (ExampleSchema.Field field : ExampleFiles.schema(run.folder()).columns()) {
      types.put(field.name(), field.type());
    }
    return types;
  }
}
