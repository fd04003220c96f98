package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.pipeline.PipelineGraph.Group;
import io.pergola.pipeline.PipelineGraph.Input;
import io.pergola.pipeline.PipelineGraph.Node;
import io.pergola.pipeline.PipelineGraph.Output;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphJsonTest {
  private static final Node IMPORT =
      new Node(
          "import",
          "Import",
          List.of(),
          List.of(new Output("examples", "Examples", false)),
          new TreeMap<>(Map.of("row", "Trip", "from", "data")),
          new TreeMap<>(Map.of("row", "11aa", "from", "22bb")),
          "33cc",
          NodeOptions.defaults(),
          "",
          "Tips.java:12");

  private static final PipelineGraph GRAPH =
      new PipelineGraph(
          "tips",
          new TreeMap<>(Map.of("serving", "models", "data", "trips \"1\".csv")),
          List.of(
              IMPORT,
              train(
                  NodeOptions.defaults()
                      .retries(3)
                      .retryDelay(Duration.ofSeconds(5))
                      .timeout(Duration.ofHours(1))
                      .withoutCache()
                      .memory("8g")
                      .threads(4)
                      .engine("parallelism", "2"),
                  "each-1/berlin")),
          List.of(
              new Group(
                  "when-1",
                  "",
                  Group.Kind.WHEN,
                  new Criterion.AnyOf(
                      List.of(
                          new Criterion.OfNumber(
                              "evaluator",
                              "evaluation",
                              "accuracy",
                              Criterion.Comparison.AT_LEAST,
                              0.9),
                          new Criterion.Not(new Criterion.Exists("last", "model")))),
                  "when accuracy of 'evaluator' is at least 0.9 or not ('last' gives a 'model')",
                  "Tips.java:13"),
              new Group(
                  "each-1",
                  "when-1",
                  Group.Kind.EACH,
                  new Criterion.All(List.of()),
                  "each",
                  "Tips.java:14"),
              new Group(
                  "each-1/berlin",
                  "each-1",
                  Group.Kind.ITEM,
                  new Criterion.All(List.of()),
                  "berlin",
                  "Tips.java:14")),
          List.of(
              new Node(
                  "tell-team",
                  "TellTeam",
                  List.of(),
                  List.of(),
                  new TreeMap<>(Map.of("address", "team@example.org")),
                  new TreeMap<>(),
                  "",
                  NodeOptions.defaults(),
                  "",
                  "Tips.java:20")));

  private static Node train(NodeOptions options, String group) {
    return new Node(
        "again/train",
        "Train",
        List.of(
            new Input("examples", "import", "examples", "Examples", false),
            new Input("last", "latest-blessed-model", "model", "Model", true)),
        List.of(new Output("model", "Model", false), new Output("bestModel", "Model", true)),
        new TreeMap<>(),
        new TreeMap<>(),
        "44dd",
        options,
        group,
        "Tips.java:13");
  }

  private static String golden(int format) throws IOException {
    try (InputStream in =
        GraphJsonTest.class.getResourceAsStream("/golden/graph-%d.json".formatted(format))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void graphIsWrittenAsTheGoldenFileHasIt() throws IOException {
    assertThat(GRAPH.toJson()).isEqualTo(golden(2));
  }

  @Test
  void goldenFileIsReadAsTheGraph() throws IOException {
    assertThat(PipelineGraph.fromJson(golden(2))).isEqualTo(GRAPH);
  }

  @Test
  void graphOfFormat1HasDefaultOptionsAndNoBlocks() throws IOException {
    assertThat(PipelineGraph.fromJson(golden(1)))
        .isEqualTo(
            new PipelineGraph(
                "tips",
                GRAPH.parameters(),
                List.of(IMPORT, train(NodeOptions.defaults(), "")),
                List.of(),
                List.of()));
  }

  @Test
  void optionsThatNobodyKnowsAreRefused() throws IOException {
    assertThatThrownBy(
            () ->
                PipelineGraph.fromJson(golden(2).replace("\"retries\": \"3\"", "\"luck\": \"3\"")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unknown node options [luck]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"format\": 3, \"shape\": 1} | Cannot read pipeline graph: its format is 3, and this Pergola"
            + " reads up to 2. Use a newer Pergola.",
        "{\"name\": \"x\"} | Cannot read pipeline graph: it has no format version. Check that it is the"
            + " right file.",
        "[1] | Cannot read pipeline graph: it has no format version. Check that it is the right file."
      })
  void whatIsNoGraphOfAKnownFormatIsRefused(String json, String message) {
    assertThatThrownBy(() -> PipelineGraph.fromJson(json)).hasMessage(message);
  }

  @Test
  void cutOffFileIsRefused() throws IOException {
    String half = golden(2).substring(0, golden(2).length() / 2);

    assertThatThrownBy(() -> PipelineGraph.fromJson(half))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Cannot read pipeline graph: ")
        .hasMessageEndingWith(". Check that the file is whole.");
  }

  @Test
  void missingAndUnknownFieldsAreRefused() {
    assertThatThrownBy(() -> PipelineGraph.fromJson("{\"format\": 1, \"name\": \"x\"}"))
        .hasMessageContaining("parameters");
    assertThatThrownBy(
            () ->
                PipelineGraph.fromJson(
                    "{\"format\": 1, \"name\": \"x\", \"parameters\": {}, \"nodes\": [], \"z\": 1}"))
        .hasMessageContaining("\"z\"");
  }

  @Test
  void nestingBeyondTheLimitIsRefused() {
    assertThatThrownBy(() -> PipelineGraph.fromJson("[".repeat(2_000)))
        .hasMessageContaining("nesting depth");
  }
}
