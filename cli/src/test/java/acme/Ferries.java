package acme;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.training.Trainer;
import io.pergola.training.Training;
import io.pergola.training.WideAndDeep;
import io.pergola.transform.Transform;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;

/**
 * Learns which ferries are late, on two workers.
 *
 * @param crossings CSV files with the columns of {@link Crossing}
 */
public record Ferries(Path crossings) implements PipelineDefinition {
  /** The steps that workers train on their own before their weights become one. */
  public static final int ROUND = 20;

  /**
   * A crossing.
   *
   * @param wind in knots
   * @param passengers on board
   * @param harbour where it ends
   * @param late whether it was
   */
  public record Crossing(Double wind, Long passengers, String harbour, Long late) {}

  @Override
  public void define(PipelineBuilder p) {
    Channel<Examples<Crossing>> examples =
        p.add(CsvExampleGen.of(Crossing.class).from(crossings).trainToEval(2, 1));
    Channel<Statistics> statistics = p.add(StatisticsGen.of(examples));
    Channel<Schema> schema = p.add(SchemaGen.of(statistics));
    Transform.Outputs transformed = p.add(Transform.of(examples, schema).with(Ferries::features));
    p.add(
        Trainer.of(transformed)
            .with(Ferries::train)
            .steps(4 * ROUND)
            .evaluateEvery(ROUND)
            .batchSize(64)
            .workers(2));
  }

  static FeaturePlan features(Columns<Crossing> crossing) {
    return Features.of()
        .dense(
            crossing.number(Crossing::wind).zScore(),
            crossing.number(Crossing::passengers).zScore())
        .categorical(crossing.text(Crossing::harbour).vocabulary(10, 1))
        .label(crossing.number(Crossing::late).greaterThan(0).as("is_late"));
  }

  static void train(Training training) throws InterruptedException {
    training.fit(WideAndDeep.classifier(training.features()).learningRate(0.01).build());
  }
}
