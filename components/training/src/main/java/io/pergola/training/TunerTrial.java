package io.pergola.training;

import java.util.Collections;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One training of a {@link Tuner}.
 *
 * @param number from 1
 * @param hyperparameters all values that its function got, by name
 * @param outcome what became of it
 * @param rounds in which it trained, from 1; more than 1 only with successive halving
 * @param steps that were trained; 0 if it failed
 * @param keptStep the step whose weights count; 0 if it failed
 * @param metrics of these weights on the evaluation split: {@code loss}, and those that the task
 *     has; empty if it failed
 * @param failure what went wrong, if it failed
 */
public record TunerTrial(
    int number,
    SortedMap<String, Object> hyperparameters,
    Outcome outcome,
    int rounds,
    int steps,
    int keptStep,
    SortedMap<String, Double> metrics,
    Optional<String> failure) {
  /** What can become of a trial. */
  public enum Outcome {
    /** It trained to its end. */
    FINISHED,
    /** Others were better at a rung of successive halving. */
    STOPPED,
    /** Its function threw, or its loss was no number any more. */
    FAILED
  }

  public TunerTrial {
    if (number < 1 || rounds < 1) {
      throw new IllegalArgumentException(
          "Invalid trial: number %d, %d rounds (both from 1)".formatted(number, rounds));
    }
    if (failure.isPresent() != (outcome == Outcome.FAILED)) {
      throw new IllegalArgumentException(
          "Invalid trial %d: %s, failure %s (a failed one has a failure)"
              .formatted(number, outcome, failure));
    }
    hyperparameters = Collections.unmodifiableSortedMap(new TreeMap<>(hyperparameters));
    metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
  }

  /** What the objective is; empty if the trial failed, or its task has no such metric. */
  public OptionalDouble value(Objective objective) {
    Double value = metrics.get(objective.metric());
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
