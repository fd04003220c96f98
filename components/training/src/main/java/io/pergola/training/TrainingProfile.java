package io.pergola.training;

import java.util.ArrayList;
import java.util.Collections;
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
 * @param layers the share of the network's time that each layer took, forward and backward, by
 *     name: of 100 steps after the first 20, and of the 20 layers that took most. The rest is the
 *     output layer's, frozen layers' and the update's. Empty if there were no such steps, or
 *     several workers
 */
public record TrainingProfile(
    double seconds,
    double input,
    double compute,
    double evaluation,
    double checkpoint,
    SortedMap<String, Double> layers) {
  private static final String SECONDS = "training_seconds";
  private static final String INPUT = "input_share";
  private static final String COMPUTE = "compute_share";
  private static final String EVALUATION = "evaluation_share";
  private static final String CHECKPOINT = "checkpoint_share";
  private static final String LAYER = "layer_share.";

  private static final double INPUT_BOUND = 0.5;
  private static final double MUCH_EVALUATION = 0.25;
  private static final double MUCH_CHECKPOINT = 0.1;
  private static final double MUCH_LAYER = 0.4;

  public TrainingProfile {
    layers = Collections.unmodifiableSortedMap(new TreeMap<>(layers));
  }

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
                metrics.getOrDefault(CHECKPOINT, 0.0),
                layers(metrics)));
  }

  private static SortedMap<String, Double> layers(Map<String, Double> metrics) {
    SortedMap<String, Double> layers = new TreeMap<>();
    metrics.forEach(
        (name, share) -> {
          if (name.startsWith(LAYER)) {
            layers.put(name.substring(LAYER.length()), share);
          }
        });
    return layers;
  }

  /** The profile as metrics of an execution. */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, Double> metrics =
        new TreeMap<>(
            Map.of(
                SECONDS, seconds,
                INPUT, input,
                COMPUTE, compute,
                EVALUATION, evaluation,
                CHECKPOINT, checkpoint));
    layers.forEach((layer, share) -> metrics.put(LAYER + layer, share));
    return metrics;
  }

  /** The layers by the time they took, the one that took most first. */
  public List<Map.Entry<String, Double>> slowestLayers() {
    return layers.entrySet().stream()
        .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
        .toList();
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
    if (steps > 0 && !inputBound()) {
      slowestLayers().stream()
          .limit(1)
          .filter(layer -> layer.getValue() > MUCH_LAYER)
          .forEach(
              layer ->
                  advice.add(
                      text(
                          "Layer '"
                              + layer.getKey().replace("%", "%%")
                              + "' takes %.0f %% of the network's time: it is the one to make smaller.",
                          layer.getValue())));
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
