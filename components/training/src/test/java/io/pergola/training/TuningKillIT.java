package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A tuner whose process is killed goes on with the trials that are left, to the same results. */
class TuningKillIT {
  private static final int BATCH = 64;
  private static final int EVERY = 20;

  /** What a process has that ended by SIGKILL. */
  private static final int KILLED = 128 + 9;

  /** In all trials of this process. */
  private static final AtomicInteger STEPS_LEFT = new AtomicInteger(Integer.MAX_VALUE);

  @TempDir Path folder;

  record Net(double learningRate) {}

  /** What is killed. */
  enum Kind {
    /** Three trials of 60 steps. */
    RANDOM(Search.random(3), 60, 3 * 60),
    /** Four trials of 20 steps, of which two go on to step 40, and one to step 80. */
    HALVING(Search.halving(4, 20).factor(2), 80, 4 * 20 + 2 * 20 + 40);

    private final Search search;
    private final int steps;
    private final int stepsOfAll;

    Kind(Search search, int steps, int stepsOfAll) {
      this.search = search;
      this.steps = steps;
      this.stepsOfAll = stepsOfAll;
    }
  }

  /** Ten steps after a checkpoint of the second random trial, and of one in the second rung. */
  private static final int KILLED_AFTER = 110;

  private static final int LOST = 10;

  static void train(Training training) throws Exception {
    ComputationGraph network =
        WideAndDeep.classifier(training.features())
            .hidden(8)
            .dropout(0.1)
            .learningRate(training.hyperparameters().real("learningRate"))
            .build();
    network.setListeners(new Countdown());
    training.fit(network);
  }

  /** Kills the process, without a chance to clean up, when no step is left. */
  static final class Countdown extends BaseTrainingListener {
    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      if (STEPS_LEFT.decrementAndGet() == 0) {
        try {
          new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid()))
              .start()
              .waitFor();
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  private static Tuner tuner(Kind kind) {
    Trainer trainer =
        FakeRun.trainer()
            .with(TuningKillIT::train)
            .steps(kind.steps)
            .batchSize(BATCH)
            .evaluateEvery(EVERY)
            .checkpointEvery(EVERY)
            .withoutEarlyStopping();
    return Tuner.of(trainer)
        .over(SearchSpace.of(Net.class).real(Net::learningRate).onLogScale(1e-4, 1e-1))
        .by(kind.search);
  }

  /** A process that tunes until it dies. */
  static final class Doomed {
    private Doomed() {}

    /**
     * Tunes on the data of a folder.
     *
     * @param arguments the folder, the run's folder, the kind, and the steps before its death
     */
    public static void main(String[] arguments) throws Exception {
      STEPS_LEFT.set(Integer.parseInt(arguments[3]));
      new TunerRun(Path.of(arguments[0]), Path.of(arguments[1]))
          .run(tuner(Kind.valueOf(arguments[2])), 1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesTheStepsOfOneTrialSinceItsLastCheckpoint(Kind kind) throws Exception {
    Rides.write(folder, Rides.Target.XOR, 1_000);
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Doomed.class.getName(),
                folder.toString(),
                folder.resolve("killed").toString(),
                kind.name(),
                Integer.toString(KILLED_AFTER))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("output.txt")))
        .isEqualTo(KILLED);

    TunerRun resumed = new TunerRun(folder, folder.resolve("killed")).run(tuner(kind), 2);

    assertThat(resumed.trained).isEqualTo((long) (kind.stepsOfAll - KILLED_AFTER + LOST) * BATCH);
    TunerRun whole = new TunerRun(folder, folder.resolve("whole")).run(tuner(kind), 2);
    assertThat(whole.trained).isEqualTo((long) kind.stepsOfAll * BATCH);
    assertThat(resumed.outputs()).isEqualTo(whole.outputs());
  }
}
