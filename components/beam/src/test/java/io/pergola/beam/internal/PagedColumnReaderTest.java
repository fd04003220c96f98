package io.pergola.beam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.values.factory.DefaultV1ValuesWriterFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The paged reader, Parquet's own record-wise reader and what was written agree, for every way of
 * writing.
 */
class PagedColumnReaderTest {
  /** A way to write. */
  record Writing(
      String name, CompressionCodecName codec, ParquetProperties.Builder properties, int distinct) {
    @Override
    public String toString() {
      return name + " " + codec + ", " + distinct + " distinct";
    }
  }

  @TempDir static Path folder;

  static Stream<Writing> writings() {
    List<Writing> writings = new ArrayList<>();
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD)) {
      for (int distinct : new int[] {1, 2, 200, 1_000_000_000}) {
        if (codec != CompressionCodecName.SNAPPY && distinct != 200) {
          continue;
        }
        writings.add(new Writing("dictionary v1", codec, v1(), distinct));
        writings.add(new Writing("dictionary v2", codec, v2(), distinct));
        writings.add(
            new Writing(
                "dictionary then plain v1", codec, v1().withDictionaryPageSize(2_000), distinct));
        writings.add(
            new Writing(
                "dictionary then plain v2",
                codec,
                v2().withDictionaryPageSize(2_000)
                    .withValuesWriterFactory(new DefaultV1ValuesWriterFactory()),
                distinct));
        writings.add(
            new Writing(
                "dictionary then delta v2", codec, v2().withDictionaryPageSize(2_000), distinct));
        writings.add(new Writing("plain v1", codec, v1().withDictionaryEncoding(false), distinct));
        writings.add(
            new Writing(
                "plain v2",
                codec,
                v2().withDictionaryEncoding(false)
                    .withValuesWriterFactory(new DefaultV1ValuesWriterFactory()),
                distinct));
        writings.add(new Writing("delta v2", codec, v2().withDictionaryEncoding(false), distinct));
        writings.add(
            new Writing(
                "byte stream split",
                codec,
                v2().withDictionaryEncoding(false).withExtendedByteStreamSplitEncoding(true),
                distinct));
      }
    }
    writings.removeIf(
        writing ->
            writing.codec() != CompressionCodecName.SNAPPY
                && !Set.of("dictionary v1", "dictionary then plain v2", "plain v2")
                    .contains(writing.name()));
    return writings.stream();
  }

  private static ParquetProperties.Builder v1() {
    return small(ParquetProperties.builder().withWriterVersion(WriterVersion.PARQUET_1_0));
  }

  private static ParquetProperties.Builder v2() {
    return small(ParquetProperties.builder().withWriterVersion(WriterVersion.PARQUET_2_0));
  }

  private static ParquetProperties.Builder small(ParquetProperties.Builder properties) {
    return properties.withPageSize(2_048).withPageRowCountLimit(155);
  }

  private static final List<PrimitiveTypeName> TYPES =
      List.of(
          PrimitiveTypeName.INT32,
          PrimitiveTypeName.INT64,
          PrimitiveTypeName.BOOLEAN,
          PrimitiveTypeName.FLOAT,
          PrimitiveTypeName.DOUBLE,
          PrimitiveTypeName.BINARY,
          PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY);

  private static MessageType schema() {
    List<Type> fields = new ArrayList<>();
    for (PrimitiveTypeName type : TYPES) {
      String name = type.name().toLowerCase(Locale.ROOT);
      int length = type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY ? 7 : 0;
      fields.add(Types.required(type).length(length).named(name + "_required"));
      fields.add(Types.optional(type).length(length).named(name + "_few"));
      fields.add(Types.optional(type).length(length).named(name + "_most"));
      fields.add(Types.optional(type).length(length).named(name + "_none"));
      fields.add(Types.optionalList().requiredElement(type).length(length).named(name + "_list"));
      fields.add(
          Types.requiredList().optionalElement(type).length(length).named(name + "_required_list"));
      fields.add(Types.repeated(type).length(length).named(name + "_repeated"));
    }
    return new MessageType("m", fields);
  }

  private static List<List<Object>> columns(MessageType schema, int rows, int distinct, long seed) {
    Random random = new Random(seed);
    List<List<Object>> columns = new ArrayList<>();
    for (Type field : schema.getFields()) {
      String name = field.getName();
      Function<Random, Object> values =
          values(
              schema.getColumns().get(columns.size()).getPrimitiveType().getPrimitiveTypeName(),
              distinct);
      double present =
          name.endsWith("_few")
              ? 0.03
              : name.endsWith("_most") ? 0.97 : name.endsWith("_none") ? 0 : 1;
      List<Object> column = new ArrayList<>();
      for (int row = 0; row < rows; row++) {
        boolean list = name.endsWith("_list") || name.endsWith("_repeated");
        if (list) {
          boolean missing = !field.isRepetition(Repetition.REQUIRED) && !name.endsWith("_repeated");
          column.add(
              missing && random.nextInt(4) == 0
                  ? null
                  : IntStream.range(0, random.nextInt(5))
                      .mapToObj(i -> values.apply(random))
                      .toList());
        } else {
          // Long runs now and then, so that levels and ids have both kinds of runs.
          boolean run = row > 0 && random.nextInt(100) > 2 && row / 100 % 2 == 0;
          column.add(
              run
                  ? column.get(row - 1)
                  : random.nextDouble() < present ? values.apply(random) : null);
        }
      }
      columns.add(column);
    }
    return columns;
  }

  private static Function<Random, Object> values(PrimitiveTypeName type, int distinct) {
    return switch (type) {
      case INT32 -> random -> (long) (int) (random.nextInt(distinct) * 2_654_435_761L);
      case INT64 ->
          random ->
              switch (random.nextInt(50)) {
                case 0 -> Long.MAX_VALUE;
                case 1 -> Long.MIN_VALUE;
                default -> random.nextInt(distinct) * 0x9E3779B97F4A7C15L;
              };
      case BOOLEAN -> random -> (long) random.nextInt(2);
      case FLOAT ->
          random ->
              switch (random.nextInt(50)) {
                case 0 -> Float.NaN;
                case 1 -> -0.0f;
                case 2 -> Float.POSITIVE_INFINITY;
                case 3 -> Float.intBitsToFloat(0x7fc00123);
                default -> random.nextInt(distinct) / 7f;
              };
      case DOUBLE ->
          random ->
              switch (random.nextInt(50)) {
                case 0 -> Double.NaN;
                case 1 -> -0.0;
                case 2 -> Double.NEGATIVE_INFINITY;
                case 3 -> Double.MIN_VALUE;
                default -> random.nextInt(distinct) / 7.0;
              };
      case BINARY ->
          random ->
              random.nextInt(20) == 0
                  ? new byte[0]
                  : ("value " + random.nextInt(distinct)).getBytes(StandardCharsets.UTF_8);
      default ->
          random ->
              ("%07d".formatted(random.nextInt(distinct) % 10_000_000))
                  .getBytes(StandardCharsets.UTF_8);
    };
  }

  @ParameterizedTest
  @MethodSource("writings")
  void allReadersAgree(Writing writing) throws IOException {
    MessageType schema = schema();
    List<List<Object>> columns = columns(schema, 600, writing.distinct(), writing.distinct());
    Path file = folder.resolve("x.parquet");
    ParquetFixture.write(file, schema, writing.properties().build(), writing.codec(), columns);
    assertAgree(file, columns);
  }

  private static void assertAgree(Path file, List<List<Object>> columns) throws IOException {
    RowGroup group = ExampleFiles.rowGroupsOf("train", file, 0).get(0);
    ExampleBatch batch = RowGroupReader.read(group);
    try (ParquetFileReader reader = ParquetFiles.open(file)) {
      List<ParquetColumn> plans = ParquetColumn.of(reader.getFileMetaData().getSchema());
      for (int i = 0; i < plans.size(); i++) {
        ParquetColumn plan = plans.get(i);
        ExampleColumn paged = batch.columns().get(i);
        List<Object> expected = Cells.expected(columns.get(i));
        assertThat(Cells.of(paged)).as(paged.name()).isEqualTo(expected);
        assertThat(paged.presence() == null)
            .as("no bitmap where nothing is missing: %s", paged.name())
            .isEqualTo(!columns.get(i).contains(null));
        assertThat(
                Cells.of(ParquetRowGroups.recordwise(reader, group, plan, batch.rows(), row -> {})))
            .as("record-wise " + paged.name())
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void dictionariesAreKeptWhereAllPagesHaveThem() throws IOException {
    MessageType schema = schema();
    Path file = folder.resolve("kept.parquet");
    ParquetFixture.write(
        file, schema, v1().build(), CompressionCodecName.SNAPPY, columns(schema, 600, 5, 1));
    RowGroup group = ExampleFiles.rowGroupsOf("train", file, 0).get(0);
    for (ExampleColumn column : RowGroupReader.read(group).columns()) {
      boolean hasIds = column.ids() != null;
      if (column.name().matches("(int|float|double|binary).*_(required|most|list)")) {
        assertThat(hasIds).as(column.name()).isTrue();
      }
    }
  }

  @Test
  void unsignedIntegersKeepTheirValue() throws IOException {
    MessageType schema =
        new MessageType(
            "m",
            Types.required(PrimitiveTypeName.INT32)
                .as(LogicalTypeAnnotation.intType(32, false))
                .named("u"));
    for (ParquetProperties.Builder properties :
        List.of(v1(), v1().withDictionaryEncoding(false), v2().withDictionaryEncoding(false))) {
      Path file = folder.resolve("u.parquet");
      ParquetFixture.write(
          file,
          schema,
          properties.build(),
          CompressionCodecName.SNAPPY,
          List.of(List.of(4_294_967_295L, 0L, 2_147_483_648L)));
      ExampleColumn column =
          RowGroupReader.read(ExampleFiles.rowGroupsOf("train", file, 0).get(0)).column("u");
      assertThat(Cells.of(column)).isEqualTo(List.of(4_294_967_295L, 0L, 2_147_483_648L));
    }
  }

  @Test
  void largeValuesAreRead() throws IOException {
    byte[] large = new byte[10 << 20];
    new Random(7).nextBytes(large);
    MessageType schema = new MessageType("m", Types.optional(PrimitiveTypeName.BINARY).named("b"));
    List<Object> cells = new ArrayList<>(List.of(large, new byte[0], new byte[] {1}));
    cells.add(1, null);
    for (ParquetProperties.Builder properties :
        List.of(
            v1(), v1().withDictionaryEncoding(false), v2(), v2().withDictionaryEncoding(false))) {
      Path file = folder.resolve("large.parquet");
      ParquetFixture.write(
          file, schema, properties.build(), CompressionCodecName.ZSTD, List.of(cells));
      assertAgree(file, List.of(cells));
    }
  }

  @Test
  void thousandsOfColumnsAreRead() throws IOException {
    List<Type> fields = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      fields.add(Types.optional(PrimitiveTypeName.DOUBLE).named("c" + i));
    }
    Path file = folder.resolve("wide.parquet");
    ParquetFixture.write(
        file,
        new MessageType("m", fields),
        ParquetProperties.builder().build(),
        CompressionCodecName.SNAPPY,
        Collections.nCopies(5_000, List.of(1.5, -0.0)));
    RowGroup group = ExampleFiles.rowGroupsOf("train", file, 0).get(0);
    ExampleBatch batch = RowGroupReader.read(group);
    assertThat(batch.columns()).hasSize(5_000);
    assertThat(batch.columns())
        .allSatisfy(c -> assertThat(Cells.of(c)).isEqualTo(Cells.expected(List.of(1.5, -0.0))));
    assertThat(RowGroupReader.read(group, Set.of("c17")).columns()).hasSize(1);
  }
}
