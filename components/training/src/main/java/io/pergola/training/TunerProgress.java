package io.pergola.training;

import io.pergola.pipeline.Execution;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows how many trials are done and the best so far, where the job runs in the process of its
 * runner; elsewhere nobody is found to tell.
 */
final class TunerProgress {
  private static final Map<String, TunerProgress> RUNNING = new ConcurrentHashMap<>();

  private final WeakReference<Execution> execution;
  private final Objective objective;
  private final int trials;
  private int done;
  private @Nullable TunerTrial best;

  private TunerProgress(Execution execution, Objective objective, int trials) {
    this.execution = new WeakReference<>(execution);
    this.objective = objective;
    this.trials = trials;
  }

  static void start(String folder, Execution execution, Objective objective, int trials) {
    RUNNING.put(folder, new TunerProgress(execution, objective, trials));
  }

  static void end(String folder) {
    RUNNING.remove(folder);
  }

  static void done(String folder, TunerTrial trial) {
    TunerProgress progress = RUNNING.get(folder);
    if (progress != null) {
      progress.add(trial);
    }
  }

  private synchronized void add(TunerTrial trial) {
    done += trial.rounds() == 1 ? 1 : 0;
    TunerTrial before = best;
    if (trial.value(objective).isPresent()
        && (before == null
            || TunerTrials.best(objective, List.of(before, trial)).equals(Optional.of(trial)))) {
      best = trial;
    }
    Execution told = execution.get();
    if (told != null) {
      told.progress(text(trial));
    }
  }

  private String text(TunerTrial trial) {
    String round = trial.rounds() == 1 ? "" : ", round %d".formatted(trial.rounds());
    TunerTrial first = best;
    return "%d of %d trials%s%s"
        .formatted(
            done,
            trials,
            round,
            first == null
                ? ""
                : ", best %s %.4f (trial %d)"
                    .formatted(
                        objective.metric(), first.value(objective).getAsDouble(), first.number()));
  }
}
