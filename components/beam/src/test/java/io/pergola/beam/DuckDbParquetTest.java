package io.pergola.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.internal.ParquetFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that DuckDB writes, which has a reader and writer of its own, as it reads them itself. */
class DuckDbParquetTest {
  private static final int ROWS = 5_000;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "UNCOMPRESSED, V1", "SNAPPY, V1", "GZIP, V1", "ZSTD, V1", "LZ4_RAW, V1", "BROTLI, V1",
    "UNCOMPRESSED, V2", "SNAPPY, V2", "GZIP, V2", "ZSTD, V2", "LZ4_RAW, V2", "BROTLI, V2"
  })
  void valuesAreThoseThatDuckDbReads(CompressionCodecName codec, String version)
      throws IOException, SQLException {
    Path file = folder.resolve("d.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          """
          copy (select i as id, i %% 7 as few, (i * 1.5)::float as f, i / 7 as d,
              case when i %% 3 = 0 then null else 'text ' || (i %% 900) end as s,
              (i * 7919)::bigint * 1000003 as big, i %% 2 = 0 as b, (i / 100)::decimal(9, 2) as m,
              date '1970-01-01' + (i::int) as day,
              case when i %% 5 = 0 then [] else [i, i + 1] end as list
            from range(%d) t(i))
          to '%s' (format parquet, compression %s, parquet_version %s, row_group_size 2048)
          """
              .formatted(ROWS, file, codec, version));
      try (ParquetFileReader reader = ParquetFiles.open(file)) {
        ParquetMetadata footer = reader.getFooter();
        assertThat(footer.getBlocks()).hasSizeGreaterThan(1);
        assertThat(footer.getBlocks().get(0).getColumns())
            .allMatch(column -> column.getCodec() == codec);
      }
      try (ParquetFile parquet = ParquetFile.open(file);
          ResultSet rows =
              statement.executeQuery(
                  "select *, (day - date '1970-01-01')::int as days, list[1] as l1, len(list) as n from '%s'"
                      .formatted(file))) {
        int read = 0;
        for (int group = 0; group < parquet.rowGroups(); group++) {
          List<String> all =
              parquet.schema().columns().stream().map(ExampleSchema.Field::name).toList();
          ExampleBatch batch = parquet.read(group, all, (name, row) -> {});
          for (int row = 0; row < batch.rows(); row++, read++) {
            assertThat(rows.next()).isTrue();
            same(batch, row, rows);
          }
        }
        assertThat(read).isEqualTo(ROWS);
      }
    }
  }

  private static void same(ExampleBatch batch, int row, ResultSet rows) throws SQLException {
    for (String name : List.of("id", "few", "big")) {
      assertThat(((LongColumn) batch.column(name)).value(row)).isEqualTo(rows.getLong(name));
    }
    assertThat(((LongColumn) batch.column("day")).value(row)).isEqualTo(rows.getLong("days"));
    assertThat(((LongColumn) batch.column("b")).value(row)).isEqualTo(rows.getBoolean("b") ? 1 : 0);
    assertThat(((FloatColumn) batch.column("f")).value(row)).isEqualTo(rows.getFloat("f"));
    for (String name : List.of("d", "m")) {
      assertThat(((DoubleColumn) batch.column(name)).value(row)).isEqualTo(rows.getDouble(name));
    }
    BytesColumn text = (BytesColumn) batch.column("s");
    assertThat(text.isPresent(row) ? text.text(row) : null).isEqualTo(rows.getString("s"));
    LongColumn list = (LongColumn) batch.column("list");
    assertThat(list.end(row) - list.start(row)).isEqualTo(rows.getInt("n"));
    if (rows.getInt("n") > 0) {
      assertThat(list.value(list.start(row))).isEqualTo(rows.getLong("l1"));
    }
  }

  @Test
  void lzoIsRefusedWithTheCodecsThereAre() throws IOException, SQLException {
    Path file = folder.resolve("lzo.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      statement.execute(
          "copy (select 1 as c) to '%s' (format parquet, compression snappy)".formatted(file));
    }
    sayLzo(file);
    try (ParquetFile parquet = ParquetFile.open(file)) {
      assertThatThrownBy(() -> parquet.read(0, List.of("c"), (name, row) -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(
              "Cannot read Parquet compressed with LZO: the codecs are UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4, LZ4_RAW and BROTLI. Write the file with one of these.");
    }
  }

  /**
   * Nothing writes LZO here: changes the codec in the footer, field 4 after the path in field 3.
   */
  private static void sayLzo(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    byte[] path = {0x19, 0x18, 1, 'c', 0x15}; // field 3: a list of one text, "c"; field 4: an i32
    for (int at = bytes.length - 8; at > 0; at--) {
      if (Arrays.equals(bytes, at, at + path.length, path, 0, path.length)) {
        assertThat(bytes[at + path.length]).isEqualTo((byte) 2); // zigzag of 1, snappy
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
          out.seek(at + path.length);
          out.write(6); // zigzag of 3
        }
        return;
      }
    }
    throw new AssertionError("no column in the footer");
  }
}
