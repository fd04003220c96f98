package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training leaves beside the servable. */
class TrainingRecordsTest {
  @TempDir Path folder;

  @Test
  void theModelHasTheCurvesOfItsTraining() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    Trainer trainer =
        FakeRun.trainer()
            .with(t -> t.fit(WideAndDeep.classifier(t.features()).learningRate(0.01).build()))
            .steps(40)
            .batchSize(128)
            .evaluateEvery(10);

    FakeRun run = new FakeRun(data, folder).run(trainer);

    TrainingCurves curves = TrainingCurves.read(run.model);
    assertThat(curves.trainingLoss().steps())
        .isEqualTo(IntStream.rangeClosed(1, 40).boxed().toList());
    assertThat(curves.trainingLoss().values().get(39)).isEqualTo(run.metrics.get("loss"));
    assertThat(curves.evaluationLoss().steps()).containsExactly(10, 20, 30, 40);
    assertThat(curves.constantLearningRate()).hasValue(0.01);
    assertThat(curves.metrics()).containsExactly("accuracy", "auc");
    TrainingCurves.Evaluation kept = curves.kept().orElseThrow();
    assertThat(run.metrics)
        .containsEntry("best_step", (double) kept.step())
        .containsEntry("evaluation_loss", kept.loss())
        .containsEntry("evaluation_auc", kept.metrics().get("auc"))
        .containsEntry("evaluation_accuracy", kept.metrics().get("accuracy"));
  }

  @Test
  void anAuthorsOwnLoopHasCurvesToo() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 400);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> {
                          ComputationGraph network = WideAndDeep.classifier(t.features()).build();
                          t.progress(1, 0.75);
                          t.summary("norm", 0.125);
                          t.progress(2, 0.5);
                          t.evaluate(network);
                          t.save(network);
                        })
                    .steps(2));

    TrainingCurves curves = TrainingCurves.read(run.model);
    assertThat(curves.trainingLoss().values()).containsExactly(0.75, 0.5);
    assertThat(curves.evaluationLoss().steps()).containsExactly(2);
    assertThat(curves.keptStep()).isEqualTo(2);
    assertThat(curves.learningRate().steps()).isEmpty();
    assertThat(curves.summaries())
        .isEqualTo(Map.of("norm", new TrainingCurves.Curve(List.of(1), List.of(0.125))));
  }

  @Test
  void aSummaryIsANumberWithAName() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 100);
    Trainer nan = FakeRun.trainer().with(t -> t.summary("norm", Double.NaN)).steps(1);

    assertThatThrownBy(() -> new FakeRun(data, folder).run(nan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid summary 'norm': NaN (must have a name, and be a finite number)");
  }

  @Test
  void eventFilesStandInTheModelOnlyIfTheyAreAskedFor() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    TrainFunction function = t -> t.fit(WideAndDeep.classifier(t.features()).build());
    Trainer trainer =
        FakeRun.trainer()
            .with(function)
            .steps(40)
            .batchSize(128)
            .evaluateEvery(10)
            .checkpointEvery(20);
    String train = "tensorboard/train/events.out.tfevents.0.pergola";
    String eval = "tensorboard/eval/events.out.tfevents.0.pergola";

    FakeRun without = new FakeRun(data, folder.resolve("without")).run(trainer);
    FakeRun whole = new FakeRun(data, folder.resolve("whole")).run(trainer.tensorBoard());
    FakeRun killed = new FakeRun(data, folder.resolve("killed"));
    killed.dieAfterRows = 35 * 128;
    assertThatThrownBy(() -> killed.run(trainer.tensorBoard())).hasMessage("killed");
    FakeRun resumed = new FakeRun(data, folder.resolve("killed")).run(trainer.tensorBoard());

    assertThat(without.model.resolve("tensorboard")).doesNotExist();
    assertThat(without.file("core.onnx")).isEqualTo(whole.file("core.onnx"));
    assertThat(resumed.rows).isEqualTo(20 * 128);
    assertThat(resumed.file(train)).isEqualTo(whole.file(train));
    assertThat(resumed.file(eval)).isEqualTo(whole.file(eval));
  }

  @Test
  void theLearningRateFollowsItsSchedule() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 500);
    LearningRate rate = LearningRate.cosine(0.01, 20).warmUp(5);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                WideAndDeep.classifier(t.features())
                                    .learningRate(t.hyperparameters().learningRate("rate"))
                                    .build()))
                    .hyperparameters(Map.of("rate", rate))
                    .steps(25));

    TrainingCurves.Curve curve = TrainingCurves.read(run.model).learningRate();
    assertThat(curve.steps()).hasSize(25);
    for (int i = 0; i < 25; i++) {
      assertThat(curve.values().get(i)).isCloseTo(rate.at(i), within(1e-12));
    }
  }

  @Test
  void theSettingsOfTheNetworkAreRecorded() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 500);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                WideAndDeep.classifier(t.features())
                                    .hidden(4)
                                    .learningRate(LearningRate.step(0.01, 0.5, 10))
                                    .l1(0.001)
                                    .l2(0.002)
                                    .clipNorm(1.5)
                                    .build()))
                    .steps(2));

    // Embeddings: twice the fourth roots of 20 and 24 are 4.2 and 4.4, so 5 wide each.
    long weights = (21 + 25) * 5 + (12 * 4 + 4) + (4 + 1) + (2 + 21 + 25 + 1);
    assertThat(run.properties)
        .containsEntry("network_weights", weights)
        .containsEntry("l1", 0.001)
        .containsEntry("l2", 0.002)
        .containsEntry("gradient_normalization", "ClipL2PerLayer 1.5");
    assertThat((Map<?, ?>) run.properties.get("network_layers"))
        .isEqualTo(
            Map.of(
                "wide", "FeatureWeights 4 -> 1",
                "embeddings", "FeatureEmbeddings 4 -> 12",
                "hidden_1", "DenseLayer 12 -> 4 relu",
                "deep", "DenseLayer 4 -> 1 identity",
                "prediction", "LossLayer sigmoid"));
    Map<?, ?> updater = (Map<?, ?>) run.properties.get("updater");
    assertThat(updater.get("type")).isEqualTo("Adam");
    assertThat(updater.get("beta1")).isEqualTo(0.9);
    assertThat(updater.get("learningRateSchedule"))
        .isEqualTo(Map.of("type", "LearningRateSchedule", "rate", "step(0.01, 0.5, 10)"));
  }
}
