package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.model.Graphs;
import io.pergola.model.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on raw examples, to which the plan is applied while they are read. */
class ApplyingTest {
  private static final Trainer.Of TRANSFORMED = Trainer.of(FakeRun.GRAPH, FakeRun.EXAMPLES);
  private static final Trainer.Of APPLYING = Trainer.applying(FakeRun.GRAPH, FakeRun.RAW);

  @TempDir Path folder;

  @BeforeEach
  void writeTheSameExamplesTransformedAndRaw() throws Exception {
    Rides.writeBoth(folder, Rides.Target.XOR, 1_000, 300);
  }

  @Test
  void theModelIsThatOfTransformedExamples() throws Exception {
    FakeRun transformed = run("transformed", trainer(TRANSFORMED));
    FakeRun applied = run("applied", trainer(APPLYING));

    assertSameModel(applied, transformed);
    assertThat(applied.metrics.get("evaluation_loss"))
        .isEqualTo(transformed.metrics.get("evaluation_loss"));
  }

  @Test
  void theModelIsComparedOnTheRawExamplesThemselves() throws Exception {
    FakeRun applied = run("applied", trainer(APPLYING));

    assertThat(Signature.read(applied.model).graphs().parity())
        .containsEntry(Graphs.EXAMPLES, 250.0);
  }

  @Test
  void anAttemptAfterAKillGoesOnToTheSameModel() throws Exception {
    Trainer trainer = trainer(APPLYING).checkpointEvery(10);
    FakeRun whole = run("whole", trainer);
    FakeRun killed = new FakeRun(folder, folder.resolve("killed"));
    killed.dieAfterRows = 25 * 128;

    assertThatThrownBy(() -> killed.run(trainer)).hasMessage("killed");
    FakeRun resumed = run("killed", trainer);

    assertThat(resumed.rows).isEqualTo(10 * 128);
    assertSameModel(resumed, whole);
  }

  @Test
  void workersApplyThePlanThemselves() throws Exception {
    FakeRun transformed = onTwoWorkers("transformed", TRANSFORMED);
    FakeRun applied = onTwoWorkers("applied", APPLYING);

    assertSameModel(applied, transformed);
  }

  @Test
  void aTunerFindsTheSame() throws Exception {
    TunerRun transformed = new TunerRun(folder, folder.resolve("transformed"));
    transformed.run(tuner(TRANSFORMED), 1);
    TunerRun applied = new TunerRun(folder, folder.resolve("applied"));
    applied.run(tuner(APPLYING), 1);

    assertThat(applied.outputs()).isNotEmpty().isEqualTo(transformed.outputs());
  }

  @Test
  void refusesExamplesWithoutAColumnOfThePlan() throws Exception {
    Path other = folder.resolve("other");
    Path graph = Files.createDirectories(other.resolve("graph"));
    Files.copy(folder.resolve("graph/transform.json"), graph.resolve("transform.json"));
    ExampleBatch raw =
        ExampleBatch.of(
            1,
            List.of(
                FloatColumn.of("x", new float[1], null), FloatColumn.of("y", new float[1], null)));
    try (ExampleFileWriter file =
        ExampleFileWriter.open(
            ExampleFiles.partFile(other.resolve("raw"), "train", 0), raw.schema())) {
      file.write(raw);
    }

    assertThatThrownBy(() -> new FakeRun(other, other).run(trainer(APPLYING)))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot apply the plan: the examples have no column company, hour, label. Give raw"
                + " examples of the kind that the plan was fitted to, or train on transformed ones:"
                + " Trainer.of(...).");
  }

  private static Trainer trainer(Trainer.Of of) {
    return of.with(
            t ->
                t.fit(WideAndDeep.classifier(t.features()).dropout(0.2).learningRate(0.01).build()))
        .steps(30)
        .batchSize(128)
        .evaluateEvery(10);
  }

  record Rate(double rate) {}

  private static Tuner tuner(Trainer.Of of) {
    return Tuner.of(
            of.with(
                    t ->
                        t.fit(
                            Linear.classifier(t.features())
                                .learningRate(t.hyperparameters().real("rate"))
                                .build()))
                .steps(10)
                .batchSize(128))
        .over(SearchSpace.of(Rate.class).real(Rate::rate).onLogScale(0.001, 0.1))
        .by(Search.random(2));
  }

  private FakeRun run(String home, Trainer trainer) throws Exception {
    return new FakeRun(folder, folder.resolve(home)).run(trainer);
  }

  private FakeRun onTwoWorkers(String home, Trainer.Of of) throws Exception {
    FakeRun run = new FakeRun(folder, folder.resolve(home));
    Files.createDirectories(run.model);
    trainer(of)
        .evaluateEvery(30)
        .workers(2)
        .run(
            (name, build) -> {
              DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
              options.setRunner(DirectRunner.class);
              Pipeline job = Pipeline.create(options);
              build.accept(job);
              job.run().waitUntilFinish();
            },
            run,
            FakeRun.MODEL);
    return run;
  }

  private static void assertSameModel(FakeRun actual, FakeRun expected) throws Exception {
    for (String file : List.of("core.onnx", "dl4j.zip", "training.json")) {
      assertThat(actual.file(file)).as(file).isEqualTo(expected.file(file));
    }
  }
}
