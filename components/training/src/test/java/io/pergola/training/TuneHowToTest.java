package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Model;
import io.pergola.artifact.TransformGraph;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Importer;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.transform.Transform;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The code of docs/how-to/tune.md, which is held to be this text by a test of all pages. */
class TuneHowToTest {
  record Net(double learningRate, int hidden, double dropout) {}

  static void train(Training training) throws Exception {
    Net net = training.hyperparameters().as(Net.class);
    training.fit(
        WideAndDeep.classifier(training.features())
            .hidden(net.hidden())
            .learningRate(net.learningRate())
            .dropout(net.dropout())
            .build());
  }

  static final SearchSpace<Net> SPACE =
      SearchSpace.around(new Net(0.001, 64, 0.1))
          .real(Net::learningRate)
          .onLogScale(1e-4, 1e-1)
          .integer(Net::hidden)
          .between(8, 128);

  record Tuned() implements PipelineDefinition {
    @Override
    @SuppressWarnings({"unchecked", "rawtypes"})
    public void define(PipelineBuilder p) {
      Transform.Outputs transformed =
          new Transform.Outputs(
              p.add(Importer.of(Path.of("graph"), TransformGraph.class)),
              (Channel<Examples<FeatureVector>>)
                  p.add(Importer.of(Path.of("examples"), (Class) Examples.class)));
      Trainer trainer = Trainer.of(transformed).with(TuneHowToTest::train).steps(2_000);
      Tuner.Outputs tuned =
          p.add(
              Tuner.of(trainer)
                  .over(SPACE)
                  .by(Search.tpe(40))
                  .objective(Objective.AUC)
                  .parallel(2));
      Channel<Model> model = p.add(trainer.hyperparameters(tuned.best()));
      assertThat(model.node()).isEqualTo("trainer");
    }
  }

  @Test
  void theTunerReadsWhatItsTrainerReadsAndTheTrainerWhatItFound() {
    PipelineGraph graph = PipelineBuilder.build(new Tuned()).graph();

    assertThat(inputs(graph, "tuner"))
        .containsExactly(
            "trainer.graph import-transform-graph.transform_graph",
            "trainer.examples import-examples.examples");
    assertThat(inputs(graph, "trainer"))
        .containsExactly(
            "graph import-transform-graph.transform_graph",
            "examples import-examples.examples",
            "tuned tuner.best");
    assertThat(graph.node("tuner").orElseThrow().outputs())
        .extracting(PipelineGraph.Output::type)
        .containsExactly("HyperParameters", "TunerResults");
  }

  private static List<String> inputs(PipelineGraph graph, String node) {
    return graph.node(node).orElseThrow().inputs().stream()
        .map(input -> "%s %s.%s".formatted(input.name(), input.node(), input.output()))
        .toList();
  }

  @Test
  void everySearchOfThePageIsOne() {
    Trainer trainer = FakeRun.trainer().with(TuneHowToTest::train);
    Tuner grid = Tuner.of(trainer).over(SPACE).by(Search.grid(4));
    Tuner random = Tuner.of(trainer).over(SPACE).by(Search.random(60));
    Tuner patient = Tuner.of(trainer).over(SPACE).by(Search.tpe(60).first(20).atOnce(2));
    Tuner halving = Tuner.of(trainer).over(SPACE).by(Search.halving(27, 100));

    assertThat(List.of(grid, random, patient, halving))
        .extracting(tuner -> tuner.search().toString())
        .containsExactly(
            "Grid[points=4]",
            "Random[trials=60]",
            "Tpe[trials=60, first=20, atOnce=2]",
            "Halving[trials=27, firstSteps=100, factor=3]");
  }
}
