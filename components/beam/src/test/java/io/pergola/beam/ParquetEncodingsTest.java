package io.pergola.beam;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.internal.Codecs;
import io.pergola.beam.internal.ParquetFiles;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every encoding of Parquet, written by Parquet's own writer, and every logical type. */
class ParquetEncodingsTest {
  private static final int ROWS = 500;

  @TempDir Path folder;

  private interface Values {
    /** Adds the value of a row to it. */
    void add(Group row, int i);
  }

  private interface Expected {
    Object of(int i);
  }

  /**
   * A column, how it is written, and what is read.
   *
   * @param encoding that the file must have
   */
  private record Case(
      String column,
      WriterVersion version,
      UnaryOperator<ExampleParquetWriter.Builder> settings,
      Encoding encoding,
      Values values,
      Expected expected) {
    @Override
    public String toString() {
      return "%s, %s, %s".formatted(column, version, encoding);
    }
  }

  private static Case plain(String column, Values values, Expected expected) {
    return new Case(
        column,
        WriterVersion.PARQUET_1_0,
        w -> w.withDictionaryEncoding(false),
        Encoding.PLAIN,
        values,
        expected);
  }

  private static Case dictionary(
      String column, WriterVersion version, Values values, Expected expected) {
    Encoding encoding =
        version == WriterVersion.PARQUET_1_0 ? Encoding.PLAIN_DICTIONARY : Encoding.RLE_DICTIONARY;
    return new Case(column, version, w -> w, encoding, values, expected);
  }

  private static Case second(String column, Encoding encoding, Values values, Expected expected) {
    return new Case(
        column,
        WriterVersion.PARQUET_2_0,
        w -> w.withDictionaryEncoding(false),
        encoding,
        values,
        expected);
  }

  private static Case split(String column, Values values, Expected expected) {
    return new Case(
        column,
        WriterVersion.PARQUET_2_0,
        w -> w.withDictionaryEncoding(false).withByteStreamSplitEncoding("c", true),
        Encoding.BYTE_STREAM_SPLIT,
        values,
        expected);
  }

  private static Binary bytes(byte[] value) {
    return Binary.fromConstantByteArray(value);
  }

  private static Binary sixteen(int i) {
    return bytes(ByteBuffer.allocate(16).putLong(i).putLong(~(long) i).array());
  }

  private static Binary unscaled(int i) {
    byte[] number = BigInteger.valueOf(i * 1_000_003L - 7).toByteArray();
    byte[] fixed = new byte[9];
    Arrays.fill(fixed, (byte) (number[0] < 0 ? -1 : 0));
    System.arraycopy(number, 0, fixed, fixed.length - number.length, number.length);
    return bytes(fixed);
  }

  private static double decimal(int i) {
    return new BigDecimal(BigInteger.valueOf(i * 1_000_003L - 7), 3).doubleValue();
  }

  private static Binary int96(int i) {
    return bytes(
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(i)
            .putInt(2_440_588 + i)
            .array());
  }

  private static final Values INT = (row, i) -> row.add("c", i * 37 - 5_000);
  private static final Expected INT_READ = i -> i * 37L - 5_000;
  private static final Values LONG = (row, i) -> row.add("c", i * 0x9E3779B97F4A7C15L);
  private static final Expected LONG_READ = i -> i * 0x9E3779B97F4A7C15L;
  private static final Values TEXT = (row, i) -> row.add("c", "prefix " + i / 7);
  private static final Expected TEXT_READ = i -> "prefix " + i / 7;
  private static final Values FLOAT = (row, i) -> row.add("c", i / 7f);
  private static final Values DOUBLE = (row, i) -> row.add("c", i / 7.0);
  private static final Values UUID = (row, i) -> row.add("c", sixteen(i));
  private static final Expected UUID_READ = i -> sixteen(i);

