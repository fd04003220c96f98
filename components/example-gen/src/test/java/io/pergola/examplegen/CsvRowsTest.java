package io.pergola.examplegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.LongColumn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRowsTest {
  @TempDir Path directory;

  private CsvRows rows(String content) throws IOException {
    Path file = Files.writeString(directory.resolve("rows.csv"), content);
    return CsvRows.open(file, Set.of("fare", "hour"), Set.of("company"));
  }

  @Test
  void columnsAreReadBatchByBatch() throws IOException {
    try (CsvRows rows =
        rows(
            "\uFEFFhour,note,company,fare\r\n7,x,\"Blue, \"\"B\"\"\",1.5\n\n,,\"\",-2e3\n8,,,\n9,,é,4\n")) {
      ExampleBatch first = rows.next(2).orElseThrow();
      assertThat(first.rows()).isEqualTo(2);
      LongColumn hour = (LongColumn) first.column("hour");
      assertThat(hour.value(0)).isEqualTo(7);
      assertThat(hour.isPresent(1)).isFalse();
      DoubleColumn fare = (DoubleColumn) first.column("fare");
      assertThat(fare.value(0)).isEqualTo(1.5);
      assertThat(fare.value(1)).isEqualTo(-2000);
      BytesColumn company = (BytesColumn) first.column("company");
      assertThat(company.text(0)).isEqualTo("Blue, \"B\"");
      assertThat(company.isPresent(1)).isTrue();
      assertThat(company.text(1)).isEmpty();
      assertThat(first.find("note")).isEmpty();
      assertThat(rows.line(0)).isEqualTo(2);
      assertThat(rows.line(1)).isEqualTo(4);

      ExampleBatch second = rows.next(2).orElseThrow();
      assertThat(second.column("company").isPresent(0)).isFalse();
      assertThat(second.column("company").isPresent(1)).isTrue();
      assertThat(second.column("fare")).isInstanceOf(LongColumn.class);
      assertThat(second.column("fare").isPresent(0)).isFalse();
      assertThat(((LongColumn) second.column("fare")).value(1)).isEqualTo(4);
      assertThat(rows.next(2)).isEmpty();
    }
  }

  @Test
  void manyRowsInOneBatch() throws IOException {
    StringBuilder content = new StringBuilder("fare,hour,company\n");
    for (int i = 0; i < 1_000; i++) {
      content.append(i).append(i % 2 == 0 ? "" : ".5").append(',').append(i).append(",c");
      content.append("x".repeat(i % 50)).append('\n');
    }
    try (CsvRows rows = rows(content.toString())) {
      ExampleBatch batch = rows.next(10_000).orElseThrow();
      assertThat(batch.rows()).isEqualTo(1_000);
      for (int i = 0; i < 1_000; i++) {
        assertThat(((DoubleColumn) batch.column("fare")).value(i))
            .isEqualTo(i % 2 == 0 ? i : i + 0.5);
        assertThat(((LongColumn) batch.column("hour")).value(i)).isEqualTo(i);
        assertThat(((BytesColumn) batch.column("company")).text(i))
            .isEqualTo("c" + "x".repeat(i % 50));
      }
    }
  }

  @Test
  void badRowsAreRefusedWithTheirPlace() throws IOException {
    Path file = directory.resolve("rows.csv");
    try (CsvRows rows = rows("fare,hour,company\n1,2,a\nabc,2,a\n")) {
      assertThatThrownBy(() -> rows.next(10))
          .isInstanceOf(InputException.class)
          .hasMessage(
              "Cannot read column 'fare' of %s line 3: 'abc' is not a number. Fix the row."
                  .formatted(file));
    }
    try (CsvRows rows = rows("fare,hour,company\n1e999,2,a\n")) {
      assertThatThrownBy(() -> rows.next(10))
          .hasMessage(
              "Cannot read column 'fare' of %s line 2: '1e999' is beyond the range of 64-bit numbers. Fix the row."
                  .formatted(file));
    }
    try (CsvRows rows = rows("fare,hour,company\n1,2\n")) {
      assertThatThrownBy(() -> rows.next(10))
          .hasMessage(
              "Cannot read %s line 2: it has 2 cells, and the header 3. Fix the row."
                  .formatted(file));
    }
    assertThatThrownBy(() -> rows("hour,miles\n1,2\n"))
        .hasMessage(
            "Cannot read %s: it has no column company, fare, only hour, miles. Add what is absent, with empty cells if need be."
                .formatted(file));
  }
}
