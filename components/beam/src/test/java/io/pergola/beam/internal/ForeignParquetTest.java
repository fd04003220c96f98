package io.pergola.beam.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.junit.jupiter.api.Test;

/** The taxi trips as pandas wrote them. */
class ForeignParquetTest {
  private final Path file = SharedData.file("chicago-taxi/trips.parquet");

  @Test
  void allTripsAreReadAsParquetsOwnReaderReadsThem() throws Exception {
    List<RowGroup> groups = ExampleFiles.rowGroupsOf("train", file, 0);
    assertThat(groups.stream().mapToLong(RowGroup::rows).sum()).isEqualTo(10_000);
    for (RowGroup group : groups) {
      ExampleBatch batch = RowGroupReader.read(group);
      try (ParquetFileReader reader = ParquetFiles.open(file)) {
        for (ParquetColumn column : ParquetColumn.of(reader.getFileMetaData().getSchema())) {
          String name = column.field().name();
          assertThat(Cells.of(batch.column(name)))
              .as(name)
              .isEqualTo(
                  Cells.of(
                      ParquetRowGroups.recordwise(reader, group, column, batch.rows(), row -> {})));
        }
      }
    }
  }

  @Test
  void columnsAreThoseOfTheCsvFile() throws Exception {
    Path csv = SharedData.file("chicago-taxi/trips.csv");
    try (var lines = Files.lines(csv)) {
      assertThat(ExampleFiles.schemaOf(file).columns())
          .extracting(ExampleSchema.Field::name)
          .isEqualTo(Arrays.asList(lines.findFirst().orElseThrow().split(",")));
    }
  }

  @Test
  void dictionariesOfTextAreKept() throws Exception {
    RowGroup group = ExampleFiles.rowGroupsOf("train", file, 0).get(0);
    ExampleBatch batch = RowGroupReader.read(group, Set.of("payment_type"));
    assertThat(batch.columns()).hasSize(1);
    BytesColumn column = (BytesColumn) batch.column("payment_type");
    assertThat(column.ids()).isNotNull();
    assertThat(IntStream.range(0, column.entryCount()).mapToObj(column::entryText))
        .contains("Cash", "Credit Card")
        .doesNotHaveDuplicates();
  }
}
