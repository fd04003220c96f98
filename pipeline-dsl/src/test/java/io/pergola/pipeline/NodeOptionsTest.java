package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pergola.artifact.Examples;
import io.pergola.pipeline.Steps.Import;
import io.pergola.pipeline.Steps.Summarise;
import io.pergola.pipeline.Steps.Trip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How options are given to nodes, and what becomes of them. */
class NodeOptionsTest {
  private static final NodeOptions ALL =
      NodeOptions.defaults()
          .retries(3)
          .retryDelay(Duration.ofSeconds(5))
          .timeout(Duration.ofHours(1))
          .withoutCache()
          .memory("512m")
          .threads(2)
          .engine("parallelism", "8");

  private static PipelineGraph graphOf(PipelineDefinition pipeline) {
    return PipelineBuilder.build(pipeline).graph();
  }

  @Test
  void optionsReachTheNodesAddedWithThemAndNoOthers() {
    PipelineGraph graph =
        graphOf(
            p -> {
              Channel<Examples<Trip>> trips =
                  p.with(ALL).add(new Import<>(Trip.class, Path.of("data")));
              p.add(new Summarise(trips));
            });

    assertThat(graph.nodes())
        .extracting(PipelineGraph.Node::options)
        .containsExactly(ALL, NodeOptions.defaults());
    assertThat(PipelineGraph.fromJson(graph.toJson())).isEqualTo(graph);
  }

  @Test
  void innerOptionsWinAndTheRestStays() {
    PipelineGraph graph =
        graphOf(
            p ->
                p.with(NodeOptions.defaults().retries(3).threads(2).engine("a", "1"))
                    .include(
                        "part",
                        q ->
                            q.with(NodeOptions.defaults().retries(0).engine("b", "2"))
                                .add(new Import<>(Trip.class, Path.of("data")))));

    assertThat(graph.nodes().get(0).options())
        .isEqualTo(NodeOptions.defaults().retries(0).threads(2).engine("a", "1").engine("b", "2"));
  }

  @Test
  void optionsLeaveFingerprintsAsTheyAre() {
    PipelineGraph plain = graphOf(p -> p.add(new Import<>(Trip.class, Path.of("data"))));
    PipelineGraph with = graphOf(p -> p.with(ALL).add(new Import<>(Trip.class, Path.of("data"))));

    assertThat(with.nodes().get(0).fingerprints()).isEqualTo(plain.nodes().get(0).fingerprints());
    assertThat(with.nodes().get(0).code()).isEqualTo(plain.nodes().get(0).code());
  }

  @Test
  void textsAreReadBack() {
    assertThat(ALL.texts())
        .isEqualTo(
            new TreeMap<>(
                Map.of(
                    "retries", "3",
                    "retryDelay", "PT5S",
                    "timeout", "PT1H",
                    "cache", "off",
                    "memoryBytes", "536870912",
                    "threads", "2",
                    "engine.parallelism", "8")));
    assertThat(NodeOptions.fromTexts(ALL.texts())).isEqualTo(ALL);
  }

  @ParameterizedTest
  @CsvSource({
    "1k,1024",
    "512m,536870912",
    "8g,8589934592",
    "8 GiB,8589934592",
    "2TB,2199023255552"
  })
  void memoryIsASizeInUnitsOf1024(String size, long bytes) {
    assertThat(NodeOptions.defaults().memory(size).memoryBytes()).contains(bytes);
  }

  @Test
  void badValuesAreRefusedWithTheirRange() {
    NodeOptions options = NodeOptions.defaults();
    assertThatThrownBy(() -> options.retries(-1))
        .hasMessage("Invalid retries: -1 (must be at least 0)");
    assertThatThrownBy(() -> options.timeout(Duration.ZERO))
        .hasMessage("Invalid timeout: PT0S (must be above 0)");
    assertThatThrownBy(() -> options.threads(0))
        .hasMessage("Invalid threads: 0 (must be at least 1)");
    assertThatThrownBy(() -> options.memory("lots"))
        .hasMessage("Invalid memory: 'lots' (must be a number with k, m, g or t, like 8g)");
    assertThatThrownBy(() -> options.memory("0g"))
        .hasMessage("Invalid memory: 0 bytes (must be at least 1)");
    assertThatThrownBy(() -> options.retryDelay(Duration.ofSeconds(-1)))
        .hasMessage("Invalid retry delay: PT-1S (must be 0 or more)");
  }

  @Test
  void badOptionNamesTheAuthorsLine() {
    PipelineException failure =
        catchThrowableOfType(
            PipelineException.class,
            () ->
                PipelineBuilder.build(
                    p ->
                        p.with(NodeOptions.defaults().retries(-1))
                            .add(new Import<>(Trip.class, Path.of("data")))));

    assertThat(failure.problems()).hasSize(1);
    assertThat(failure.problems().get(0).message())
        .isEqualTo("Cannot define NodeOptionsTest: Invalid retries: -1 (must be at least 0)");
    assertThat(failure.problems().get(0).at())
        .extracting(StackTraceElement::getFileName)
        .isEqualTo(List.of("NodeOptionsTest.java"));
  }
}
