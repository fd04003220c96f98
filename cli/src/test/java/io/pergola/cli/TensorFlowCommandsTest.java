package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.StatisticsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TensorFlowCommandsTest extends CliFixture {
  private Path tfx() {
    return folder.resolve("tfx");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode newest(String type) {
    try {
      return new ObjectMapper()
          .readTree(pergola("artifacts", "--type=" + type, "--limit=1", "--json").out())
          .get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String id(String type) {
    return newest(type).get("id").asText();
  }

  private Path directory(String type) {
    return Path.of(newest(type).get("directory").asText());
  }

  @Test
  void whatIsExportedComesBackByCommandAndByPipeline() throws IOException {
    pergola("run", "acme.Lighthouse", "--red=60", "--other=blue");
    Path statistics = directory("ExampleStatistics");
    Path schema = directory("Schema");

    Answer exported = pergola("export", id("ExampleStatistics"), "--output=" + tfx());
    pergola("export", id("Schema"), "--output=" + tfx());

    assertThat(exported.err()).isEmpty();
    assertThat(exported.out()).isEqualTo("Wrote %s.\n".formatted(tfx()));
    assertThat(tfx().resolve("Split-train/FeatureStats.pb")).isRegularFile();
    assertThat(Files.readString(tfx().resolve("schema.pbtxt"))).contains("value: \"blue\"");

    Path back = folder.resolve("back");
    assertThat(plain("import", tfx().toString(), "--output=" + back).out())
        .isEqualTo("Wrote %s. Look at it: pergola statistics %s\n".formatted(back, back));
    assertThat(StatisticsFile.read(back)).isEqualTo(StatisticsFile.read(statistics));
    assertThat(pergola("statistics", back.toString()).out()).contains("flag");

    Path file = folder.resolve("schema.json");
    String text = tfx().resolve("schema.pbtxt").toString();
    assertThat(plain("import", text, "--output=" + file).out())
        .isEqualTo(
            "Wrote %s, version 1. Look at it: pergola schema show %s\n".formatted(file, file));
    assertThat(SchemaFile.read(file)).isEqualTo(SchemaFile.read(schema));
    assertThat(plain("import", text, "--output=" + file).out())
        .isEqualTo("No difference: %s stays as it is.\n".formatted(file));

    Answer run = pergola("run", "acme.FromTfx", "--folder=" + tfx());
    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(StatisticsFile.read(directory("ExampleStatistics")))
        .isEqualTo(StatisticsFile.read(statistics));
    assertThat(newest("Schema").toString()).contains("imported_from", "import_notes");
  }

  @Test
  void anomaliesGoOutWithTheirSchemaAndComeBackWithoutTheirEdits() {
    pergola("run", "acme.Lighthouse", "--red=60", "--other=blue");
    Path file = folder.resolve("schema.json");
    write(file, pergola("schema", "show", "--json").out());
    pergola("run", "acme.Lighthouse", "--red=60", "--other=green", "--schema=" + file);
    String id = id("ExampleAnomalies");

    Answer exported =
        pergola("export", id, "--schema=" + file, "--split=eval", "--output=" + tfx());
    Answer imported =
        plain("import", tfx().toString(), "--json", "--output=" + folder.resolve("back"));

    assertThat(exported.out())
        .isEqualTo(
            """
            Not taken over: the edits of the schema that would accept the data.
            Wrote %s.
            """
                .formatted(tfx()));
    assertThat(tfx().resolve("Split-eval/SchemaDiff.pb")).isRegularFile();
    assertThat(imported.out())
        .contains(
            "Not taken over: the schema that the anomalies of split 'train' were found with.");
    assertThat(AnomaliesFile.read(folder.resolve("back")).anomalies())
        .extracting(anomaly -> anomaly.type().name())
        .containsExactly("ENUM_TYPE_UNEXPECTED_STRING_VALUES");
  }

  @Test
  void whatCannotBeImportedOrExportedIsSaidWithARemedy() {
    pergola("run", "acme.Lighthouse", "--red=60", "--other=blue");
    Path file = folder.resolve("whatever.pbtxt");
    write(file, "feature { name: 'a' }");

    Answer unknown = plain("import", file.toString(), "--output=" + tfx());
    Answer wrong = plain("import", file.toString(), "--as=schema", "--output=" + tfx());
    Answer none = pergola("export", id("ExampleAnomalies"), "--output=" + tfx());

    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(unknown.err())
        .isEqualTo(
            "error: Cannot tell what %s holds. Say it: --as=statistics, --as=schema or --as=anomalies.\n"
                .formatted(file));
    assertThat(wrong.err())
        .isEqualTo(
            "error: Cannot take over %s: feature 'a': it has no type (INT, FLOAT, BYTES or STRUCT). Correct the file.\n"
                .formatted(file));
    assertThat(none.err())
        .isEqualTo(
            "error: Nothing to export: there are no anomalies in any split. Name the splits to write all the same: --split=NAME,NAME.\n");
  }
}
