package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetExampleGenTest {
  @TempDir Path folder;

  @Test
  void readsTheRealTripsWithTheirMissingValues() throws IOException {
    Path trips = SampleData.file("chicago-taxi/trips.parquet");
    Runs run = run(ParquetExampleGen.untyped().from(trips).splits(Split.of("all", 1)));
    List<RowGroup> groups = ExampleFiles.rowGroupsOf("", trips, 0);
    assertThat(run.rows("all")).isEqualTo(groups.stream().mapToLong(RowGroup::rows).sum());
    for (ExampleSchema.Field field : ExampleFiles.schemaOf(trips).columns()) {
      int present = 0;
      for (RowGroup group : groups) {
        present += RowGroupReader.read(group).column(field.name()).presentCount();
      }
      assertThat(run.present("all", field.name())).as(field.name()).isEqualTo(present);
    }
    assertThat(types(run)).hasSize(18).containsEntry("fare", ColumnType.DOUBLE);
  }

  private static final String NESTED =
      """
      message trip {
        required int64 id;
        optional group rider { optional binary name (STRING); required group home { required double lat; } }
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional group stops (LIST) { repeated group list {
          required group element { required binary place (STRING); optional int32 minutes; } } }
        optional group fees (MAP) { repeated group key_value { required binary key (STRING); optional float value; } }
        repeated int32 codes;
        optional int32 price (DECIMAL(9, 2));
        optional fixed_len_byte_array(9) large (DECIMAL(20, 1));
        optional binary meters (DECIMAL(9, 0));
        optional int96 at;
        optional int32 day (DATE);
        optional boolean shared;
      }
      """;

  private Path trips(String name, CompressionCodecName codec, int rows) throws IOException {
    Path file = folder.resolve(name);
    ParquetRows.write(
        file,
        NESTED,
        codec,
        1_000,
        rows,
        (row, i) -> {
          row.add("id", (long) i);
          if (i % 3 != 2) {
            var rider = row.addGroup("rider");
            if (i % 3 == 0) {
              rider.add("name", "Ann");
            }
            rider.addGroup("home").add("lat", 41.5);
            var tags = row.addGroup("tags");
            if (i % 3 == 0) {
              tags.addGroup("list").add("element", "a");
              tags.addGroup("list").add("element", "b");
            }
            var stops = row.addGroup("stops");
            if (i % 3 == 0) {
              var stop = stops.addGroup("list").addGroup("element");
              stop.add("place", "x");
              stop.add("minutes", 1);
            }
            var fee = row.addGroup("fees").addGroup("key_value");
            fee.add("key", "tip");
            fee.add("value", 1.5f);
          }
          if (i % 3 == 0) {
            row.add("codes", 7);
            row.add("codes", 8);
            row.add("price", -1250);
            row.add(
                "large",
                Binary.fromConstantByteArray(fixed(new BigInteger("12345678901234567890"), 9)));
            row.add("meters", Binary.fromConstantByteArray(BigInteger.valueOf(1234).toByteArray()));
            row.add("at", int96(2_440_588 + 1, 5));
            row.add("day", 19_000);
            row.add("shared", true);
          }
        });
    return file;
  }

  private static byte[] fixed(BigInteger value, int size) {
    byte[] bytes = new byte[size];
    byte[] digits = value.toByteArray();
    System.arraycopy(digits, 0, bytes, size - digits.length, digits.length);
    return bytes;
  }

  private static Binary int96(int julianDay, long nanos) {
    return Binary.fromConstantByteArray(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(nanos)
            .putInt(julianDay)
            .array());
  }

  @Test
  void readsNestedFieldsByTheirPaths() throws IOException {
    Path file = trips("trips.parquet", CompressionCodecName.SNAPPY, 3);
    Runs run = run(ParquetExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=0, rider.name=Ann, rider.home.lat=41.5, tags=[a, b], stops.place=[x],"
                + " stops.minutes=[1], fees.key=[tip], fees.value=[1.5], codes=[7, 8], price=-12.5,"
                + " large="
                + 0x1.12210f47de981p60
                + ", meters=1234, at=86400000000005, day=19000, shared=1}",
            "{id=1, rider.home.lat=41.5, tags=[], stops.place=[], stops.minutes=[], fees.key=[tip],"
                + " fees.value=[1.5], codes=[]}",
            "{id=2, codes=[]}");
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodecName.class,
      names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
  void readsEveryCodec(CompressionCodecName codec) throws IOException {
    Path file = trips("trips.parquet", codec, 3_000);
    Runs run = run(ParquetExampleGen.untyped().from(file));
    assertThat(run.rows("train") + run.rows("eval")).isEqualTo(3_000);
    assertThat(run.present("train", "price") + run.present("eval", "price")).isEqualTo(1_000);
  }

  @Test
  void bringsColumnsToTheTypesOfARecord() throws IOException {
    Path file = trips("trips.parquet", CompressionCodecName.SNAPPY, 3);
    record Typed(int id, Float price, List<Double> riderHomeLat, Short day, Integer meters) {}
    Runs run = run(ParquetExampleGen.of(Typed.class).from(file).splits(Split.of("all", 1)));
    assertThat(run.texts("all"))
        .containsExactly(
            "{id=0, price=-12.5, rider_home_lat=[41.5], day=19000, meters=1234}",
            "{id=1, rider_home_lat=[41.5]}",
            "{id=2}");
    assertThat(types(run)).containsEntry("price", ColumnType.FLOAT);
    assertThat(run.properties()).containsEntry("ignored_columns", 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5})
  void namesTheRecordAndTheValueThatDoesNotFit(int before) throws IOException {
    Path file = folder.resolve("fares.parquet");
    ParquetRows.write(
        file,
        "message m { optional double fare; }",
        CompressionCodecName.SNAPPY,
        2,
        before + 1,
        (row, i) -> row.add("fare", i == before ? 2.5 : 1.0));
    record Whole(Integer fare) {}
    assertThatThrownBy(() -> run(ParquetExampleGen.of(Whole.class).from(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot read feature 'fare' of %s record %d: '2.5' is not a whole number of 64 bits. Fix"
                    .formatted(file, before + 1)
                + " the record, or read the column as a number with a fraction: declare Whole.fare"
                + " as Double.");
  }

  record Wrong(String fare, Integer taxi) {}

  @Test
  void refusesColumnsThatARecordDeclaresOtherwise() throws IOException {
    Path file = folder.resolve("fares.parquet");
    ParquetRows.write(
        file,
        "message m { optional double fare; optional int32 taxis; }",
        CompressionCodecName.SNAPPY,
        2,
        1,
        (row, i) -> row.add("fare", 1.0));
    assertThatThrownBy(() -> run(ParquetExampleGen.of(Wrong.class).from(file)))
        .hasMessage(
            "Cannot read %s: 'fare' (Wrong.fare) of %s is DOUBLE, not TEXT; there is no feature 'taxi'"
                    .formatted(file, file)
                + " (Wrong.taxi) - did you mean 'taxis'?. Change the components of the record, or the"
                + " files.");
  }

  @Test
  void unifiesFilesOfOtherColumnsAndRefusesThoseOfOtherTypes() throws IOException {
    Path a = one("in/a.parquet", "message m { required int32 fare; }", "fare", 1);
    one("in/b.parquet", "message m { required float fare; }", "fare", 2.5f);
    one("in/c.parquet", "message m { repeated double fare; required int32 id; }", "id", 7);
    Runs run =
        run(ParquetExampleGen.untyped().from(folder.resolve("in")).splits(Split.of("all", 1)));
    assertThat(run.texts("all")).containsExactly("{fare=[1.0]}", "{fare=[2.5]}", "{fare=[], id=7}");
    Path d = one("in/d.parquet", "message m { required binary fare (STRING); }", "fare", "x");
    assertThatThrownBy(() -> runIn("out2", ParquetExampleGen.untyped().from(folder.resolve("in"))))
        .hasMessage(
            "Cannot read %s together with %s: feature 'fare' is DOUBLE there, but TEXT here. Give all"
                    .formatted(d, a)
                + " files the same types, or declare a record without it.");
  }

  @Test
  void refusesListsOfListsUnlessTheyAreNotAskedFor() throws IOException {
    Path file =
        one(
            "odd.parquet",
            """
            message m { required int32 id; optional group odd (LIST) { repeated group list {
              optional group element (LIST) { repeated group list { optional int32 element; } } } } }
            """,
            "id",
            7);
    assertThatThrownBy(() -> run(ParquetExampleGen.untyped().from(file)))
        .hasMessage(
            "Cannot read feature 'odd' of %s: it is a list inside a list. Declare a record without it,"
                    .formatted(file)
                + " or write it in another form.");
    record Id(Integer id) {}
    assertThat(
            runIn("o2", ParquetExampleGen.of(Id.class).from(file).splits(Split.of("all", 1)))
                .texts("all"))
        .containsExactly("{id=7}");
  }

  @Test
  void refusesNullsInsideLists() throws IOException {
    Path file = folder.resolve("nulls.parquet");
    ParquetRows.write(
        file,
        "message m { optional group tags (LIST) { repeated group list { optional int32 element; } } }",
        CompressionCodecName.SNAPPY,
        10,
        3,
        (row, i) -> {
          var tags = row.addGroup("tags");
          tags.addGroup("list").add("element", 1);
          if (i == 2) {
            tags.addGroup("list");
          }
        });
    assertThatThrownBy(() -> run(ParquetExampleGen.untyped().from(file)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "Cannot read feature 'tags' of %s record 3: an element of 'tags' has no value for it, so"
                    .formatted(file)
                + " that values would not line up. Give every element one, or declare a record"
                + " without it.");
    Runs rest =
        runIn(
            "o2",
            ParquetExampleGen.untyped().from(file).splits(Split.of("all", 1)).skipBadRowsUpTo(0.5));
    assertThat(rest.texts("all")).containsExactly("{tags=[1]}", "{tags=[1]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"int32 element", "binary element (DECIMAL(9, 2))"})
  void listsOfNothingButNullsAreMissingHoweverTheyAreRead(String element) throws IOException {
    Path file = folder.resolve("nulls.parquet");
    ParquetRows.write(
        file,
        "message m { optional group tags (LIST) { repeated group list { optional %s; } } }"
            .formatted(element),
        CompressionCodecName.SNAPPY,
        10,
        4,
        (row, i) -> {
          var tags = row.addGroup("tags");
          for (int n = 0; n < i; n++) {
            var list = tags.addGroup("list");
            if (i == 3) {
              if (element.startsWith("int32")) {
                list.add("element", 1);
              } else {
                list.add("element", Binary.fromConstantByteArray(new byte[] {100}));
              }
            }
          }
        });
    Runs run = run(ParquetExampleGen.untyped().from(file).splits(Split.of("all", 1)));
    String value = element.startsWith("int32") ? "1" : "1.0";
    assertThat(run.texts("all"))
        .containsExactly(
            "{tags=[]}", "{}", "{}", "{tags=[%s, %s, %s]}".formatted(value, value, value));
  }

  @Test
  void refusesUnsignedNumbersThatNoSignedOneIs() throws IOException {
    Path file = folder.resolve("unsigned.parquet");
    ParquetRows.write(
        file,
        "message m { required int64 id (INTEGER(64, false)); }",
        CompressionCodecName.SNAPPY,
        10,
        2,
        (row, i) -> row.add("id", i == 0 ? Long.MAX_VALUE : -1L));
    assertThatThrownBy(() -> run(ParquetExampleGen.untyped().from(file)))
        .hasMessageContaining(
            "18446744073709551615 is beyond the range of 64-bit numbers with a sign");
  }

  @Test
  void namesFileAndPlaceOfDamage() throws IOException {
    Path file = trips("trips.parquet", CompressionCodecName.SNAPPY, 500);
    byte[] bytes = Files.readAllBytes(file);
    bytes[100] ^= 0x55;
    Files.write(file, bytes);
    assertThatThrownBy(() -> run(ParquetExampleGen.untyped().from(file)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read column '")
        .hasMessageContaining(file + ", row group 0: ");
    Files.write(file, Arrays.copyOf(bytes, bytes.length - 4));
    assertThatThrownBy(() -> runIn("o2", ParquetExampleGen.untyped().from(file)))
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith("Cannot read the footer of " + file);
  }

  private Path one(String name, String schema, String field, Object value) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ParquetRows.write(
        file,
        schema,
        CompressionCodecName.SNAPPY,
        10,
        1,
        (row, i) -> {
          if (value instanceof Integer n) {
            row.add(field, n);
          } else if (value instanceof Float n) {
            row.add(field, n);
          } else {
            row.add(field, value.toString());
          }
        });
    return file;
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
