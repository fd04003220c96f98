package io.pergola.examples.taxi;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Engine;
import io.pergola.run.NodeOutcome;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunResult;
import io.pergola.run.Workspace;
import io.pergola.run.flink.FlinkEngine;
import io.pergola.run.local.LocalEngine;
import io.pergola.training.Objective;
import io.pergola.training.Search;
import io.pergola.training.SearchSpace;
import io.pergola.training.Trainer;
import io.pergola.training.Training;
import io.pergola.training.TrainingCurves;
import io.pergola.training.Tuner;
import io.pergola.training.TunerTrials;
import io.pergola.training.WideAndDeep;
import io.pergola.transform.Transform;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tuner and the trainer that takes what it found, in runs on both engines. */
class TunedTaxiTest {
  private static final SearchSpace<Net> SPACE =
      SearchSpace.around(new Net(0.005, 8)).real(Net::learningRate).onLogScale(1e-3, 1e-1);

  @TempDir Path folder;

  record Net(double learningRate, int hidden) {}

  static void train(Training training) throws InterruptedException {
    Net net = training.hyperparameters().as(Net.class);
    training.fit(
        WideAndDeep.classifier(training.features())
            .hidden(net.hidden())
            .learningRate(net.learningRate())
            .build());
  }

  record Tuned(Path data) implements PipelineDefinition {
    @Override
    public void define(PipelineBuilder p) {
      Channel<Examples<Trip>> trips =
          p.add(CsvExampleGen.of(Trip.class).from(data).trainToEval(2, 1));
      Channel<Statistics> statistics = p.add(StatisticsGen.of(trips));
      Channel<Schema> schema = p.add(SchemaGen.of(statistics));
      Trainer trainer =
          Trainer.of(p.add(Transform.of(trips, schema).with(TaxiFeatures::of)))
              .with(TunedTaxiTest::train)
              .steps(30)
              .batchSize(128)
              .evaluateEvery(10);
      Tuner.Outputs tuned =
          p.add(
              Tuner.of(trainer)
                  .over(SPACE)
                  .by(Search.tpe(4).first(2).atOnce(2))
                  .objective(Objective.AUC));
      p.add(trainer.hyperparameters(tuned.best()));
    }
  }

  private RunResult run(Engine engine, String home) throws Exception {
    try (Workspace workspace = Workspace.open(folder.resolve(home))) {
      return PipelineRunner.in(workspace)
          .on(engine)
          .run(
              PipelineBuilder.build(new Tuned(folder.resolve("data"))),
              RunOptions.defaults(),
              RunListener.none());
    }
  }

  private static List<ArtifactRecord> outputs(RunResult result, String node) {
    return result.outcome(node).orElseThrow() instanceof NodeOutcome.Completed completed
        ? completed.outputs()
        : List.of();
  }

  private static ArtifactRecord output(RunResult result, String node, String name) {
    return outputs(result, node).stream()
        .filter(artifact -> artifact.output().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void bothEnginesFindTheSameAndTrainWithIt() throws Exception {
    TaxiData.write(folder.resolve("data"), 1_500, 1);
    RunResult local;
    try (Engine engine = LocalEngine.create(2)) {
      local = run(engine, "local");
      assertThat(local).as(local.toString()).isInstanceOf(RunResult.Succeeded.class);
      assertThat(run(engine, "local").outcomes())
          .allMatch(outcome -> outcome instanceof NodeOutcome.Cached);
    }
    RunResult flink;
    try (Engine engine = FlinkEngine.embedded()) {
      flink = run(engine, "flink");
    }

    assertThat(flink).as(flink.toString()).isInstanceOf(RunResult.Succeeded.class);
    assertThat(outputs(local, "tuner")).hasSize(2);
    for (String name : List.of("best", "results")) {
      assertThat(output(flink, "tuner", name).contentHash())
          .isEqualTo(output(local, "tuner", name).contentHash());
    }
    Path results = output(local, "tuner", "results").directory();
    TunerTrials trials = TunerTrials.read(results);
    assertThat(trials.trials()).hasSize(4).allMatch(trial -> trial.failure().isEmpty());
    assertThat(TrainingCurves.read(outputs(local, "trainer").get(0).directory()))
        .isEqualTo(TrainingCurves.read(TunerTrials.curvesOf(results, trials.best())));
  }
}
