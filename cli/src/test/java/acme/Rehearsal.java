package acme;

import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.TunerResults;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Hyperparameters;
import io.pergola.training.Objective;
import io.pergola.training.TunerTrial;
import io.pergola.training.TunerTrial.Outcome;
import io.pergola.training.TunerTrials;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A pipeline that makes what a tuner makes, without training.
 *
 * @param takes a number for the cache key
 */
public record Rehearsal(int takes) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    p.add(new Tries(takes));
  }

  /** Writes three trials, of which one failed. */
  public record Tries(int takes) implements InlineComponent<Tries.Outputs> {
    /** What a tuner makes. */
    public record Outputs(Channel<BestHyperparameters> best, Channel<TunerResults> results) {}

    @Override
    public void run(Artifacts artifacts, Outputs out) {
      Path results = artifacts.of(out.results()).directory();
      TunerTrials trials =
          new TunerTrials(
              Objective.AUC,
              "Random[trials=3]",
              40,
              List.of(
                  new Real("rate", 0.001, 0.1, Scale.LOG),
                  new Choice("kind", List.of("flat", "deep"))),
              3,
              List.of(
                  trial(1, 0.0015, "flat", 0.75, Optional.empty()),
                  trial(2, 0.1, "deep", 0, Optional.of("IllegalStateException: no wind")),
                  trial(3, 0.03, "deep", 0.875, Optional.empty())));
      trials.write(results);
      new Hyperparameters(trials.bestTrial().hyperparameters())
          .write(artifacts.of(out.best()).directory());
    }

    private static TunerTrial trial(
        int number, double rate, String kind, double auc, Optional<String> failure) {
      boolean failed = failure.isPresent();
      return new TunerTrial(
          number,
          new TreeMap<>(Map.of("rate", rate, "kind", kind, "units", 8)),
          failed ? Outcome.FAILED : Outcome.FINISHED,
          1,
          failed ? 0 : 1_040,
          failed ? 0 : 30,
          failed ? new TreeMap<>() : new TreeMap<>(Map.of("auc", auc, "loss", 1 - auc)),
          failure);
    }
  }
}
