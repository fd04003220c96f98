package io.pergola.examplegen.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.artifact.Row;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RecordRows;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.examplegen.FileFormat;
import io.pergola.examplegen.InputOptions;
import io.pergola.examplegen.TfRecordExampleGen.Message;
import io.pergola.examplegen.TripFiles;
import io.pergola.examplegen.internal.avro.AvroFormat;
import io.pergola.examplegen.internal.json.JsonFormat;
import io.pergola.examplegen.internal.parquet.ParquetFormat;
import io.pergola.examplegen.internal.tfrecord.TfRecordFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExampleJobTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {97, 1_000, 5_000})
  void writesTheSameRowsForChunksOfAnySize(long bytes) throws IOException {
    for (int f = 0; f < 3; f++) {
      Files.writeString(
          folder.resolve(f + ".csv"), ReferenceCsv.random(new Random(f), 3, 20 + 150 * f));
    }
    run("whole", Long.MAX_VALUE >> 1);
    run("cut", bytes);
    for (String split : List.of("train", "eval")) {
      assertThat(rows("cut", split)).isEqualTo(rows("whole", split)).isNotEmpty();
    }
    try (var parts = Files.list(folder.resolve("cut/train"))) {
      assertThat(parts.count()).isGreaterThan(1);
    }
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void writesTheSameRowsOfEveryFormatForChunksOfAnySize(FileFormat format) throws IOException {
    TripFiles.write(folder.resolve("in"), format, 700, 1);
    run("whole", format, "in", Long.MAX_VALUE >> 1);
    for (long bytes : new long[] {700, 3_000}) {
      String cut = "cut" + bytes;
      run(cut, format, "in", bytes);
      for (String split : List.of("train", "eval")) {
        assertThat(rows(cut, split)).isEqualTo(rows("whole", split)).isNotEmpty();
      }
      try (var parts = Files.list(folder.resolve(cut + "/train"))) {
        assertThat(parts.count()).isGreaterThan(1);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(FileFormat.class)
  void packsThousandsOfSmallFilesIntoOnePart(FileFormat format) throws IOException {
    TripFiles.write(folder.resolve("in"), format, 3_000, format == FileFormat.CSV ? 3_000 : 300);
    run("out", format, "in", ExampleJob.CHUNK_BYTES);
    for (String split : List.of("train", "eval")) {
      assertThat(ExampleFiles.rowGroups(folder.resolve("out"), List.of(split))).hasSize(1);
    }
    assertThat(rows("out", "train").size() + rows("out", "eval").size()).isEqualTo(3_000);
  }

  @Test
  void fillsEveryRowGroupOfAFileButTheLast() throws IOException {
    StringBuilder csv = new StringBuilder("n\n");
    for (int row = 0; row < 900_000; row++) {
      csv.append(row).append('\n');
    }
    Files.writeString(folder.resolve("a.csv"), csv);
    run("out", Long.MAX_VALUE >> 1);
    List<Long> train =
        ExampleFiles.rowGroups(folder.resolve("out"), List.of("train")).stream()
            .map(RowGroup::rows)
            .toList();
    assertThat(train).hasSize(3).startsWith(262_144L, 262_144L);
    assertThat(ExampleFiles.rows(folder.resolve("out"), "eval"))
        .isEqualTo(900_000 - train.stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void readsFilesWhoseHeadersDifferInQuotesAndOrder() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "c,d\n1,x\n");
    Files.writeString(folder.resolve("b.csv"), "\"c\",d\n2,y\n");
    Files.writeString(folder.resolve("c.csv"), "d,c\nz,3\n");
    Files.writeString(folder.resolve("d.csv"), "d,c\nw,4\n");
    run("out", 1_000);
    List<String> rows = new ArrayList<>(rows("out", "train"));
    rows.addAll(rows("out", "eval"));
    assertThat(rows)
        .containsExactlyInAnyOrder("{c=1, d=x}", "{c=2, d=y}", "{c=3, d=z}", "{c=4, d=w}");
  }

  @Test
  void infersATypeThatOnlyTheLastPieceNeeds() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "c,d\n" + "1,\n".repeat(3_000) + "x,\n");
    run("out", 1_000);
    assertThat(ExampleFiles.schema(folder.resolve("out")).find("c").orElseThrow().type())
        .hasToString("TEXT");
    assertThat(rows("out", "train").size() + rows("out", "eval").size()).isEqualTo(3_001);
  }

  @Test
  void namesTheLineOfAnErrorInALaterPiece() throws IOException {
    Path csv = folder.resolve("a.csv");
    Files.writeString(
        csv, "c,d\r\n" + "\"1\n\n\",2\r\n".repeat(1_000) + "3\r\n" + "4,5\r\n".repeat(1_000));
    assertThatThrownBy(() -> run("out", 700))
        .cause()
        .hasMessage(
            "Cannot read %s line 3002: 1 cell where the header names 2 columns. Correct the line; a"
                    .formatted(csv)
                + " comma inside a cell needs quotes around the cell.");
  }

  private void run(String out, long chunkBytes) {
    run(out, FileFormat.CSV, "*.csv", chunkBytes);
  }

  private void run(String out, FileFormat format, String in, long chunkBytes) {
    Pipeline beam = Pipeline.create();
    List<Path> files = InputFiles.files(folder.resolve(in), format);
    ExampleJob.of(
            format,
            List.of(new InputSource.Part(Chunk.BY_VALUES, files)),
            InputOptions.defaults(),
            chunkBytes,
            opened ->
                switch (format) {
                  case CSV -> CsvFormat.of(opened, List.of());
                  case AVRO -> AvroFormat.of(opened, List.of());
                  case PARQUET -> ParquetFormat.of(opened, List.of());
                  case TFRECORD -> TfRecordFormat.of(Message.EXAMPLE, opened, List.of());
                  case JSON_LINES -> JsonFormat.of(opened, List.of());
                })
        .build(beam, folder.resolve(out));
    beam.run().waitUntilFinish();
  }

  private List<String> rows(String out, String split) throws IOException {
    List<String> rows = new ArrayList<>();
    RecordRows<Row> reader = RecordRows.of(Row.class);
    for (RowGroup group : ExampleFiles.rowGroups(folder.resolve(out), List.of(split))) {
      ExampleBatch batch = RowGroupReader.read(group);
      for (int i = 0; i < batch.rows(); i++) {
        rows.add(reader.row(batch, i).values().toString());
      }
    }
    return rows;
  }
}
