package io.pergola.training;

import io.pergola.training.internal.search.Rounds;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a tuner's job works on. Trials are recorded in a folder as they end, so that another attempt
 * goes on where one stood:
 *
 * <ul>
 *   <li>{@code records/00007-1.json}: trial 7 after its first round; whole or not there
 *   <li>{@code curves/7/}: its training curves
 *   <li>{@code work/7/}: its checkpoints, until it will not go on
 * </ul>
 *
 * @param folder where the tuner keeps all this, named by all that trials depend on
 * @param best where the best hyperparameters are written
 * @param results where all trials are written
 */
record TunerTask(
    Trainer trainer,
    SearchSpace<?> space,
    Search search,
    Objective objective,
    int parallel,
    TrainingInputs inputs,
    String folder,
    String best,
    String results)
    implements Serializable {

  Rounds rounds() {
    return new Rounds(space.dimensions(), search, objective, trainer.seed(), trainer.steps());
  }

  /** Whether a trial goes on in later rounds. */
  boolean isHalving() {
    return search.match(grid -> false, random -> false, tpe -> false, halving -> true);
  }

  /** In how many rounds a trial of this round of the job has trained. */
  int roundsOfTrial(int round) {
    return isHalving() ? round + 1 : 1;
  }

  Optional<TunerTrial> record(int trial, int rounds) {
    Path file = recordFile(trial, rounds);
    return Files.exists(file) ? Optional.of(TunerTrialsJson.readTrial(file)) : Optional.empty();
  }

  void keep(TunerTrial trial) {
    TunerTrialsJson.writeTrial(trial, recordFile(trial.number(), trial.rounds()));
  }

  /** All trials by number, each as it was after so many of its rounds at most. */
  List<TunerTrial> recorded(int rounds) {
    List<TunerTrial> trials = new ArrayList<>();
    for (int number = 1; number <= rounds().trials(); number++) {
      for (int after = rounds; after > 0; after--) {
        Optional<TunerTrial> found = record(number, after);
        if (found.isPresent()) {
          trials.add(found.get());
          break;
        }
      }
    }
    return trials;
  }

  Path curves(int trial) {
    return Path.of(folder, "curves", Integer.toString(trial));
  }

  Path work(int trial) {
    return Path.of(folder, "work", Integer.toString(trial));
  }

  /** Forgets the checkpoints of a trial. */
  void endWork(int trial) {
    delete(work(trial));
  }

  /** The error of a tuner without a result; what is recorded is forgotten, to be tried again. */
  TrainingException allFailed() {
    List<TunerTrial> trials = recorded(rounds().count());
    String first =
        trials.stream()
            .flatMap(trial -> trial.failure().stream())
            .findFirst()
            .orElse("none was recorded");
    delete(Path.of(folder));
    return new TrainingException(
        "Cannot tune: all %d trials failed, the first with %s. Correct the training function or the search space."
            .formatted(trials.size(), first));
  }

  private Path recordFile(int trial, int rounds) {
    return Path.of(folder, "records", "%05d-%d.json".formatted(trial, rounds));
  }

  private static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
