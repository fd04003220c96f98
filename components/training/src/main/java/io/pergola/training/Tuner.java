package io.pergola.training;

import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.TunerResults;
import io.pergola.beam.BeamComponent;
import io.pergola.beam.RowGroup;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.fingerprint.Fingerprints;
import io.pergola.model.Task;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.training.internal.search.Rounds;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;

/**
 * Trains again and again with other hyperparameters, several trainings at once, and finds those
 * that do best on the evaluation split:
 *
 * <pre>{@code
 * Trainer trainer = Trainer.of(transformed).with(TaxiModel::train).steps(2_000);
 * Tuner.Outputs tuned = p.add(Tuner.of(trainer).over(SPACE).by(Search.tpe(40)));
 * Channel<Model> model = p.add(trainer.hyperparameters(tuned.best()));
 * }</pre>
 *
 * <p>The same tuner on the same examples runs the same trials and finds the same, however many run
 * at once and on whatever engine. A trial that fails is recorded; the node fails if all do.
 *
 * @param trainer trains in each trial; its seed is the search's as well
 * @param space the hyperparameters to try
 * @param search how they are chosen
 * @param objective what the best trial is best at
 * @param parallel how many trials run at once in one process at most; 0 for as many as the engine
 *     has workers
 */
@BuiltIn
public record Tuner(
    Trainer trainer, SearchSpace<?> space, Search search, Objective objective, int parallel)
    implements BeamComponent<Tuner.Outputs> {
  /** How many trials there are unless the author says otherwise. */
  public static final int TRIALS = 20;

  public Tuner {
    space.requireComplete();
    if (trainer.tuned().isPresent()) {
      throw new IllegalArgumentException(
          "Cannot tune a trainer that takes what another tuner found (%s). Tune it before it does."
              .formatted(trainer.tuned().get()));
    }
    if (parallel < 0) {
      throw new IllegalArgumentException(
          "Invalid number of trials at once: %d (must be 1 or more)".formatted(parallel));
    }
    int trials =
        new Rounds(space.dimensions(), search, objective, trainer.seed(), trainer.steps()).trials();
    if (trials > Search.MOST_TRIALS) {
      throw new IllegalArgumentException(
          "Invalid number of trials: the grid has %,d points (at most %,d). Give it fewer points."
              .formatted(trials, Search.MOST_TRIALS));
    }
    if (trials > space.size()) {
      throw new IllegalArgumentException(
          "Invalid number of trials: %d (the space has %.0f points). Ask for fewer, or for a grid."
              .formatted(trials, space.size()));
    }
    if (search instanceof Search.Halving halving && halving.firstSteps() >= trainer.steps()) {
      throw new IllegalArgumentException(
          "Invalid halving: %,d steps at first (below the trainer's %,d steps)"
              .formatted(halving.firstSteps(), trainer.steps()));
    }
  }

  /**
   * What a tuner makes.
   *
   * @param best the hyperparameters of the best trial: {@link
   *     Trainer#hyperparameters(io.pergola.pipeline.Channel)} takes them
   * @param results all trials with their training curves
   */
  public record Outputs(Channel<BestHyperparameters> best, Channel<TunerResults> results) {}

  /**
   * Starts a tuner of this trainer, with its data, function, steps and seed; values that it has for
   * its function stay where the space has none.
   */
  public static Of of(Trainer trainer) {
    return new Of(trainer);
  }

  /**
   * A tuner that lacks its search space.
   *
   * @param trainer what it tunes
   */
  public record Of(Trainer trainer) {
    /**
     * Searches this space, by {@link Search#tpe} with {@value Tuner#TRIALS} trials (fewer if the
     * space is smaller), for the lowest loss.
     */
    public Tuner over(SearchSpace<?> space) {
      int trials = (int) Math.min(TRIALS, space.size());
      return new Tuner(trainer, space, Search.tpe(trials), Objective.LOSS, 0);
    }
  }

  /** The same with another search; {@code Search.tpe(20)} unless called. */
  public Tuner by(Search other) {
    return new Tuner(trainer, space, other, objective, parallel);
  }

  /** The same with another objective; the loss unless called. */
  public Tuner objective(Objective other) {
    return new Tuner(trainer, space, search, other, parallel);
  }

  /**
   * The same with so many trials at once in one process at most; as many as the engine has workers
   * unless called. Each takes one thread and up to 512 MiB for its examples.
   */
  public Tuner parallel(int most) {
    if (most < 1) {
      throw new IllegalArgumentException(
          "Invalid number of trials at once: %d (must be 1 or more)".formatted(most));
    }
    return new Tuner(trainer, space, search, objective, most);
  }

  @Override
  public Optional<String> codeVersion() {
    return trainer.version();
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Outputs out) {
    TunerTask task = task(artifacts, out);
    requireObjective(artifacts);
    TunerProgress.start(task.folder(), artifacts.execution(), objective, task.rounds().trials());
    TunerJob.build(beam, task);
  }

  @Override
  public void finish(Artifacts artifacts, Outputs out) throws IOException {
    TunerTask task = task(artifacts, out);
    TunerProgress.end(task.folder());
    Path directory = artifacts.of(out.results()).directory();
    if (!TunerTrials.areIn(directory)) {
      throw task.allFailed();
    }
    TunerTrials trials = TunerTrials.read(directory);
    String name = "best_" + objective.metric();
    double best = trials.bestValue().getAsDouble();
    long failed =
        trials.trials().stream().filter(t -> t.outcome() == TunerTrial.Outcome.FAILED).count();
    artifacts.execution().metric("trials", trials.trials().size());
    artifacts.execution().metric("failed_trials", failed);
    artifacts.execution().metric("best_trial", trials.best());
    artifacts.execution().metric(name, best);
    artifacts.execution().property(out.results(), "trials", trials.trials().size());
    artifacts.execution().property(out.results(), "failed_trials", failed);
    artifacts.execution().property(out.best(), "trial", trials.best());
    artifacts.execution().property(out.best(), name, best);
    artifacts
        .execution()
        .property(out.best(), "hyperparameters", trials.bestTrial().hyperparameters());
  }

  private TunerTask task(Artifacts artifacts, Outputs out) {
    TrainingInputs inputs = TrainingInputs.of(trainer, artifacts);
    String key =
        String.join(
            " ",
            inputs.toString(),
            Fingerprints.ofCode(this),
            Fingerprints.ofParameter(this, "trainer", trainer),
            Fingerprints.ofParameter(this, "space", space),
            Fingerprints.ofParameter(this, "search", search),
            Fingerprints.ofParameter(this, "objective", objective));
    return new TunerTask(
        trainer,
        space,
        search,
        objective,
        parallel,
        inputs,
        artifacts
            .execution()
            .checkpoints()
            .resolve("tuner-" + Fingerprints.ofValue(key, "key").substring(0, 16))
            .toString(),
        artifacts.of(out.best()).directory().toString(),
        artifacts.of(out.results()).directory().toString());
  }

  /** Fails where no trial could have an objective. */
  private void requireObjective(Artifacts artifacts) {
    FittedPlan plan = plan(artifacts);
    Task task = TrainingFeatures.of(plan.features(), trainer.seed()).task();
    boolean known =
        switch (objective) {
          case LOSS -> true;
          case ACCURACY -> task != Task.REGRESSION;
          case AUC -> task == Task.BINARY;
          case MAE -> task == Task.REGRESSION;
        };
    if (!known) {
      throw new TrainingException(
          "Cannot tune by %s: the label '%s' is %s, which has no such metric. Choose another objective, such as LOSS."
              .formatted(
                  objective.metric(),
                  plan.features().label().orElseThrow().name(),
                  task.name().toLowerCase(Locale.ROOT)));
    }
    List<RowGroup> groups =
        Trainer.rowGroups(artifacts.of(trainer.examples()).directory(), trainer.evalSplit());
    if (groups.stream().mapToLong(RowGroup::rows).sum() == 0) {
      throw new TrainingException(
          "Cannot tune: split '%s' has no examples to compare trials on. Name another split: Trainer.evalSplit(...)."
              .formatted(trainer.evalSplit()));
    }
  }

  private FittedPlan plan(Artifacts artifacts) {
    try {
      return FittedPlan.read(artifacts.of(trainer.graph()).directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
