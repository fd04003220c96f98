package io.pergola.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.PipelineGraph.Input;
import io.pergola.pipeline.PipelineGraph.Output;
import io.pergola.pipeline.Steps.Compare;
import io.pergola.pipeline.Steps.Continue;
import io.pergola.pipeline.Steps.Fetch;
import io.pergola.pipeline.Steps.Import;
import io.pergola.pipeline.Steps.Learn;
import io.pergola.pipeline.Steps.Repeat;
import io.pergola.pipeline.Steps.Summarise;
import io.pergola.pipeline.Steps.Trip;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineBuilderTest {
  record Tips(Path data, int steps) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips = p.add(new Import<>(Trip.class, data));
      Channel<Statistics> statistics = p.add(new Summarise(trips));
      Learn.Outputs learnt = p.add(new Learn(trips, Optional.of(statistics), steps));
      Channel<Model> second =
          p.include("again", part -> part.add("learn-more", new Continue(learnt)));
      OptionalChannel<Model> last = p.add(new LatestBlessedModel());
      p.add(new Compare(List.of(learnt.model(), second), Map.of("second", second), last));
      p.add(new Fetch<>(Statistics.class));
    }
  }

  private final BuiltPipeline tips = PipelineBuilder.build(new Tips(Path.of("data"), 10));

  @Test
  void pipelineIsNamedAfterItsRecordAndKeepsItsParametersAsText() {
    assertThat(tips.graph().name()).isEqualTo("tips");
    assertThat(tips.graph().parameters()).isEqualTo(Map.of("data", "data", "steps", "10"));
  }

  @Test
  void nodesStandInTheOrderTheyWereAddedUnderIdsFromTheirTypes() {
    assertThat(tips.graph().nodes())
        .extracting(PipelineGraph.Node::id)
        .containsExactly(
            "import",
            "summarise",
            "learn",
            "again/learn-more",
            "latest-blessed-model",
            "compare",
            "fetch");
    assertThat(tips.nodes().keySet())
        .containsExactlyElementsOf(
            tips.graph().nodes().stream().map(PipelineGraph.Node::id).toList());
  }

  @Test
  void oneChannelIsNamedAfterItsArtifactType() {
    assertThat(node("import").outputs()).containsExactly(new Output("examples", "Examples", false));
    assertThat(tips.nodes().get("import").outputs())
        .isEqualTo(new Channel<>("import", "examples", Examples.class));
    assertThat(node("summarise").outputs())
        .containsExactly(new Output("statistics", "ExampleStatistics", false));
    assertThat(node("latest-blessed-model").outputs())
        .containsExactly(new Output("model", "Model", true));
  }

  @Test
  void channelsOfARecordAreNamedAfterItsComponents() {
    assertThat(node("learn").outputs())
        .containsExactly(
            new Output("model", "Model", false), new Output("bestModel", "Model", true));
    assertThat(tips.nodes().get("learn").outputs()).isInstanceOf(Learn.Outputs.class);
  }

  @Test
  void outputsOfAGenericComponentComeFromItsOverride() {
    assertThat(node("fetch").outputs())
        .containsExactly(new Output("fetched", "ExampleStatistics", false));
  }

  @Test
  void channelsAreInputsAlsoInsideListsMapsOptionalsAndRecords() {
    assertThat(node("learn").inputs())
        .containsExactly(
            new Input("examples", "import", "examples", "Examples", false),
            new Input("statistics", "summarise", "statistics", "ExampleStatistics", false));
    assertThat(node("again/learn-more").inputs())
        .containsExactly(
            new Input("learnt.model", "learn", "model", "Model", false),
            new Input("learnt.bestModel", "learn", "bestModel", "Model", true));
    assertThat(node("compare").inputs())
        .containsExactly(
            new Input("models[0]", "learn", "model", "Model", false),
            new Input("models[1]", "again/learn-more", "model", "Model", false),
            new Input("named[second]", "again/learn-more", "model", "Model", false),
            new Input("last", "latest-blessed-model", "model", "Model", true));
  }

  @Test
  void aComponentInsideAnotherIsAParameterWhoseChannelsAreInputs() {
    PipelineDefinition nested =
        p -> {
          Channel<Examples<Trip>> trips = p.add(new Import<>(Trip.class, Path.of("data")));
          p.add(new Repeat(new Learn(trips, Optional.empty(), 7), 3));
        };

    PipelineGraph.Node node = PipelineBuilder.build(nested).graph().node("repeat").orElseThrow();

    assertThat(node.inputs())
        .containsExactly(new Input("learn.examples", "import", "examples", "Examples", false));
    assertThat(node.parameters())
        .isEqualTo(
            Map.of(
                "learn",
                "Learn(examples=import.examples, statistics=none, steps=7)",
                "times",
                "3"));
  }

  @Test
  void everyOtherComponentIsAParameter() {
    assertThat(node("import").parameters()).isEqualTo(Map.of("row", "Trip", "from", "data"));
    assertThat(node("learn").parameters()).isEqualTo(Map.of("steps", "10"));
    assertThat(node("learn").fingerprints().keySet()).containsExactly("steps");
    assertThat(node("compare").parameters()).isEmpty();
  }

  @Test
  void pipelineInsideAnotherHasAScopeOfItsOwn() {
    PipelineDefinition both =
        p -> {
          p.includePipeline("left", new Tips(Path.of("l"), 1));
          p.includePipeline("right", q -> q.includePipeline("deep", new Tips(Path.of("r"), 2)));
        };

    assertThat(PipelineBuilder.build(both).graph().nodes())
        .extracting(PipelineGraph.Node::id)
        .hasSize(14)
        .contains("left/again/learn-more", "right/deep/import");
  }

  @Test
  void everyNodeKnowsTheAuthorsLine() {
    int first = lineOf(node("import").declaredAt());

    assertThat(lineOf(node("summarise").declaredAt())).isEqualTo(first + 1);
    assertThat(node("import").declaredAt()).startsWith("PipelineBuilderTest.java:");
  }

  private static int lineOf(String declaredAt) {
    return Integer.parseInt(declaredAt.substring(declaredAt.indexOf(':') + 1));
  }

  private PipelineGraph.Node node(String id) {
    return tips.graph().nodes().stream().filter(n -> n.id().equals(id)).findFirst().orElseThrow();
  }
}
