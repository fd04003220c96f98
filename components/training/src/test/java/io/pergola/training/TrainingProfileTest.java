package io.pergola.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainingProfileTest {
  @Test
  void isReadFromTheMetricsThatItWrites() {
    TrainingProfile profile =
        new TrainingProfile(
            8, 0.125, 0.5, 0.25, 0.0625, new TreeMap<>(Map.of("deep", 0.75, "wide", 0.125)));

    assertThat(TrainingProfile.of(profile.metrics())).contains(profile);
    assertThat(profile.metrics())
        .containsOnlyKeys(
            "training_seconds",
            "input_share",
            "compute_share",
            "evaluation_share",
            "checkpoint_share",
            "layer_share.deep",
            "layer_share.wide");
    assertThat(profile.other()).isEqualTo(0.0625);
    assertThat(TrainingProfile.of(Map.of("loss", 1.0))).isEmpty();
  }

  @Test
  void aTrainingWhoseStepsComputeMoreThanTheyWaitIsComputeBound() {
    assertThat(profile(1, 0.125, 0.375, 0.25, 0.1).advice())
        .containsExactly(
            "Compute-bound: the network takes 75 % of a step. Larger batches, fewer hidden units or"
                + " narrower embeddings train more rows a second; a training takes one core, so"
                + " several can run at once.");
  }

  @Test
  void aTrainingWhoseStepsWaitForHalfTheirTimeIsInputBound() {
    assertThat(profile(1, 0.375, 0.375, 0, 0).advice())
        .containsExactly(
            "Input-bound: steps wait for examples for 50 % of their time. Give the plan fewer"
                + " features, so that all examples fit into the 256 MiB that are kept in memory, or"
                + " use a faster disk.");
  }

  @Test
  void frequentEvaluationsAndCheckpointsAreNamed() {
    assertThat(profile(1, 0, 0, 0.5, 0.25).advice())
        .containsExactly(
            "Evaluations take 50 % of the time. Evaluate less often: Trainer.evaluateEvery(...).",
            "Checkpoints take 25 % of the time. Write fewer: Trainer.checkpointEvery(...).");
  }

  @Test
  void theLayerThatTakesMostIsNamed() {
    TrainingProfile profile =
        new TrainingProfile(
            1, 0, 1, 0, 0, new TreeMap<>(Map.of("a 50% layer", 0.5, "wide", 0.25, "last", 0.125)));

    assertThat(profile.slowestLayers())
        .extracting(Map.Entry::getKey)
        .containsExactly("a 50% layer", "wide", "last");
    assertThat(profile.advice())
        .hasSize(2)
        .last()
        .isEqualTo(
            "Layer 'a 50% layer' takes 50 % of the network's time: it is the one to make smaller.");
  }

  private static TrainingProfile profile(
      double seconds, double input, double compute, double evaluation, double checkpoint) {
    return new TrainingProfile(seconds, input, compute, evaluation, checkpoint, new TreeMap<>());
  }

  @Test
  void aTrainingWithoutStepsHasNoAdvice() {
    assertThat(profile(1, 0, 0, 0, 0).advice()).isEqualTo(List.of());
  }
}
