package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainingProfileTest {
  @Test
  void isReadFromTheMetricsThatItWrites() {
    TrainingProfile profile = new TrainingProfile(8, 0.125, 0.5, 0.25, 0.0625);

    assertThat(TrainingProfile.of(profile.metrics())).contains(profile);
    assertThat(profile.metrics())
        .containsOnlyKeys(
            "training_seconds",
            "input_share",
            "compute_share",
            "evaluation_share",
            "checkpoint_share");
    assertThat(profile.other()).isEqualTo(0.0625);
    assertThat(TrainingProfile.of(Map.of("loss", 1.0))).isEmpty();
  }

  @Test
  void aTrainingWhoseStepsComputeMoreThanTheyWaitIsComputeBound() {
    assertThat(new TrainingProfile(1, 0.125, 0.375, 0.25, 0.1).advice())
        .containsExactly(
            "Compute-bound: the network takes 75 % of a step. Larger batches, fewer hidden units or"
                + " narrower embeddings train more rows a second; a training takes one core, so"
                + " several can run at once.");
  }

  @Test
  void aTrainingWhoseStepsWaitForHalfTheirTimeIsInputBound() {
    assertThat(new TrainingProfile(1, 0.375, 0.375, 0, 0).advice())
        .containsExactly(
            "Input-bound: steps wait for examples for 50 % of their time. Give the plan fewer"
                + " features, so that all examples fit into the 256 MiB that are kept in memory, or"
                + " use a faster disk.");
  }

  @Test
  void frequentEvaluationsAndCheckpointsAreNamed() {
    assertThat(new TrainingProfile(1, 0, 0, 0.5, 0.25).advice())
        .containsExactly(
            "Evaluations take 50 % of the time. Evaluate less often: Trainer.evaluateEvery(...).",
            "Checkpoints take 25 % of the time. Write fewer: Trainer.checkpointEvery(...).");
  }

  @Test
  void aTrainingWithoutStepsHasNoAdvice() {
    assertThat(new TrainingProfile(1, 0, 0, 0, 0).advice()).isEqualTo(List.of());
  }
}
