package io.pergola.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * All trials of a {@link Tuner}: {@value #FILE} of its results, {@code
 * docs/reference/tuner-results.md}. The same tuner on the same examples writes the same bytes, so
 * it holds no times.
 *
 * @param objective what was made good
 * @param search in words, such as {@code Tpe[trials=20, first=10, atOnce=4]}
 * @param steps that a trial trained at most
 * @param dimensions of what was searched
 * @param best the number of the best trial
 * @param trials by number, which counts from 1
 */
public record TunerTrials(
    Objective objective,
    String search,
    int steps,
    List<Dimension> dimensions,
    int best,
    List<TunerTrial> trials) {
  /** The file's name in an artifact's directory. */
  public static final String FILE = "tuner-results.json";

  public TunerTrials {
    dimensions = List.copyOf(dimensions);
    trials = List.copyOf(trials);
    if (best < 1 || best > trials.size()) {
      throw new IllegalArgumentException(
          "Invalid best trial: %d (from 1 to %d)".formatted(best, trials.size()));
    }
    for (int i = 0; i < trials.size(); i++) {
      if (trials.get(i).number() != i + 1) {
        throw new IllegalArgumentException(
            "Invalid trials: number %d at place %d (must be in order, from 1)"
                .formatted(trials.get(i).number(), i + 1));
      }
    }
  }

  /** Whether a directory has the file. */
  public static boolean areIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE));
  }

  /**
   * Reads the trials of an artifact.
   *
   * @throws TrainingException if they are not there, are damaged, or have a newer format
   */
  public static TunerTrials read(Path directory) {
    return TunerTrialsJson.read(directory.resolve(FILE));
  }

  /** Writes the file into a directory, which is created if absent. */
  public void write(Path directory) {
    TunerTrialsJson.write(this, directory.resolve(FILE));
  }

  /** The folder with the training curves of a trial. */
  public static Path curvesOf(Path directory, int trial) {
    return directory.resolve("trials").resolve(Integer.toString(trial));
  }

  /** The best trial. */
  public TunerTrial bestTrial() {
    return trials.get(best - 1);
  }

  /** The best objective; empty only in a file that was changed by hand. */
  public OptionalDouble bestValue() {
    return bestTrial().value(objective);
  }

  /**
   * Better trials first: those that trained in more rounds, among them those with a better
   * objective, then lower numbers; failed ones last.
   */
  public List<TunerTrial> ranked() {
    return ranked(objective, trials);
  }

  static List<TunerTrial> ranked(Objective objective, List<TunerTrial> trials) {
    return trials.stream()
        .sorted(
            Comparator.comparing((TunerTrial t) -> t.value(objective).isEmpty())
                .thenComparing(TunerTrial::rounds, Comparator.reverseOrder())
                .thenComparing(t -> t.value(objective).orElse(0), objective.bestFirst())
                .thenComparing(TunerTrial::number))
        .toList();
  }

  /** The best of some trials; empty if all failed. */
  static Optional<TunerTrial> best(Objective objective, List<TunerTrial> trials) {
    return ranked(objective, trials).stream()
        .findFirst()
        .filter(trial -> trial.value(objective).isPresent());
  }
}
