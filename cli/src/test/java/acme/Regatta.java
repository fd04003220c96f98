package acme;

import io.pergola.artifact.Model;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.TrainingProfile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A pipeline that makes a model with training curves, without training.
 *
 * @param crews a number for the cache key
 */
public record Regatta(int crews) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    p.add(new Practice(crews));
  }

  /** Writes what a trainer writes of its curves. */
  public record Practice(int crews) implements InlineComponent<Channel<Model>> {
    @Override
    public void run(Artifacts artifacts, Channel<Model> out) {
      new TrainingCurves(
              "binary",
              "wins",
              64,
              4,
              2,
              List.of(
                  new Point(1, 1, 0.25),
                  new Point(2, 0.5, 0.25),
                  new Point(3, 0.25, 0.25),
                  new Point(4, 0, 0.25)),
              List.of(
                  new Evaluation(2, 0.5, new TreeMap<>(Map.of("auc", 0.875))),
                  new Evaluation(4, 0.75, new TreeMap<>(Map.of("auc", 0.75)))),
              new TreeMap<>(Map.of("knots", new Curve(List.of(1, 4), List.of(5.0, 7.0)))))
          .write(artifacts.of(out).directory());
      new TrainingProfile(
              12.5, 0.125, 0.5, 0.25, 0.0625, new TreeMap<>(Map.of("hidden_1", 0.5, "wide", 0.25)))
          .metrics()
          .forEach(artifacts.execution()::metric);
    }
  }
}