  static Stream<Case> cases() {
    List<Case> cases =
        new ArrayList<>(
            List.of(
                plain("int32 c", INT, INT_READ),
                plain("int64 c", LONG, LONG_READ),
                plain("float c", FLOAT, i -> i / 7f),
                plain("double c", DOUBLE, i -> i / 7.0),
                plain("boolean c", (row, i) -> row.add("c", i % 3 == 0), i -> i % 3 == 0 ? 1L : 0L),
                plain("binary c (STRING)", TEXT, TEXT_READ),
                plain("fixed_len_byte_array(16) c (UUID)", UUID, UUID_READ),
                plain("int96 c", (row, i) -> row.add("c", int96(i)), i -> i * 86_400_000_000_001L),
                plain("int32 c (DATE)", INT, INT_READ),
                plain("int32 c (TIME(MILLIS,true))", INT, INT_READ),
                plain("int64 c (TIME(MICROS,true))", LONG, LONG_READ),
                plain("int64 c (TIMESTAMP(MILLIS,true))", LONG, LONG_READ),
                plain("int64 c (TIMESTAMP(MICROS,false))", LONG, LONG_READ),
                plain("int64 c (TIMESTAMP(NANOS,true))", LONG, LONG_READ),
                plain(
                    "int32 c (INTEGER(8,true))", (row, i) -> row.add("c", i % 100), i -> i % 100L),
                plain(
                    "int32 c (INTEGER(32,false))",
                    (row, i) -> row.add("c", -1 - i),
                    i -> 0xffffffffL - i),
                plain("binary c (ENUM)", TEXT, TEXT_READ),
                plain("binary c (JSON)", TEXT, TEXT_READ),
                plain("int32 c (DECIMAL(9,3))", INT, i -> (i * 37 - 5_000) / 1_000.0),
                plain("int64 c (DECIMAL(18,0))", LONG, LONG_READ),
                plain(
                    "binary c (DECIMAL(20,3))",
                    (row, i) -> row.add("c", unscaled(i)),
                    ParquetEncodingsTest::decimal),
                plain(
                    "fixed_len_byte_array(9) c (DECIMAL(20,3))",
                    (row, i) -> row.add("c", unscaled(i)),
                    ParquetEncodingsTest::decimal),
                second("int32 c", Encoding.DELTA_BINARY_PACKED, INT, INT_READ),
                second("int64 c", Encoding.DELTA_BINARY_PACKED, LONG, LONG_READ),
                second(
                    "int64 c (TIMESTAMP(MICROS,true))",
                    Encoding.DELTA_BINARY_PACKED,
                    LONG,
                    LONG_READ),
                second(
                    "int32 c (DECIMAL(9,3))",
                    Encoding.DELTA_BINARY_PACKED,
                    INT,
                    i -> (i * 37 - 5_000) / 1_000.0),
                second("binary c (STRING)", Encoding.DELTA_BYTE_ARRAY, TEXT, TEXT_READ),
                second(
                    "fixed_len_byte_array(16) c (UUID)",
                    Encoding.DELTA_BYTE_ARRAY,
                    UUID,
                    UUID_READ),
                second(
                    "boolean c",
                    Encoding.RLE,
                    (row, i) -> row.add("c", i % 90 < 60),
                    i -> i % 90 < 60 ? 1L : 0L),
                split("int32 c", INT, INT_READ),
                split("int64 c", LONG, LONG_READ),
                split("float c", FLOAT, i -> i / 7f),
                split("double c", DOUBLE, i -> i / 7.0),
                split("fixed_len_byte_array(16) c (UUID)", UUID, UUID_READ)));
    for (WriterVersion version : WriterVersion.values()) {
      cases.add(dictionary("binary c (STRING)", version, TEXT, TEXT_READ));
      cases.add(dictionary("int64 c", version, (row, i) -> row.add("c", i % 5L), i -> i % 5L));
      cases.add(
          dictionary("double c", version, (row, i) -> row.add("c", i % 5 / 3.0), i -> i % 5 / 3.0));
      cases.add(
          dictionary(
              "int32 c (DECIMAL(9,3))",
              version,
              (row, i) -> row.add("c", i % 5),
              i -> i % 5 / 1_000.0));
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void valuesAreReadAsTheyWereWritten(Case written) throws IOException {
    Path file = folder.resolve("c.parquet");
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional %s; }".formatted(written.column()));
    try (ParquetWriter<Group> writer =
        written
            .settings()
            .apply(
                ExampleParquetWriter.builder(new LocalOutputFile(file))
                    .withType(schema)
                    .withWriterVersion(written.version())
                    .withPageRowCountLimit(70))
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build()) {
      for (int i = 0; i < ROWS; i++) {
        Group row = new SimpleGroup(schema);
        if (i % 11 != 3) {
          written.values().add(row, i);
        }
        writer.write(row);
      }
    }
    try (ParquetFileReader reader = ParquetFiles.open(file)) {
      assertThat(reader.getRowGroups().get(0).getColumns().get(0).getEncodings())
          .contains(written.encoding());
    }
    try (ParquetFile parquet = ParquetFile.open(file)) {
      ExampleColumn column = parquet.read(0, List.of("c"), (name, row) -> {}).column("c");
      for (int i = 0; i < ROWS; i++) {
        assertThat(column.isPresent(i)).isEqualTo(i % 11 != 3);
        if (column.isPresent(i)) {
          assertThat(value(column, i)).as("row %d", i).isEqualTo(written.expected().of(i));
        }
      }
    }
  }

  private static Object value(ExampleColumn column, int row) {
    if (column instanceof LongColumn longs) {
      return longs.value(row);
    }
    if (column instanceof FloatColumn floats) {
      return floats.value(row);
    }
    if (column instanceof DoubleColumn doubles) {
      return doubles.value(row);
    }
    BytesColumn bytes = (BytesColumn) column;
    int entry = bytes.entry(row);
    return column.type() == ColumnType.TEXT
        ? bytes.text(row)
        : bytes(
            Arrays.copyOfRange(
                bytes.data(), bytes.entryOffsets()[entry], bytes.entryOffsets()[entry + 1]));
  }
}
