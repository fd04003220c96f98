package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrialsCommandTest extends CliFixture {
  @BeforeEach
  void tune() {
    assertThat(pergola("run", "acme.Rehearsal", "--takes=2").code()).isZero();
  }

  private JsonNode results() throws Exception {
    return new ObjectMapper()
        .readTree(pergola("artifacts", "--type=TunerResults", "--json").out())
        .get(0);
  }

  @Test
  void showsTheTrialsTheBestFirst() {
    Answer answer = pergola("trials");

    assertThat(answer.err()).isEmpty();
    assertThat(answer.out())
        .isEqualTo(
            """
            3 trials by Random[trials=3]; best auc 0.8750 in trial 3

            TRIAL     auc    loss  STEPS  kind    rate  units  OUTCOME
                3  0.8750  0.1250  1,040  deep  0.0300      8  best
                1  0.7500  0.2500  1,040  flat  0.0015      8  finished
                2       -       -      0  deep  0.1000      8  failed

            trial 2 failed: IllegalStateException: no wind
            """);
  }

  @Test
  void resultsAreNamedByTheirIdTheirDirectoryOrTheirRun() throws Exception {
    String expected = pergola("trials").out();
    String run =
        new ObjectMapper().readTree(pergola("runs", "--json").out()).get(0).get("id").asText();

    assertThat(pergola("trials", results().get("id").asText()).out()).isEqualTo(expected);
    assertThat(pergola("trials", results().get("directory").asText()).out()).isEqualTo(expected);
    assertThat(pergola("trials", run).out()).isEqualTo(expected);
  }

  @Test
  void aRunWithoutATunerIsRefused() throws Exception {
    sail("calm");
    String run =
        new ObjectMapper().readTree(pergola("runs", "--json").out()).get(0).get("id").asText();

    Answer answer = pergola("trials", run);

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot show the trials of run %s: it has no tuner. List results of tuners: pergola artifacts --type=TunerResults.\n"
                .formatted(run));
  }

  @Test
  void printsTheFileOrWritesAPage() throws Exception {
    Path directory = Path.of(results().get("directory").asText());
    Path page = folder.resolve("out/trials.html");

    assertThat(pergola("trials", "--json").out())
        .isEqualTo(Files.readString(directory.resolve("tuner-results.json")));
    assertThat(pergola("trials", "--html=" + page).out())
        .startsWith(page + " (")
        .endsWith(" KB). Open it in a browser.\n");
    assertThat(Files.readString(page)).startsWith("<!DOCTYPE html>").contains("no wind");
    assertThat(pergola("trials", "--json", "--html=" + page).err())
        .isEqualTo("error: Cannot write a page as JSON. Leave out --html or --json.\n");
  }
}
