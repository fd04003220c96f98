package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pergola.beam.ExampleBatch;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Signature;
import io.pergola.model.Task;
import io.pergola.transform.FittedPlan;
import io.pergola.validation.DataSchema;
import io.pergola.validation.FeatureSchema;
import io.pergola.validation.FeatureType;
import io.pergola.validation.SchemaFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  @TempDir Path folder;

  @Test
  void learnsWhatNoLinearModelCan() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 8_000);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> t.fit(WideAndDeep.classifier(t.features()).learningRate(0.01).build()))
                    .steps(400)
                    .batchSize(256));

    assertThat(accuracy(run, Rides.Target.XOR)).isGreaterThan(0.95);
    assertThat(run.metrics.get("evaluation_loss")).isLessThan(0.2);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
    assertThat(run.metrics).containsKeys("loss", "steps", "best_step", "rows_per_second");
    TrainingProfile profile = TrainingProfile.of(run.metrics).orElseThrow();
    assertThat(profile.seconds()).isPositive();
    assertThat(profile.input()).isPositive();
    assertThat(profile.compute()).isGreaterThan(profile.input());
    assertThat(profile.evaluation()).isPositive();
    assertThat(profile.checkpoint()).isZero();
    assertThat(profile.input() + profile.compute() + profile.evaluation()).isLessThan(1);
    assertThat(profile.layers())
        .containsOnlyKeys("deep", "embeddings", "hidden_1", "hidden_2", "wide");
    assertThat(profile.layers().values())
        .allSatisfy(share -> assertThat(share).isBetween(1e-6, 1.0));
    assertThat(profile.layers().values().stream().mapToDouble(share -> share).sum()).isLessThan(1);
    assertThat(run.properties).doesNotContainKey("input_share");
    assertThat(run.properties).containsKeys("loss", "evaluation_loss", "steps");
    assertThat(run.rows).isEqualTo(run.metrics.get("steps").longValue() * 256);
    assertThat(run.messages.get(run.messages.size() - 1)).contains("of 400, loss ");
  }

  @Test
  void theFunctionReadsTheSchemaOfRawExamples() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 100);
    DataSchema schema = new DataSchema(List.of(FeatureSchema.of("fare", FeatureType.FLOAT)));
    SchemaFile.write(schema, data.resolve("schema"));
    List<Optional<DataSchema>> read = new ArrayList<>();
    Trainer trainer =
        FakeRun.trainer()
            .with(
                t -> {
                  read.add(t.schema());
                  t.save(Linear.classifier(t.features()).build());
                })
            .steps(1);

    new FakeRun(data, folder.resolve("with")).run(trainer.schema(FakeRun.SCHEMA));
    new FakeRun(data, folder.resolve("without")).run(trainer);

    assertThat(read).containsExactly(Optional.of(schema), Optional.empty());
  }

  @Test
  void missingIdsHaveWeightsOfTheirOwn() throws Exception {
    Path data = Rides.write(folder, Rides.Target.EVEN_COMPANY, 4_000);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(t -> t.fit(Linear.classifier(t.features()).learningRate(0.05).build()))
                    .steps(300)
                    .batchSize(256));

    assertThat(accuracy(run, Rides.Target.EVEN_COMPANY)).isGreaterThan(0.99);
  }

  @Test
  void predictsNumbers() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 8_000);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> t.fit(WideAndDeep.regressor(t.features()).learningRate(0.01).build()))
                    .steps(600)
                    .batchSize(256));

    // The label's variance is 2^2 + 1 + (399 / 1200, plus a little for the missing ones).
    assertThat(run.metrics.get("evaluation_loss")).isLessThan(0.05);
    assertThat(Signature.read(run.model).task()).isEqualTo(Task.REGRESSION);
  }

  @Test
  void tellsClassesApart() throws Exception {
    Path data = Rides.write(folder, Rides.Target.QUARTER, 4_000);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> t.fit(WideAndDeep.classifier(t.features()).learningRate(0.02).build()))
                    .steps(300)
                    .batchSize(256));

    assertThat(Signature.read(run.model).outputs()).isEqualTo(4);
    assertThat(accuracy(run, Rides.Target.QUARTER)).isGreaterThan(0.98);
  }

  @Test
  void theSameSeedGivesTheSameModel() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    Trainer trainer =
        FakeRun.trainer()
            .with(t -> t.fit(WideAndDeep.classifier(t.features()).dropout(0.2).build()))
            .steps(30)
            .batchSize(128);

    FakeRun first = new FakeRun(data, folder.resolve("1")).run(trainer);
    FakeRun second = new FakeRun(data, folder.resolve("2")).run(trainer);
    FakeRun other = new FakeRun(data, folder.resolve("3")).run(trainer.seed(2));

    assertThat(second.file("dl4j.zip")).isEqualTo(first.file("dl4j.zip"));
    assertThat(second.file("core.onnx")).isEqualTo(first.file("core.onnx"));
    assertThat(second.file("training.json")).isEqualTo(first.file("training.json"));
    assertThat(other.file("core.onnx")).isNotEqualTo(first.file("core.onnx"));
  }

  @Test
  void aNewAttemptGoesOnFromTheCheckpointToTheSameModel() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    TrainFunction function = t -> t.fit(WideAndDeep.classifier(t.features()).dropout(0.2).build());
    Trainer trainer = FakeRun.trainer().with(function).steps(60).batchSize(128);
    trainer = trainer.checkpointEvery(20).evaluateEvery(10);
    FakeRun whole = new FakeRun(data, folder.resolve("whole")).run(trainer);

    FakeRun killed = new FakeRun(data, folder.resolve("killed"));
    killed.dieAfterRows = 50 * 128;
    Trainer dying = trainer;
    assertThatThrownBy(() -> killed.run(dying)).hasMessage("killed");
    FakeRun resumed = new FakeRun(data, folder.resolve("killed")).run(trainer);

    assertThat(whole.rows).isEqualTo(60 * 128);
    assertThat(resumed.rows).isEqualTo(20 * 128);
    assertThat(resumed.file("core.onnx")).isEqualTo(whole.file("core.onnx"));
    assertThat(resumed.file("dl4j.zip")).isEqualTo(whole.file("dl4j.zip"));
    assertThat(resumed.file("training.json")).isEqualTo(whole.file("training.json"));
  }

  @Test
  void stopsWhenTheEvaluationLossNoLongerFalls() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 200);

    // 200 examples and a large network: it learns them by heart.
    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t ->
                            t.fit(
                                WideAndDeep.classifier(t.features())
                                    .hidden(64)
                                    .learningRate(0.05)
                                    .build()))
                    .steps(2_000)
                    .evaluateEvery(10)
                    .earlyStopping(3));

    double steps = run.metrics.get("steps");
    assertThat(steps).isLessThan(2_000);
    assertThat(run.metrics.get("best_step")).isEqualTo(steps - 3 * 10);
  }

  @Test
  void aLossThatIsLowerByLessThanTheSmallestChangeDoesNotCount() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);

    // No loss of a classifier is lower by 100 than another: the first evaluation counts, no other.
    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> t.fit(WideAndDeep.classifier(t.features()).learningRate(0.01).build()))
                    .steps(100)
                    .batchSize(128)
                    .evaluateEvery(10)
                    .earlyStopping(3, 100));

    assertThat(run.metrics).containsEntry("steps", 40.0).containsEntry("best_step", 40.0);
  }

  @Test
  void trainsWithoutAnEvaluationSplit() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 500);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(t -> t.fit(WideAndDeep.classifier(t.features()).build()))
                    .steps(5)
                    .evalSplit("test"));

    assertThat(run.metrics).doesNotContainKey("evaluation_loss").containsEntry("best_step", 5.0);
  }

  @Test
  void givesTheFunctionItsHyperparameters() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 500);
    record Sizes(List<Integer> hidden, double rate) {}

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> {
                          Sizes sizes = t.hyperparameters().as(Sizes.class);
                          assertThat(sizes).isEqualTo(new Sizes(List.of(8, 4), 0.5));
                          t.fit(
                              WideAndDeep.classifier(t.features())
                                  .hidden(t.hyperparameters().integers("hidden"))
                                  .learningRate(t.hyperparameters().real("rate"))
                                  .build());
                        })
                    .hyperparameters(new Sizes(List.of(8, 4), 0.5))
                    .steps(2));

    assertThat(run.metrics).containsEntry("steps", 2.0);
  }

  @Test
  void namesTheRemedyWhenTheLossIsNoNumber() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 500);
    Trainer trainer =
        FakeRun.trainer()
            .with(t -> t.fit(WideAndDeep.regressor(t.features()).learningRate(1e30).build()))
            .steps(50);

    assertThatThrownBy(() -> new FakeRun(data, folder).run(trainer))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "Cannot go on training at step \\d+: the loss is (NaN|Infinity)\\. Lower the learning"
                + " rate, and look for NaN or huge values among the features and labels\\.");
  }

  @Test
  void refusesAnEmptyTrainSplit() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 100);
    Trainer trainer = FakeRun.trainer().with(t -> {}).trainSplit("training");

    assertThatThrownBy(() -> new FakeRun(data, folder).run(trainer))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train: split 'training' has no examples (the examples have splits [eval,"
                + " train]). Give ExampleGen more data, or name another split:"
                + " Trainer.trainSplit(...).");
  }

  @Test
  void refusesExamplesOfWhichNoneHasALabel() throws Exception {
    FittedPlan plan = FittedPlan.of(Rides.plan(Rides.Target.XOR), List.of());
    plan.write(Files.createDirectories(folder.resolve("graph")));
    Rides.writeSplit(folder, plan, "train", Rides.unlabelled());
    Trainer trainer =
        FakeRun.trainer().with(t -> t.fit(WideAndDeep.classifier(t.features()).build()));

    assertThatThrownBy(() -> new FakeRun(folder, folder).run(trainer))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train: no example of the train split has label 'label'. Check the columns that"
                + " it is computed from.");
  }

  @Test
  void optionsAreCheckedWhereTheyAreWritten() {
    Trainer trainer = FakeRun.trainer().with(t -> {});

    assertThatThrownBy(() -> trainer.steps(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid number of steps: 0 (must be 1 or more)");
    assertThatThrownBy(() -> trainer.hyperparameters(java.util.Map.of("when", new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid hyperparameter 'when': java.lang.Object (numbers, text, truth values and lists"
                + " of these)");
  }

  @Test
  void refusesAFunctionThatSavesNothing() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 100);

    assertThatThrownBy(() -> new FakeRun(data, folder).run(FakeRun.trainer().with(t -> {})))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot make a model: the training function saved no network. End it with"
                + " training.fit(network) or training.save(network).");
  }

  @Test
  void lossIsTheMeanOfTheLosses() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 400);

    FakeRun run =
        new FakeRun(data, folder)
            .run(
                FakeRun.trainer()
                    .with(
                        t -> {
                          ComputationGraph network = Linear.classifier(t.features()).build();
                          // All weights are 0, so every probability is 0.5.
                          double untrained = t.evaluate(network).orElseThrow();
                          assertThat(untrained).isCloseTo(Math.log(2), within(1e-6));
                          t.save(network);
                        }));

    assertThat(run.metrics).containsOnlyKeys("largest_parity_difference");
  }

  private static double accuracy(FakeRun run, Rides.Target target) throws IOException {
    ExampleBatch raw = Rides.raw(target, 2_000, 3);
    int right = 0;
    int labelled = 0;
    try (Servable servable = Servable.open(run.model)) {
      Predictions predictions = servable.predict(raw);
      float[] labels = servable.labels(raw);
      for (int row = 0; row < raw.rows(); row++) {
        if (!Float.isNaN(labels[row])) {
          labelled++;
          right += answer(predictions, row) == labels[row] ? 1 : 0;
        }
      }
    }
    return (double) right / labelled;
  }

  private static int answer(Predictions predictions, int row) {
    if (predictions.width() == 1) {
      return predictions.value(row, 0) > 0.5f ? 1 : 0;
    }
    int best = 0;
    for (int i = 1; i < predictions.width(); i++) {
      best = predictions.value(row, i) > predictions.value(row, best) ? i : best;
    }
    return best;
  }
}
