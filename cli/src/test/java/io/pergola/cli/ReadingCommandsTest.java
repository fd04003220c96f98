package io.pergola.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadingCommandsTest extends CliFixture {
  private static final ObjectMapper JSON = new ObjectMapper();

  @BeforeEach
  void run() {
    assertThat(sail("calm").code()).isZero();
  }

  private JsonNode json(String... arguments) throws Exception {
    Answer answer = pergola(arguments);
    assertThat(answer.err()).isEmpty();
    assertThat(answer.code()).isZero();
    return JSON.readTree(answer.out());
  }

  @Test
  void runsAreListedNewestFirst() throws Exception {
    sail("stormy");

    List<String> lines = pergola("runs").out().lines().toList();
    assertThat(lines.get(0)).startsWith("RUN ").contains("PIPELINE  STATE");
    assertThat(lines.get(1)).contains("harbour").contains("STOPPED");
    assertThat(lines.get(2)).contains("harbour").contains("SUCCEEDED").contains("local");
    assertThat(pergola("runs", "--limit=1").out().lines()).hasSize(2);
    assertThat(pergola("runs", "--pipeline=other").out()).startsWith("No runs yet.");
    JsonNode runs = json("runs", "--json");
    assertThat(runs).hasSize(2);
    assertThat(runs.get(0).get("cause").asText()).startsWith("The sea is too rough.");
    assertThat(runs.get(1).get("parameters").get("boats").asText()).isEqualTo("10");
  }

  @Test
  void aRunIsShownWithItsNodesAndArtifacts() throws Exception {
    Answer shown = pergola("show");

    assertThat(shown.out())
        .contains(": SUCCEEDED\nharbour on local, ")
        .contains("  boats = 10\n")
        .containsPattern("(?m)^survey +COMPLETED +.* 10 +1$")
        .containsPattern("(?m)^ *1  ExampleStatistics  survey\\.")
        .contains("log: " + home().resolve("logs"));
    JsonNode json = json("show", "--json");
    assertThat(json.get("nodes")).hasSize(3);
    assertThat(json.get("nodes").get(0).get("state").asText()).isEqualTo("COMPLETED");
    assertThat(json.get("artifacts")).hasSize(4);
    String id = json.get("run").get("id").asText();
    assertThat(pergola("show", id.substring(0, id.length() - 1)).out()).isEqualTo(shown.out());
    assertThat(pergola("show", "nothing").err())
        .isEqualTo("error: Unknown run: 'nothing'. List them: pergola runs.\n");
  }

  @Test
  void artifactsAreListedAndFilteredByType() throws Exception {
    assertThat(pergola("artifacts").out().lines()).hasSize(5);
    assertThat(pergola("artifacts", "--type=ModelBlessing").out())
        .containsPattern("(?m)ModelBlessing  judge.blessing .* blessed=1$");
    JsonNode all = json("artifacts", "--json");
    assertThat(all).hasSize(4);
    assertThat(Path.of(all.get(0).get("directory").asText())).isDirectory();
    String run = all.get(0).get("run").asText();
    assertThat(json("artifacts", "--run=" + run, "--type=ModelEvaluation", "--json")).hasSize(1);
  }

  @Test
  void statisticsAreFoundByIdDirectoryAndUri() throws Exception {
    String newest = pergola("statistics").out();
    JsonNode artifact = json("artifacts", "--type=ExampleStatistics", "--json").get(0);
    Path directory = Path.of(artifact.get("directory").asText());

    assertThat(pergola("statistics", artifact.get("id").asText()).out()).isEqualTo(newest);
    assertThat(pergola("statistics", directory.toString()).out()).isEqualTo(newest);
    assertThat(pergola("statistics", directory.toUri().toString()).out()).isEqualTo(newest);
    assertThat(plain("statistics", directory.resolve("statistics.json").toString()).out())
        .as("outside of any workspace")
        .isEqualTo(newest);
    assertThat(json("statistics", "--json").has("format")).isTrue();
    assertThat(pergola("statistics", "999").code()).isEqualTo(2);
    assertThat(pergola("anomalies", artifact.get("id").asText()).err())
        .startsWith("error: Cannot show artifact 1: it is of type ExampleStatistics, not");
  }

  @Test
  void anomaliesAreShownWithTheirNumbers() throws Exception {
    assertThat(pergola("anomalies").out())
        .isEqualTo("No anomalies: the examples agree with their schema.\n");
    sail("stormy");

    assertThat(pergola("anomalies").out())
        .isEqualTo(
            """
            ERROR   length: New column  [train, SCHEMA_NEW_COLUMN]
                    Feature 'length' is not in the schema.

            1 errors, 0 warnings.
            Edits of the schema that would accept the data: pergola anomalies --edits
            """);
    assertThat(json("anomalies", "--json").has("format")).isTrue();
  }

  @Test
  void anEvaluationIsATableOfMetricsBySlice() throws Exception {
    assertThat(pergola("evaluation").out())
        .isEqualTo(
            """
            binary of 1,200 examples (eval), label sinks

            SLICE     example_count  accuracy
            overall           1,200    0.8750
            flag=red            700    0.5000

            LABEL  predicted false  predicted true
            false            1,000              50
            true               100              50

            blessed
            """);
    JsonNode json = json("evaluation", "--json");
    assertThat(json.at("/slices/overall/metrics/accuracy").asDouble()).isEqualTo(0.875);
    assertThat(json.at("/slices/flag=red/metrics/accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/slices/overall/confusion/1/0").asLong()).isEqualTo(100);
    assertThat(json.at("/slices/flag=red").has("confusion")).isFalse();
    assertThat(json.get("blessed").asBoolean()).isTrue();
    assertThat(pergola("evaluation", "--slice=red").out()).doesNotContain("overall");
  }

  @Test
  void lineageIsATreeUpAndDown() throws Exception {
    assertThat(pergola("lineage", "2").out().lines().skip(1))
        .containsExactly(
            "made from",
            "└─ ExampleStatistics 1 (survey.statistics) as statistics",
            "used for",
            "├─ ModelEvaluation 3 (judge.evaluation)",
            "└─ ModelBlessing 4 (judge.blessing)");
    JsonNode json = json("lineage", "--type=ModelBlessing", "--json");
    assertThat(json.get("artifact").get("type").asText()).isEqualTo("ModelBlessing");
    assertThat(json.get("relatives")).hasSize(2);
    assertThat(json.get("relatives").get(1).get("depth").asInt()).isEqualTo(-2);
    assertThat(json.get("executions")).hasSize(3);
    assertThat(pergola("lineage", "4", "--depth=1").out()).doesNotContain("ExampleStatistics");
  }

  @Test
  void aPlanSaysWhatWouldRunAndWhy() throws Exception {
    assertThat(pergola("plan", "acme.Harbour", "--boats=10", "--mood=calm").out())
        .containsPattern("(?m)^survey  Survey +cached  execution 1 of run ")
        .endsWith("Nothing needs to run.\n");
    String changed = pergola("plan", "acme.Harbour", "--boats=11", "--mood=calm").out();
    assertThat(changed)
        .containsPattern("(?m)^survey  Survey +run  +parameter 'boats' changed: 10 -> 11$")
        .contains("input 'statistics' comes from 'survey', which will run");
    JsonNode json = json("plan", "acme.Harbour", "--boats=11", "--mood=calm", "--json");
    assertThat(json.at("/nodes/0/plan").asText()).isEqualTo("run");
    assertThat(json.at("/nodes/0/why/0").asText()).isEqualTo("parameter 'boats' changed: 10 -> 11");
    assertThat(pergola("runs").out().lines()).as("a plan is no run").hasSize(2);
  }

  @Test
  void theCacheOfANodeIsExplained() throws Exception {
    assertThat(pergola("explain-cache", "watch").out())
        .containsPattern("^watch \\(Watch, Harbour.java:\\d+\\): cached\n  execution 2 of run ")
        .contains("  input      statistics: content of survey.statistics\n")
        .contains("  parameter  mood = calm");
    assertThat(json("explain-cache", "watch", "--json").get("plan").asText()).isEqualTo("cached");
    assertThat(pergola("explain-cache", "nothing").err())
        .isEqualTo("error: Unknown node: 'nothing' (there are survey, watch, judge)\n");
  }

  @Test
  void theGraphIsDrawnFromTheRecordOrFromTheCode() throws Exception {
    String text = pergola("graph").out();
    assertThat(text)
        .startsWith("harbour\n\nsurvey  (Survey, Harbour.java:")
        .contains("  ◂ statistics: ExampleStatistics from survey.statistics\n");
    assertThat(pergola("graph", "acme.Harbour", "--boats=1", "--mood=x").out()).isEqualTo(text);
    assertThat(pergola("graph", "--format=dot").out())
        .contains("\"survey\" -> \"watch\" [label=\"statistics\"];");
    assertThat(pergola("graph", "--format=mermaid").out())
        .startsWith("flowchart LR\n")
        .contains("survey -->|statistics| watch");
    assertThat(json("graph", "--json").get("nodes")).hasSize(3);
  }

  @Test
  void theDoctorLooksAtTheWorkspace() throws Exception {
    Answer well = pergola("doctor");
    assertThat(well.code()).isZero();
    assertThat(well.out()).contains("OK     workspace  ").contains("1 runs, 4 artifacts");
    JsonNode artifact = json("artifacts", "--type=ModelBlessing", "--json").get(0);
    Files.delete(Path.of(artifact.get("directory").asText()).resolve("manifest.json"));

    Answer ill = pergola("doctor");
    assertThat(ill.code()).isEqualTo(4);
    assertThat(ill.out()).contains("WRONG  artifact   artifact 4 (ModelBlessing) of judge: file ");
    assertThat(JSON.readTree(pergola("doctor", "--json").out())).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runs",
        "show",
        "artifacts",
        "statistics",
        "anomalies",
        "training",
        "evaluation",
        "lineage",
        "resume",
        "graph"
      })
  void withoutAWorkspaceACommandSaysHowToGetOne(String command) {
    Answer answer = plain(command, "--home=" + folder.resolve("none"));

    assertThat(answer.code()).isEqualTo(2);
    assertThat(answer.err())
        .isEqualTo(
            "error: Cannot read %s: there is no workspace. Run 'pergola quickstart' first, or name"
                    .formatted(folder.resolve("none"))
                + " another with --home.\n");
    assertThat(folder.resolve("none")).as("looking makes nothing").doesNotExist();
  }
}
