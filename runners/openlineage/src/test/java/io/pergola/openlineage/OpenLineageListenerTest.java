package io.pergola.openlineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.HttpServer;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClientUtils;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.artifact.Statistics;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.RunContext;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenLineageListenerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Workspace workspace;
  private Path file;

  @BeforeEach
  void open() throws IOException {
    workspace = Workspace.open(folder.resolve("home"));
    file = folder.resolve("fares.txt");
    Files.writeString(file, "7.5");
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  /** One column, one row, from a file. */
  record Read(Path file) implements InlineComponent<Channel<Examples<Row>>> {
    @Override
    public List<Path> externalInputs() {
      return List.of(file);
    }

    @Override
    public void run(Artifacts artifacts, Channel<Examples<Row>> out) throws Exception {
      write(artifacts.of(out).directory(), "fare");
    }
  }

  record Count(Channel<Examples<Row>> examples) implements InlineComponent<Channel<Statistics>> {
    @Override
    public void run(Artifacts artifacts, Channel<Statistics> out) throws Exception {
      Files.writeString(artifacts.of(out).directory().resolve("statistics.json"), "1");
    }
  }

  record Scale(Channel<Examples<Row>> examples, boolean fails)
      implements InlineComponent<Scale.Outputs> {
    record Outputs(Channel<TransformGraph> graph, Channel<Examples<Row>> examples) {}

    @Override
    public void run(Artifacts artifacts, Outputs out) throws Exception {
      if (fails) {
        throw new IllegalStateException("no scale");
      }
      Files.writeString(artifacts.of(out.graph()).directory().resolve("transform.json"), "{}");
      write(artifacts.of(out.examples()).directory(), "fare_z_score");
      artifacts
          .execution()
          .property(out.graph(), "column_lineage", Map.of("fare_z_score", List.of("fare", "tips")));
    }
  }

  record Fares(Path file, boolean fails) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Row>> examples = p.add(new Read(file));
      p.add(new Count(examples));
      p.add(new Scale(examples, fails));
    }
  }

  private static void write(Path directory, String column) throws IOException {
    ExampleSchema schema =
        new ExampleSchema(List.of(ExampleSchema.Field.of(column, ColumnType.FLOAT)));
    ExampleBatchBuilder batch = new ExampleBatchBuilder(schema);
    batch.putFloat(0, 7.5f);
    batch.endRow();
    try (ExampleFileWriter writer =
        ExampleFileWriter.open(ExampleFiles.partFile(directory, "train", 0), schema)) {
      writer.write(batch.build());
    }
  }

  private static DataQuality oneFare() {
    return artifact ->
        artifact.type().equals("ExampleStatistics")
            ? Optional.of(
                new DataQuality.Metrics(
                    1,
                    new TreeMap<>(
                        Map.of(
                            "fare",
                            new ColumnQuality(
                                0,
                                OptionalLong.of(1),
                                1,
                                OptionalDouble.of(7.5),
                                OptionalDouble.of(7.5),
                                OptionalDouble.of(7.5),
                                new TreeMap<>(Map.of(0.5, 7.5)))))))
            : Optional.empty();
  }

  private RunResult run(boolean fails, LineageTarget target) {
    try (OpenLineageListener listener = new OpenLineageListener(workspace, target, oneFare())) {
      Instant day = Instant.parse("2026-11-20T00:00:00Z");
      return PipelineRunner.in(workspace)
          .run(
              PipelineBuilder.build(new Fares(file, fails)),
              RunOptions.defaults()
                  .context(
                      RunContext.of(
                          new DataInterval(day, day.plusSeconds(86_400), ZoneOffset.UTC))),
              listener);
    }
  }

  private List<JsonNode> events(Path ndjson) throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String line : Files.readAllLines(ndjson)) {
      events.add(JSON.readTree(line));
    }
    return events;
  }

  private static JsonNode event(List<JsonNode> events, String job, String type) {
    return events.stream()
        .filter(
            event ->
                event.at("/job/name").asText().endsWith(job)
                    && event.at("/eventType").asText().equals(type))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> order(List<JsonNode> events) {
    return events.stream()
        .map(e -> e.at("/job/name").asText() + " " + e.at("/eventType").asText())
        .toList();
  }

  @Test
  void everyEventHasTheStructureOfTheSpecification() throws Exception {
    Path out = folder.resolve("events.ndjson");
    run(false, LineageTarget.parse(out.toString()));
    run(true, LineageTarget.parse("file:" + out));

    JsonSchema schema;
    try (InputStream in = getClass().getResourceAsStream("/run-event.schema.json")) {
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(in);
    }
    List<String> lines = Files.readAllLines(out);
    assertThat(lines).hasSizeGreaterThan(12);
    for (String line : lines) {
      assertThat(schema.validate(JSON.readTree(line))).as(line).isEmpty();
      OpenLineage.RunEvent event = OpenLineageClientUtils.runEventFromJson(line);
      assertThat(event.getEventType()).isNotNull();
      assertThat(JSON.readTree(line).at("/schemaURL").asText()).contains("openlineage.io/spec/2-");
    }
  }

  @Test
  void aRunAndItsNodesAreToldFromStartToEnd() throws Exception {
    Path out = folder.resolve("events.ndjson");
    RunResult result = run(false, LineageTarget.parse(out.toString()));

    List<JsonNode> events = events(out);
    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(order(events)).startsWith("fares START", "fares.read START", "fares.read COMPLETE");
    assertThat(order(events)).endsWith("fares COMPLETE").hasSize(8);
    JsonNode run = events.get(0).get("run");
    assertThat(run.at("/facets/nominalTime/nominalStartTime").asText())
        .startsWith("2026-11-20T00:00");
    assertThat(events.get(1).at("/run/facets/parent/run/runId")).isEqualTo(run.get("runId"));
    assertThat(events.get(2).at("/run/runId")).isEqualTo(events.get(1).at("/run/runId"));
  }

  @Test
  void dataSetsCarryFilesSchemaQualityAndColumns() throws Exception {
    Path out = folder.resolve("events.ndjson");
    run(false, LineageTarget.parse(out.toString()));

    List<JsonNode> events = events(out);
    JsonNode read = event(events, ".read", "COMPLETE");
    assertThat(read.at("/inputs/0/name").asText()).isEqualTo(file.toString());
    assertThat(read.at("/outputs/0/name").asText())
        .isEqualTo(workspace.artifacts().resolve("fares/read/examples").toString());
    assertThat(read.at("/outputs/0/facets/schema/fields/0/name").asText()).isEqualTo("fare");
    assertThat(read.at("/outputs/0/facets/schema/fields/0/type").asText()).isEqualTo("float");
    JsonNode counted = event(events, ".count", "COMPLETE");
    JsonNode quality = counted.at("/inputs/0/inputFacets/dataQualityMetrics");
    assertThat(quality.at("/rowCount").asLong()).isEqualTo(1);
    assertThat(quality.at("/columnMetrics/fare/max").asDouble()).isEqualTo(7.5);
    JsonNode scaled = event(events, ".scale", "COMPLETE");
    JsonNode lineage =
        scaled.get("outputs").get(0).at("/facets/columnLineage").isMissingNode()
            ? scaled.at("/outputs/1/facets/columnLineage")
            : scaled.at("/outputs/0/facets/columnLineage");
    assertThat(lineage.at("/fields/fare_z_score/inputFields").findValuesAsText("field"))
        .containsExactly("fare", "tips");
    assertThat(scaled.at("/inputs/0/facets/version/datasetVersion"))
        .isEqualTo(read.at("/outputs/0/facets/version/datasetVersion"));
  }

  @Test
  void failureIsToldWithItsCause() throws Exception {
    Path out = folder.resolve("events.ndjson");
    run(true, LineageTarget.parse(out.toString()));

    List<JsonNode> events = events(out);
    assertThat(event(events, ".scale", "FAIL").at("/run/facets/errorMessage/message").asText())
        .contains("no scale");
    assertThat(order(events)).endsWith("fares FAIL");
  }

  @Test
  void cachedNodesAreToldToo() throws Exception {
    run(false, LineageTarget.parse(folder.resolve("first.ndjson").toString()));
    Path out = folder.resolve("events.ndjson");
    run(false, LineageTarget.parse(out.toString()));

    assertThat(order(events(out)))
        .containsSubsequence("fares START", "fares.read START", "fares.read COMPLETE")
        .hasSize(8);
    assertThat(event(events(out), ".read", "COMPLETE").at("/inputs/0/name").asText())
        .isEqualTo(file.toString());
  }

  @Test
  void eventsArePostedInOrder() throws Exception {
    List<String> bodies = Collections.synchronizedList(new ArrayList<>());
    HttpServer server = server(200, bodies);
    try {
      run(false, LineageTarget.parse("http://127.0.0.1:" + server.getAddress().getPort()));
    } finally {
      server.stop(0);
    }

    assertThat(bodies).hasSize(8);
    assertThat(bodies).allMatch(body -> body.startsWith("/api/v1/lineage {"));
    assertThat(JSON.readTree(bodies.get(0).substring("/api/v1/lineage ".length())).at("/job/name"))
        .hasToString("\"fares\"");
  }

  @Test
  void consumerThatIsAwayFailsNoRunAndLosesNoEvent() throws Exception {
    HttpServer server = server(500, new ArrayList<>());
    RunResult result;
    try {
      result = run(false, LineageTarget.parse("http://127.0.0.1:" + server.getAddress().getPort()));
    } finally {
      server.stop(0);
    }

    assertThat(result).isInstanceOf(RunResult.Succeeded.class);
    assertThat(events(workspace.logs().resolve("openlineage-unsent.ndjson"))).hasSize(8);
  }

  private static HttpServer server(int status, List<String> bodies) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          bodies.add(
              exchange.getRequestURI().getPath() + " " + new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void targetsAreReadAndBadOnesRefused() {
    assertThat(LineageTarget.parse("https://lineage.example:5000/api/x").sink())
        .isInstanceOf(LineageTarget.Http.class);
    assertThat(LineageTarget.parse("file:/tmp/x.ndjson").sink())
        .isEqualTo(new LineageTarget.File(Path.of("/tmp/x.ndjson")));
    for (String bad : List.of("", "ftp://x", "http://", "http://user:secret@host")) {
      assertThatThrownBy(() -> LineageTarget.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid OpenLineage target: '");
    }
  }
}
