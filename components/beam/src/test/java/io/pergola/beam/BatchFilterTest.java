package io.pergola.beam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.feature.RowFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchFilterTest {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("id", ColumnType.INT),
              ExampleSchema.Field.of("fare", ColumnType.FLOAT),
              ExampleSchema.Field.of("miles", ColumnType.DOUBLE),
              ExampleSchema.Field.of("company", ColumnType.TEXT),
              new ExampleSchema.Field("tags", ColumnType.TEXT, true)));

  /** Row 0 has all, row 1 has edges, row 2 has nothing but an id, row 3 an empty list. */
  private static ExampleBatch batch() {
    ExampleBatchBuilder rows = new ExampleBatchBuilder(SCHEMA);
    rows.putLong(0, 1);
    rows.putFloat(1, 0.2f);
    rows.putDouble(2, 0.2);
    rows.putText(3, "Blue");
    rows.putText(4, "a");
    rows.putText(4, "b");
    rows.endRow();
    rows.putLong(0, Long.MAX_VALUE);
    rows.putFloat(1, Float.NaN);
    rows.putDouble(2, -0.0);
    rows.putText(3, "");
    rows.putText(4, "c");
    rows.endRow();
    rows.putLong(0, 3);
    rows.endRow();
    rows.putLong(0, Long.MIN_VALUE);
    rows.putFloat(1, Float.POSITIVE_INFINITY);
    rows.putDouble(2, 1e300);
    rows.putText(3, "\ud83d\ude00");
    rows.putEmpty(4);
    rows.endRow();
    return rows.build();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "id = 1 | 0",
        "id > 0.5 | 0,1,2",
        "id < 0.5 | 3",
        "id = 0.5 | ``",
        "id != 0.5 | 0,1,2,3",
        "id = 9223372036854775807 | 1",
        "id > 9223372036854775806.5 | 1",
        "id < 9223372036854775808 | 0,1,2,3",
        "id > -9223372036854775809 | 0,1,2,3",
        "id in (1, 3.0, 7) | 0,2",
        // 0.2 becomes the nearest float, as every tool of the field has it.
        "fare = 0.2 | 0",
        "miles = 0.2 | 0",
        "miles = 0 | 1",
        "fare < 1 | 0",
        // Comparisons are false of NaN, but for the one that is not equal.
        "fare >= 0.2 | 0,3",
        "fare != 0.2 | 1,3",
        "not fare = 0.2 | 1,2,3",
        "fare is missing | 2",
        "fare is present | 0,1,3",
        "company = '' | 1",
        "company != '' | 0,3",
        "company in ('Blue', 'Red') | 0",
        "company > 'Z' | 3",
        "tags = 'b' | 0",
        "tags != 'b' | 0,1",
        "not tags = 'b' | 1,2,3",
        "tags is missing | 2",
        "fare < 1 or company = '' | 0,1",
        "fare is present and not company in ('Blue') | 1,3",
      })
  void everyTestIsTrueOrFalseOfARow(String filter, String rows) {
    int[] found = BatchFilter.of(RowFilter.parse(filter), SCHEMA).rows(batch());
    assertThat(java.util.Arrays.stream(found).mapToObj(Integer::toString).toList())
        .isEqualTo(rows.isEmpty() ? List.of() : List.of(rows.split(",")));
  }

  @Test
  void unknownColumnsAndOtherTypesAreRefusedTogether() {
    assertThatThrownBy(
            () -> BatchFilter.of(RowFilter.parse("fair > 1 and fare = 'x' and tags < 3"), SCHEMA))
        .hasMessage(
            "Cannot filter examples by fair > 1 and fare = 'x' and tags < 3: there is no column 'fair' (there are id, fare, miles, company, tags); column 'fare' is FLOAT, and cannot be compared with text; column 'tags' is TEXT, and cannot be compared with a number. Correct the filter.");
  }

  @TempDir Path folder;

  private static final List<String> FILTERS =
      List.of(
          "id < 20",
          "id > 60 and id <= 61",
          "id = 0.5",
          "not id >= 10",
          "fare > 40",
          "fare != 0",
          "not fare > 3",
          "fare is missing",
          "fare is present",
          "miles in (1, 2, 3)",
          "not miles < 1000",
          "company = 'c5'",
          "company > 'c9'",
          "company is missing or id = 3",
          "not (company != 'c1')",
          "tags = 'x'");

  /** No row group may be skipped that has a row; and those that obviously have none are. */
  @Test
  void statisticsNeverHideARow() throws IOException {
    Random random = new Random(7);
    int skipped = 0;
    for (int g = 0; g < 40; g++) {
      Path file = folder.resolve(g + ".parquet");
      ExampleBatchBuilder rows = new ExampleBatchBuilder(SCHEMA);
      int kind = random.nextInt(5);
      for (int i = 0; i < 20; i++) {
        rows.putLong(0, g * 2L + random.nextInt(3));
        if (kind != 1) {
          rows.putFloat(1, kind == 2 && i == 7 ? Float.NaN : kind == 3 ? 0 : g);
        }
        if (random.nextInt(3) > 0) {
          rows.putDouble(2, random.nextInt(5) - g);
        }
        if (kind != 4 || i % 2 == 0) {
          rows.putText(3, "c" + g % 10);
        }
        rows.putText(4, i % 2 == 0 ? "x" : "y");
        rows.endRow();
      }
      ExampleBatch batch = rows.build();
      try (ExampleFileWriter writer = ExampleFileWriter.open(file, SCHEMA)) {
        writer.write(batch);
      }
      try (ParquetFile parquet = ParquetFile.open(file)) {
        for (String text : FILTERS) {
          BatchFilter filter = BatchFilter.of(RowFilter.parse(text), SCHEMA);
          boolean mayMatch = filter.mayMatch(name -> parquet.bounds(0, name));
          if (filter.rows(batch).length > 0) {
            assertThat(mayMatch).as("%s in group %d", text, g).isTrue();
          }
          skipped += mayMatch ? 0 : 1;
        }
      }
    }
    assertThat(skipped).isGreaterThan(200);
  }
}
