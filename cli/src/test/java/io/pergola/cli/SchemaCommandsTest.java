package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.validation.AnomalousExamplesFile;
import io.pergola.validation.AnomalousRows;
import io.pergola.validation.AnomalyType;
import io.pergola.validation.Domain.Strings;
import io.pergola.validation.SchemaFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SchemaCommandsTest extends CliFixture {
  private Path file() {
    return folder.resolve("schema.json");
  }

  private Answer look(long red, String other, String... more) {
    String[] all = new String[4 + more.length];
    all[0] = "run";
    all[1] = "acme.Lighthouse";
    all[2] = "--red=" + red;
    all[3] = "--other=" + other;
    System.arraycopy(more, 0, all, 4, more.length);
    return pergola(all);
  }

  private List<String> flags(Path schema) {
    return ((Strings) SchemaFile.read(schema).find("flag").orElseThrow().domain().orElseThrow())
        .values();
  }

  @Test
  void acceptedAnomaliesMakeAVersionThatThePipelineTakes() {
    look(60, "blue");
    Answer shown = pergola("schema", "show");
    assertThat(shown.out()).contains("1 features").containsPattern("flag +TEXT +in 100.0 % +1 ");
    Answer edited = pergola("schema", "edit", "--output=" + file());
    assertThat(edited.out()).contains("\"strings\" : [ \"blue\", \"red\" ]");
    write(folder.resolve("new.json"), edited.out());
    pergola("schema", "edit", "--from=" + folder.resolve("new.json"), "--output=" + file());
    assertThat(look(60, "green", "--schema=" + file()).code()).isEqualTo(1);

    Answer accepted = pergola("schema", "accept", "--output=" + file());

    assertThat(accepted.err()).isEmpty();
    assertThat(accepted.out())
        .contains("flag: WIDEN_DOMAIN  [ENUM_TYPE_UNEXPECTED_STRING_VALUES]")
        .contains("3 strings, only here: green")
        .contains("Wrote " + file() + ", version 2.")
        .contains("Version 1 is kept in " + folder.resolve("schema.json.versions/1.json"));
    assertThat(flags(file())).containsExactly("blue", "green", "red");
    assertThat(look(60, "green", "--schema=" + file()).code()).isZero();
    assertThat(pergola("schema", "show", file().toString(), "--history").out())
        .containsPattern("(?m)^ +2 .* accepted anomalies of .* flag: strings$");
    Answer diff =
        pergola(
            "schema",
            "diff",
            folder.resolve("schema.json.versions/1.json").toString(),
            file().toString());
    assertThat(diff.out()).containsPattern("flag +strings +2 strings +3 strings, only here: green");
    assertThat(pergola("schema", "accept", "--output=" + file()).out())
        .contains("Nothing to accept: the examples agree with their schema.");
  }

  @Test
  void onlyAnomaliesOfANamedFeatureAreAccepted() {
    look(60, "blue");
    pergola("schema", "edit", "--output=" + file());
    write(file(), pergola("schema", "show", "--json").out());
    look(60, "green", "--schema=" + file());

    Answer wrong = pergola("schema", "accept", "--feature=flog", "--output=" + file());

    assertThat(wrong.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(wrong.err())
        .isEqualTo("error: No anomaly of feature 'flog' (there are some of flag)\n");
    assertThat(flags(file())).containsExactly("blue", "red");
    pergola("schema", "accept", "--feature=flag", "--output=" + file());
    assertThat(flags(file())).contains("green");
  }

  @Test
  void whatIsWrongWithAnEditedSchemaIsSaidAllAtOnce() {
    look(60, "blue");
    Path wrong = folder.resolve("wrong.json");
    write(
        wrong,
        """
        {"format": 2, "features": [
          {"name": "flag", "type": "TEXT", "strnigs": ["red"]},
          {"name": "length", "type": "FLOAT",
           "validations": [{"expression": "maen > 3"}]}]}
        """);

    Answer answer = pergola("schema", "edit", "--from=" + wrong, "--output=" + file());

    assertThat(answer.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(answer.err())
        .contains("'flag': unknown key \"strnigs\"")
        .contains("'length': Cannot read the validation \"maen > 3\" column 1");
    assertThat(file()).doesNotExist();
  }

  @Test
  void anEditorTakesTheSchemaAndBringsItBack() {
    look(60, "blue");

    Answer answer =
        pergola("schema", "edit", "--editor=sed -i s/blue/white/", "--output=" + file());

    assertThat(answer.out()).contains("Wrote " + file() + ", version 1.");
    assertThat(flags(file())).containsExactly("red", "white");
    assertThat(folder.resolve("schema.json.edit")).doesNotExist();
    assertThat(pergola("schema", "edit", "--editor=false", "--output=" + file()).err())
        .contains("'false' ended with code 1");
  }

  @Test
  void anomaliesSayWhichEditsTheyAsk() {
    look(60, "blue");
    write(file(), pergola("schema", "show", "--json").out());
    look(60, "green", "--schema=" + file());

    assertThat(pergola("anomalies", "--edits").out())
        .contains("WIDEN_DOMAIN:")
        .contains("\"strings\" : [ \"blue\", \"green\", \"red\" ]");
  }

  @Test
  void driftFromTheRunBeforeStopsARunAndCanBeAccepted() throws IOException {
    look(60, "blue");
    String limited =
        pergola("schema", "show", "--json")
            .out()
            .replace(
                "\"strings\" : [ \"blue\", \"red\" ]",
                "\"strings\" : [ \"blue\", \"red\" ], \"drift\" : { \"infinityNorm\" : 0.1 }");
    write(file(), limited);
    assertThat(look(65, "blue", "--schema=" + file()).code()).isZero();

    assertThat(look(90, "blue", "--schema=" + file()).code()).isEqualTo(1);

    assertThat(pergola("anomalies").out())
        .contains("COMPARATOR_L_INFTY_HIGH")
        .contains("is 0.25, above the limit 0.1; 'red' has changed most, from 65% to 90%.");
    assertThat(pergola("schema", "accept", "--output=" + file()).out())
        .contains("flag: RAISE_DRIFT_LIMIT")
        .containsPattern("flag +drift +\\{\"infinityNorm\":0.1} +\\{\"infinityNorm\":0.25}");
  }

  @Test
  void anomalousExamplesAreShownByRule() {
    TreeMap<String, String> values = new TreeMap<>(Map.of("fare", "-2.5", "company", "Flash"));
    AnomalousExamplesFile.write(
        new AnomalousRows(
            List.of(
                new AnomalousRows.Split(
                    "train",
                    10_000,
                    17,
                    List.of(
                        new AnomalousRows.Rule(
                            "fare",
                            AnomalyType.FLOAT_TYPE_SMALL_FLOAT,
                            17,
                            List.of(new AnomalousRows.Row(4711, values))))))),
        folder.resolve("rows"));

    Answer answer = plain("anomalies", "--rows", folder.resolve("rows").toString());

    assertThat(answer.out())
        .containsPattern("train +fare +FLOAT_TYPE_SMALL_FLOAT +17 +4711 +.company=Flash, fare=-2.5")
        .contains("17 anomalous examples.");
    assertThat(answer.out().lines()).allMatch(line -> line.length() <= 120);
  }

  @Test
  void limitsAreReplayedOverTheRecordedDays() throws Exception {
    long[] red = {50, 51, 53, 83, 84};
    for (int day = 1; day <= red.length; day++) {
      look(red[day - 1], "blue", "--interval=2026-11-0" + day);
    }
    look(52, "blue", "--interval=2026-11-03", "--no-cache"); // The newer attempt counts.

    Answer all = pergola("calibrate", "--pipeline=lighthouse", "--alarm-rate=0.25");
    assertThat(all.err()).isEmpty();
    assertThat(all.out())
        .contains("lighthouse: 5 days, from 2026-11-01 to 2026-11-05")
        .containsPattern("flag +train +drift, L-infinity +4 +0.31\\S* +[34] +1 +1 +1 +1 +0.01");
    Answer one = pergola("calibrate", "--pipeline=lighthouse", "--feature=flag", "--limits=0.1");
    assertThat(one.out()).containsPattern("train +drift, L-infinity +0.1\\S* +1 +2026-11-04");
    assertThat(all.out().lines()).allMatch(line -> line.length() <= 120);

    JsonNode json =
        new ObjectMapper()
            .readTree(
                pergola("calibrate", "--pipeline=lighthouse", "--measure=normalized", "--json")
                    .out());
    assertThat(json).hasSize(1);
    assertThat(json.get(0).get("distances").get("2026-11-04").asDouble())
        .isEqualTo(0.155, within(1e-9));
    assertThat(json.get(0).get("limits").get(2).get("days").get(0).asText())
        .isEqualTo("2026-11-04");
    assertThat(pergola("calibrate", "--pipeline=harbour").err())
        .startsWith("error: Unknown pipeline: 'harbour'");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
