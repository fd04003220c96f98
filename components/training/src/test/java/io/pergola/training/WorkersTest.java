package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.beam.BeamJobs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkersTest {
  @TempDir Path folder;

  private final List<String> jobs = new ArrayList<>();

  @Test
  void twoWorkersLearnWhatNoLinearModelCan() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 4_000);
    FakeRun run = run(data, "two", trainer().workers(2), this::onDirectRunner);

    assertThat(run.metrics.get("evaluation_accuracy")).isGreaterThan(0.95);
    assertThat(run.metrics.get("largest_parity_difference")).isLessThan(1e-5);
    assertThat(run.metrics).containsEntry("lost_rounds", 0.0).containsEntry("steps", 120.0);
    assertThat(jobs).containsExactly("round-30", "round-60", "round-90", "round-120");
    assertThat(run.checkpoints().resolve("rounds")).doesNotExist();
  }

  @Test
  void aLostWorkerCostsARoundAndChangesNothing() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 1_000);
    Trainer trainer = trainer().steps(60).workers(2);
    FakeRun whole = run(data, "whole", trainer, this::onDirectRunner);
    BeamJobs losing =
        (name, build) -> {
          if (name.equals("round-60")) {
            throw new IllegalStateException("worker lost");
          }
          onDirectRunner(name, build);
        };
    FakeRun lost = run(data, "lost", trainer, losing);

    assertThat(lost.metrics).containsEntry("lost_rounds", 1.0);
    assertThat(lost.file("core.onnx")).isEqualTo(whole.file("core.onnx"));
    assertThat(lost.file("training.json")).isEqualTo(whole.file("training.json"));
  }

  @Test
  void aRoundThatFailsAgainAndAgainEndsTheTraining() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 200);
    BeamJobs broken =
        (name, build) -> {
          jobs.add(name);
          throw new IllegalStateException("no worker");
        };

    assertThatThrownBy(() -> run(data, "broken", trainer().workers(2), broken))
        .isInstanceOf(TrainingException.class)
        .hasMessage(
            "Cannot train the round that ends with step 30: it failed 3 times, last with: no worker."
                + " Look at the engine's log of its job.");
    assertThat(jobs).containsExactly("round-30", "round-30-2", "round-30-3");
  }

  @Test
  void aLossThatIsNoNumberIsNotTriedAgain() throws Exception {
    Path data = Rides.write(folder, Rides.Target.SUM, 500);
    Trainer trainer =
        FakeRun.trainer()
            .with(t -> t.fit(WideAndDeep.regressor(t.features()).learningRate(1e30).build()))
            .steps(20)
            .evaluateEvery(10)
            .workers(2);

    assertThatThrownBy(() -> run(data, "diverges", trainer, this::onDirectRunner))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("Cannot go on training at step ");
    assertThat(jobs).hasSize(1);
  }

  @Test
  void thereAreNoMoreWorkersThanExamples() throws Exception {
    Path data = Rides.write(folder, Rides.Target.XOR, 20);

    assertThatThrownBy(() -> run(data, "many", trainer().workers(21), this::onDirectRunner))
        .isInstanceOf(TrainingException.class)
        .hasMessage("Cannot train on 21 workers: there are 20 examples. Take fewer workers.");
  }

  private static Trainer trainer() {
    return FakeRun.trainer()
        .with(t -> t.fit(WideAndDeep.classifier(t.features()).learningRate(0.02).build()))
        .steps(120)
        .batchSize(128)
        .evaluateEvery(30)
        .withoutEarlyStopping();
  }

  private FakeRun run(Path data, String home, Trainer trainer, BeamJobs on) throws Exception {
    FakeRun run = new FakeRun(data, folder.resolve(home));
    Files.createDirectories(run.model);
    trainer.run(on, run, FakeRun.MODEL);
    return run;
  }

  private void onDirectRunner(String name, Consumer<Pipeline> build) {
    jobs.add(name);
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(2);
    Pipeline job = Pipeline.create(options);
    build.accept(job);
    job.run().waitUntilFinish();
  }
}
