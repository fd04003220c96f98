package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.training.TunerTrial.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TunerTest {
  private static final int STEPS = 40;

  @TempDir static Path data;
  @TempDir Path folder;

  record Net(double learningRate, int hidden, String kind) {}

  private static final SearchSpace<Net> SPACE =
      SearchSpace.around(new Net(0.01, 8, "good"))
          .real(Net::learningRate)
          .onLogScale(1e-4, 1e-1)
          .integer(Net::hidden)
          .between(2, 12);

  static void train(Training training) throws Exception {
    Net net = training.hyperparameters().as(Net.class);
    if (net.kind().equals("bad")) {
      throw new IllegalStateException("bad with %d units".formatted(net.hidden()));
    }
    if (net.kind().equals("full disk")) {
      throw new IOException("no space left");
    }
    training.fit(
        WideAndDeep.classifier(training.features())
            .hidden(net.hidden())
            .dropout(0.1)
            .learningRate(net.learningRate())
            .build());
  }

  static void ownLoop(Training training) throws Exception {
    var network = WideAndDeep.classifier(training.features()).build();
    Batch batch = training.nextBatch();
    network.fit(
        new org.nd4j.linalg.api.ndarray.INDArray[] {batch.input(Training.FEATURES)},
        new org.nd4j.linalg.api.ndarray.INDArray[] {batch.labels()});
    training.progress(1, network.score());
    training.save(network);
  }

  private static Trainer trainer() {
    return FakeRun.trainer()
        .with(TunerTest::train)
        .steps(STEPS)
        .batchSize(64)
        .evaluateEvery(10)
        .checkpointEvery(10)
        .withoutEarlyStopping();
  }

  @BeforeAll
  static void write() throws Exception {
    Rides.write(data, Rides.Target.XOR, 1_000);
  }

  private TunerRun run(Tuner tuner, String name, int workers) throws Exception {
    return new TunerRun(data, folder.resolve(name)).run(tuner, workers);
  }

  @Test
  void findsTheSameHoweverManyTrialsRunAtOnce() throws Exception {
    Tuner tuner =
        Tuner.of(trainer())
            .over(SPACE)
            .by(Search.tpe(5).first(3).atOnce(2))
            .objective(Objective.AUC);

    TunerRun one = run(tuner.parallel(1), "one", 1);
    TunerRun two = run(tuner.parallel(2), "two", 2);

    assertThat(two.outputs()).isEqualTo(one.outputs()).hasSize(2 + 5);
    TunerTrials trials = one.trials();
    double best =
        trials.trials().stream().mapToDouble(t -> t.metrics().get("auc")).max().orElseThrow();
    assertThat(trials.bestTrial().metrics().get("auc")).isEqualTo(best);
    assertThat(trials.trials())
        .allSatisfy(trial -> assertThat(trial.outcome()).isEqualTo(Outcome.FINISHED));
    assertThat(one.metrics)
        .containsAllEntriesOf(Map.of("trials", 5.0, "failed_trials", 0.0, "best_auc", best));
    assertThat(one.messages.get(one.messages.size() - 1))
        .isEqualTo("5 of 5 trials, best auc %.4f (trial %d)".formatted(best, trials.best()));
    assertThat(one.trained).isEqualTo(5L * STEPS * 64);
  }

  @Test
  void aTrainerWithTheBestHyperparametersMakesTheModelOfTheBestTrial() throws Exception {
    TunerRun tuned = run(Tuner.of(trainer()).over(SPACE).by(Search.random(2)), "tuned", 2);

    tuned.run(trainer().hyperparameters(TunerRun.OUT.best()));

    assertThat(TrainingCurves.read(tuned.model))
        .isEqualTo(
            TrainingCurves.read(TunerTrials.curvesOf(tuned.results(), tuned.trials().best())));
    assertThat(tuned.metrics.get("evaluation_loss"))
        .isEqualTo(tuned.trials().bestValue().getAsDouble());
  }

  @Test
  void halvingEndsAsATrainingWithoutRungsDoes() throws Exception {
    TunerRun halved =
        run(Tuner.of(trainer()).over(SPACE).by(Search.halving(4, 10).factor(2)), "halved", 2);
    TunerRun whole = run(Tuner.of(trainer()).over(SPACE).by(Search.random(4)), "whole", 2);

    // 4 trials for 10 steps, 2 for 20 and 1 for 40.
    assertThat(halved.trials().trials())
        .extracting(TunerTrial::steps)
        .containsExactlyInAnyOrder(10, 10, 20, 40);
    assertThat(halved.trained).isEqualTo((4 * 10 + 2 * 10 + 20) * 64L);
    TunerTrial best = halved.trials().bestTrial();
    assertThat(best.rounds()).isEqualTo(3);
    assertThat(best.outcome()).isEqualTo(Outcome.FINISHED);
    TunerTrial same = whole.trials().trials().get(best.number() - 1);
    assertThat(best.hyperparameters()).isEqualTo(same.hyperparameters());
    assertThat(best.metrics()).isEqualTo(same.metrics());
    assertThat(TrainingCurves.read(TunerTrials.curvesOf(halved.results(), best.number())))
        .isEqualTo(TrainingCurves.read(TunerTrials.curvesOf(whole.results(), best.number())));
  }

  /** Fails where it would go on from a checkpoint. */
  static void trainOnce(Training training) throws Exception {
    try (var files = Files.list(training.checkpoints())) {
      if (files.anyMatch(file -> file.getFileName().toString().startsWith("step-"))) {
        throw new IllegalStateException("only once");
      }
    }
    train(training);
  }

  @Test
  void aRungAtWhichEveryTrialFailsLeavesThoseBelow() throws Exception {
    Trainer once = FakeRun.trainer().with(TunerTest::trainOnce).steps(STEPS).batchSize(64);

    TunerRun run = run(Tuner.of(once).over(SPACE).by(Search.halving(3, 10).factor(2)), "run", 2);

    // Two of three go on, and fail; no rung follows.
    assertThat(run.trials().trials())
        .extracting(TunerTrial::outcome)
        .containsExactlyInAnyOrder(Outcome.FAILED, Outcome.FAILED, Outcome.STOPPED);
    assertThat(run.trials().bestTrial().outcome()).isEqualTo(Outcome.STOPPED);
  }

  @Test
  void aFailedTrialIsARecordAndNotTheEnd() throws Exception {
    SearchSpace<Net> space =
        SearchSpace.around(new Net(0.01, 4, "")).choice(Net::kind).among("bad", "good");

    TunerRun run = run(Tuner.of(trainer()).over(space).by(Search.grid(2)), "run", 2);

    TunerTrials trials = run.trials();
    assertThat(trials.best()).isEqualTo(2);
    assertThat(trials.trials().get(0).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(trials.trials().get(0).failure().orElseThrow())
        .startsWith("java.lang.IllegalStateException: bad with 4 units at TunerTest.java:");
    assertThat(trials.ranked()).extracting(TunerTrial::number).containsExactly(2, 1);
    assertThat(run.metrics).containsEntry("failed_trials", 1.0);
    assertThat(run.properties)
        .containsEntry(
            "hyperparameters", Map.of("hidden", 4, "kind", "good", "learningRate", 0.01));
  }

  @Test
  void theNodeFailsIfAllTrialsDoAndThenTriesThemAgain() throws Exception {
    SearchSpace<Net> space =
        SearchSpace.around(new Net(0.01, 4, "bad")).integer(Net::hidden).between(2, 3);
    Tuner tuner = Tuner.of(trainer()).over(space).by(Search.grid(2));

    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(() -> run(tuner, "run", 1))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith(
              "Cannot tune: all 2 trials failed, the first with java.lang.IllegalStateException: bad with 2 units at TunerTest.java:")
          .hasMessageEndingWith(". Correct the training function or the search space.");
    }
    assertThat(folder.resolve("run/results")).doesNotExist();
  }

  @Test
  void anErrorOfTheMachineFailsTheAttemptAndLeavesNoRecord() throws Exception {
    SearchSpace<Net> space =
        SearchSpace.around(new Net(0.01, 4, "full disk")).integer(Net::hidden).between(2, 3);

    assertThatThrownBy(() -> run(Tuner.of(trainer()).over(space).by(Search.grid(2)), "run", 1))
        .hasRootCauseInstanceOf(IOException.class)
        .hasRootCauseMessage("no space left");
    try (var files = Files.walk(folder.resolve("run"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".json"))).isEmpty();
    }
  }

  @Test
  void trialsThatAreDoneAreNotRunAgain() throws Exception {
    Tuner tuner = Tuner.of(trainer()).over(SPACE).by(Search.tpe(4).first(2).atOnce(1));
    TunerRun whole = run(tuner, "run", 1);
    List<String> outputs = whole.outputs();
    Files.delete(whole.results().resolve(TunerTrials.FILE));

    TunerRun again = run(tuner, "run", 1);

    assertThat(again.trained).isZero();
    assertThat(again.outputs()).isEqualTo(outputs);
    assertThat(run(tuner.objective(Objective.AUC), "run", 1).trained).isPositive();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLoopOfOnesOwnIsRatedButNotHalved(boolean halving) throws Exception {
    Tuner tuner =
        Tuner.of(trainer()).over(SPACE).by(halving ? Search.halving(2, 5) : Search.random(2));
    Tuner own =
        Tuner.of(FakeRun.trainer().with(TunerTest::ownLoop).steps(20))
            .over(SPACE)
            .by(tuner.search());

    if (halving) {
      assertThatThrownBy(() -> run(own, "run", 1))
          .hasMessageContaining("Cannot halve trials of a function with a loop of its own");
    } else {
      assertThat(run(own, "run", 1).trials().bestTrial().steps()).isEqualTo(1);
    }
  }

  @Test
  void refusesAnObjectiveThatTheLabelDoesNotHave() {
    Tuner tuner = Tuner.of(trainer()).over(SPACE).objective(Objective.MAE);

    assertThatThrownBy(() -> run(tuner, "run", 1))
        .hasMessage(
            "Cannot tune by mae: the label 'label' is binary, which has no such metric. Choose another objective, such as LOSS.");
    assertThatThrownBy(() -> run(Tuner.of(trainer().evalSplit("test")).over(SPACE), "run", 1))
        .hasMessage(
            "Cannot tune: split 'test' has no examples to compare trials on. Name another split: Trainer.evalSplit(...).");
  }

  @Test
  void refusesSettingsThatDoNotGoTogether() {
    SearchSpace<Net> small =
        SearchSpace.around(new Net(0.01, 4, "")).choice(Net::kind).among("a", "b");

    assertThatThrownBy(() -> Tuner.of(trainer()).over(small).by(Search.random(3)))
        .hasMessage(
            "Invalid number of trials: 3 (the space has 2 points). Ask for fewer, or for a grid.");
    assertThatThrownBy(() -> Tuner.of(trainer()).over(SPACE).by(Search.halving(4, 40)))
        .hasMessage("Invalid halving: 40 steps at first (below the trainer's 40 steps)");
    assertThatThrownBy(() -> Tuner.of(trainer()).over(SPACE).by(Search.grid(2_000)))
        .hasMessage(
            "Invalid number of trials: the grid has 22,000 points (at most 10,000). Give it fewer points.");
    assertThatThrownBy(() -> Tuner.of(trainer().hyperparameters(TunerRun.OUT.best())).over(SPACE))
        .hasMessage(
            "Cannot tune a trainer that takes what another tuner found (tuner.best). Tune it before it does.");
    assertThatThrownBy(() -> Tuner.of(trainer()).over(SPACE).parallel(0))
        .hasMessage("Invalid number of trials at once: 0 (must be 1 or more)");
  }
}
