package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A training whose process is killed goes on from its last checkpoint, to the same model. */
class TrainingKillIT {
  private static final int STEPS = 200;
  private static final int BATCH = 64;
  private static final int EVERY = 50;

  /** What a process has that ended by SIGKILL. */
  private static final int KILLED = 128 + 9;

  @TempDir Path folder;

  private FakeRun whole;

  private static Trainer trainer() {
    return FakeRun.trainer()
        .with(
            t ->
                t.fit(WideAndDeep.classifier(t.features()).learningRate(0.01).dropout(0.1).build()))
        .steps(STEPS)
        .batchSize(BATCH)
        .evaluateEvery(20)
        .checkpointEvery(EVERY)
        .withoutEarlyStopping()
        .tensorBoard();
  }

  /** A process that trains, and kills itself, without a chance to clean up, after a step. */
  static final class Doomed {
    private Doomed() {}

    /**
     * Trains on the data of a folder.
     *
     * @param arguments the folder, the run's folder, and the step
     */
    public static void main(String[] arguments) throws Exception {
      FakeRun run =
          new FakeRun(Path.of(arguments[0]), Path.of(arguments[1])) {
            @Override
            public void addRows(long more) {
              super.addRows(more);
              if (rows == Long.parseLong(arguments[2]) * BATCH) {
                kill();
              }
            }
          };
      run.run(trainer());
    }

    private static void kill() {
      try {
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid()))
            .start()
            .waitFor();
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @BeforeEach
  void trainWithoutInterruption() throws Exception {
    Rides.write(folder, Rides.Target.XOR, 2_000);
    whole = new FakeRun(folder, folder.resolve("whole")).run(trainer());
    assertThat(whole.metrics.get("evaluation_auc")).isGreaterThan(0.9);
  }

  private void killAfter(int step) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                Doomed.class.getName(),
                folder.toString(),
                folder.resolve("killed").toString(),
                Integer.toString(step))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(Files.readString(folder.resolve("output.txt")))
        .isEqualTo(KILLED);
  }

  private void assertSameAsWhole(FakeRun resumed) throws IOException {
    for (String file :
        List.of(
            "core.onnx",
            "dl4j.zip",
            "training.json",
            "tensorboard/train/events.out.tfevents.0.pergola")) {
      assertThat(resumed.file(file)).as(file).isEqualTo(whole.file(file));
    }
    for (String metric : List.of("evaluation_loss", "evaluation_auc", "best_step", "loss")) {
      assertThat(resumed.metrics.get(metric)).as(metric).isEqualTo(whole.metrics.get(metric));
    }
  }

  /** The steps since the last checkpoint are lost, and no more. */
  @ParameterizedTest
  @ValueSource(ints = {30, 99, 170})
  void losesTheStepsSinceTheLastCheckpoint(int step) throws Exception {
    killAfter(step);

    FakeRun resumed = new FakeRun(folder, folder.resolve("killed")).run(trainer());

    int lost = step % EVERY;
    assertThat(resumed.rows).isEqualTo((long) (STEPS - step + lost) * BATCH);
    assertSameAsWhole(resumed);
  }

  @Test
  void goesOnAfterSeveralKills() throws Exception {
    killAfter(70);
    killAfter(40);

    FakeRun resumed = new FakeRun(folder, folder.resolve("killed")).run(trainer());

    // The second process began at step 50 and died at step 90.
    assertThat(resumed.rows).isEqualTo((STEPS - 50L) * BATCH);
    assertSameAsWhole(resumed);
  }
}
