package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExamplesCommandTest extends CliFixture {
  private static final ExampleSchema SCHEMA =
      new ExampleSchema(
          List.of(
              ExampleSchema.Field.of("id", ColumnType.INT),
              ExampleSchema.Field.of("fare", ColumnType.FLOAT),
              ExampleSchema.Field.of("company", ColumnType.TEXT),
              ExampleSchema.Field.of("image", ColumnType.BYTES),
              new ExampleSchema.Field("tags", ColumnType.TEXT, true)));

  @TempDir Path examples;

  @BeforeEach
  void write() throws IOException {
    ExampleBatchBuilder rows = new ExampleBatchBuilder(SCHEMA);
    for (int i = 0; i < 5; i++) {
      rows.putLong(0, i);
      if (i != 1) {
        rows.putFloat(1, i == 3 ? Float.NaN : i + 0.5f);
      }
      rows.putText(2, List.of("Blue", "", "[]", "red\u001b[31m", " x").get(i));
      if (i == 0) {
        rows.putBytes(3, new byte[] {1, (byte) 0xff}, 0, 2);
      }
      if (i == 0) {
        rows.putText(4, "a");
        rows.putText(4, "b");
      } else if (i == 1) {
        rows.putEmpty(4);
      }
      rows.endRow();
    }
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, "train", 0), SCHEMA)) {
      writer.write(rows.build());
    }
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(examples, "eval", 0), SCHEMA)) {
      writer.write(new ExampleBatchBuilder(SCHEMA).build());
    }
  }

  @Test
  void rowsAreATableInWhichMissingAndEmptyAreTold() {
    assertThat(plain("examples", examples.toString()).out())
        .isEqualTo(
            """
            eval: 0 of 0 examples

            train: 5 of 5 examples

            ROW  id  fare  company        image   tags
              0   0   0.5  Blue           0x01ff  [a, b]
              1   1     \u2205  ""             \u2205       []
              2   2   2.5  "[]"           \u2205       \u2205
              3   3   NaN  red\\u001b[31m  \u2205       \u2205
              4   4   4.5  " x"           \u2205       \u2205
            """);
  }

  @Test
  void rowsAreChosenByFilterSplitLimitAndColumns() {
    assertThat(
            plain(
                    "examples",
                    examples.toString(),
                    "--split=train",
                    "--where=fare is missing or fare > 1",
                    "--limit=2",
                    "--columns=fare,id")
                .out())
        .isEqualTo(
            """
            train: the first 2 that match, of 5 examples

            ROW  fare  id
              1     \u2205   1
              2   2.5   2
            """);
  }

  @Test
  void rowsAsJsonLeaveMissingFeaturesOut() throws Exception {
    JsonNode rows =
        new ObjectMapper()
            .readTree(plain("examples", examples.toString(), "--json", "--limit=4").out());
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).toString())
        .isEqualTo(
            "{\"split\":\"train\",\"row\":0,\"example\":{\"id\":0,\"fare\":0.5,\"company\":\"Blue\",\"image\":\"Af8=\",\"tags\":[\"a\",\"b\"]}}");
    assertThat(rows.get(1).get("example").toString())
        .isEqualTo("{\"id\":1,\"company\":\"\",\"tags\":[]}");
    assertThat(rows.get(3).get("example").get("fare").asText()).isEqualTo("NaN");
  }

  @Test
  void noLineIsWiderThan120AndColumnsThatDoNotFitAreNamed(@TempDir Path wide) throws IOException {
    List<ExampleSchema.Field> fields = new ArrayList<>();
    for (int c = 0; c < 40; c++) {
      fields.add(ExampleSchema.Field.of("a_rather_long_column_name_" + c, ColumnType.TEXT));
    }
    ExampleBatchBuilder rows = new ExampleBatchBuilder(new ExampleSchema(fields));
    for (int c = 0; c < 40; c++) {
      rows.putText(c, "x".repeat(100));
    }
    rows.endRow();
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(wide, "all", 0), rows.schema())) {
      writer.write(rows.build());
    }
    String out = plain("examples", wide.toString()).out();
    assertThat(out.lines()).allMatch(line -> line.length() <= 120);
    // 3 for the row number, and each column 24 and a gap of 2: 4 fit into 120.
    assertThat(out).contains("36 more (--columns): a_rather_long_column_name_4, ");
  }

  @Test
  void mistakesAreSaidWithTheirRemedy() {
    assertThat(plain("examples", examples.toString(), "--where=fair > 1").err())
        .isEqualTo(
            "error: Cannot filter examples by fair > 1: there is no column 'fair' (there are id, fare, company, image, tags). Correct the filter.\n");
    assertThat(plain("examples", examples.toString(), "--where=fare >").code()).isEqualTo(2);
    assertThat(plain("examples", examples.toString(), "--columns=x").err())
        .isEqualTo("error: Unknown columns: x (there are id, fare, company, image, tags)\n");
    assertThat(plain("examples", examples.toString(), "--split=test").err())
        .isEqualTo("error: Unknown split: 'test' (there are eval, train)\n");
    assertThat(plain("examples", examples.toString(), "--limit=0").code()).isEqualTo(2);
  }
}
