package io.pergola.examples.penguins;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredEvent;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.pipeline.Resolve;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.NodeOutcome;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.local.LocalEngine;
import io.pergola.training.Deep;
import io.pergola.training.Trainer;
import io.pergola.training.Training;
import io.pergola.training.WarmStart;
import io.pergola.transform.Transform;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline of docs/how-to/start-from-an-earlier-model.md, run twice. */
class WarmPenguinsTest {
  @TempDir Path folder;

  /** Trains on raw examples, from the newest model on. */
  record WarmPenguins(Path data) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Penguin>> penguins =
          p.add(CsvExampleGen.of(Penguin.class).from(data).trainToEval(2, 1));
      Channel<Statistics> statistics = p.add(StatisticsGen.of(penguins));
      Channel<Schema> expected = p.add(SchemaGen.of(statistics));
      Transform.Outputs transformed =
          p.add(Transform.of(penguins, expected).with(PenguinFeatures::of));
      OptionalChannel<Model> earlier = p.add(Resolve.latest(Model.class));
      Channel<Model> model =
          p.add(
              Trainer.applying(transformed.graph(), penguins)
                  .with(WarmPenguins::fineTune)
                  .startingFrom(earlier)
                  .batchSize(32)
                  .steps(100));
      assertThat(model.node()).isEqualTo("trainer");
    }

    static void fineTune(Training training) throws Exception {
      ComputationGraph network = Deep.classifier(training.features()).hidden(16, 8).build();
      WarmStart start = training.warmStart(network);
      training.fit(start.took("hidden_1") ? training.frozen(network, "hidden_1") : network);
    }
  }

  @Test
  void theSecondModelStartsFromTheFirstAndSaysSo() throws Exception {
    PenguinData.write(folder.resolve("monday"), 300, 1);
    PenguinData.write(folder.resolve("tuesday"), 300, 2);
    try (Engine engine = LocalEngine.create(2);
        Workspace workspace = Workspace.open(folder.resolve("home"))) {
      ArtifactRecord first = model(workspace, engine, "monday");
      ArtifactRecord second = model(workspace, engine, "tuesday");

      assertThat(first.properties())
          .doesNotContainKeys("taken_layers", "anew_layers", "frozen_layers");
      assertThat(second.properties())
          .containsEntry(
              "taken_layers", "deep (all weights), hidden_1 (all weights), hidden_2 (all weights)")
          .containsEntry("frozen_layers", "hidden_1");
      assertThat(inputs(workspace.store(), second.id())).contains(first.id());
      assertThat(inputs(workspace.store(), first.id())).hasSize(2);
    }
  }

  private ArtifactRecord model(Workspace workspace, Engine engine, String day) {
    RunResult result =
        PipelineRunner.in(workspace)
            .on(engine)
            .run(
                PipelineBuilder.build(new WarmPenguins(folder.resolve(day))),
                RunOptions.defaults(),
                RunListener.none());
    assertThat(result).as(result.toString()).isInstanceOf(RunResult.Succeeded.class);
    NodeOutcome.Completed trained = (NodeOutcome.Completed) result.outcome("trainer").orElseThrow();
    return trained.outputs().get(0);
  }

  /** What the execution read that made an artifact. */
  private static List<Long> inputs(MetadataStore store, long artifact) {
    long execution =
        store.eventsOfArtifacts(List.of(artifact)).stream()
            .filter(event -> event.kind() == EventKind.OUTPUT)
            .findFirst()
            .orElseThrow()
            .executionId();
    return store.eventsOfExecutions(List.of(execution)).stream()
        .filter(event -> event.kind() == EventKind.INPUT)
        .map(StoredEvent::artifactId)
        .toList();
  }
}
