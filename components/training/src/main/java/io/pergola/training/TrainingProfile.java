package io.pergola.training;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the time of a training loop went, and what to do about it; of its last attempt. Recorded as
 * metrics of the execution.
 *
 * @param seconds of the loop in all, above 0
 * @param input the share of it in which steps waited for examples: shuffling, and reading what was
 *     not read ahead; all shares are in 0..1
 * @param compute the share of steps in the network: forward, backward, update
 * @param evaluation the share of evaluations
 * @param checkpoint the share of writing checkpoints
 */
public record TrainingProfile(
    double seconds, double input, double compute, double evaluation, double checkpoint) {
  private static final String SECONDS = "training_seconds";
  private static final String INPUT = "input_share";
  private static final String COMPUTE = "compute_share";
  private static final String EVALUATION = "evaluation_share";
  private static final String CHECKPOINT = "checkpoint_share";

  private static final double INPUT_BOUND = 0.5;
  private static final double MUCH_EVALUATION = 0.25;
  private static final double MUCH_CHECKPOINT = 0.1;

  /** The profile among the metrics of an execution; empty if there is none. */
  public static Optional<TrainingProfile> of(Map<String, Double> metrics) {
    Double seconds = metrics.get(SECONDS);
    return seconds == null
        ? Optional.empty()
        : Optional.of(
            new TrainingProfile(
                seconds,
                metrics.getOrDefault(INPUT, 0.0),
                metrics.getOrDefault(COMPUTE, 0.0),
                metrics.getOrDefault(EVALUATION, 0.0),
                metrics.getOrDefault(CHECKPOINT, 0.0)));
  }

  /** The profile as metrics of an execution. */
  public SortedMap<String, Double> metrics() {
    return new TreeMap<>(
        Map.of(
            SECONDS, seconds,
            INPUT, input,
            COMPUTE, compute,
            EVALUATION, evaluation,
            CHECKPOINT, checkpoint));
  }

  /** The share of all else: reports, copies of the best weights. */
  public double other() {
    return Math.max(0, 1 - input - compute - evaluation - checkpoint);
  }

  /** Whether steps wait for their examples for half of their time or more. */
  public boolean inputBound() {
    return input > 0 && input >= INPUT_BOUND * (input + compute);
  }

  /** What limits the training and what helps, a sentence or two each; the limit of steps first. */
  public List<String> advice() {
    List<String> advice = new ArrayList<>();
    double steps = input + compute;
    if (steps > 0) {
      advice.add(
          inputBound()
              ? text(
                  "Input-bound: steps wait for examples for %.0f %% of their time. Give the plan"
                      + " fewer features, so that all examples fit into the 256 MiB that are kept"
                      + " in memory, or use a faster disk.",
                  input / steps)
              : text(
                  "Compute-bound: the network takes %.0f %% of a step. Larger batches, fewer"
                      + " hidden units or narrower embeddings train more rows a second; a training"
                      + " takes one core, so several can run at once.",
                  compute / steps));
    }
    if (evaluation > MUCH_EVALUATION) {
      advice.add(
          text(
              "Evaluations take %.0f %% of the time. Evaluate less often:"
                  + " Trainer.evaluateEvery(...).",
              evaluation));
    }
    if (checkpoint > MUCH_CHECKPOINT) {
      advice.add(
          text(
              "Checkpoints take %.0f %% of the time. Write fewer: Trainer.checkpointEvery(...).",
              checkpoint));
    }
    return List.copyOf(advice);
  }

  private static String text(String sentence, double share) {
    return String.format(Locale.ROOT, sentence, 100 * share);
  }
}
