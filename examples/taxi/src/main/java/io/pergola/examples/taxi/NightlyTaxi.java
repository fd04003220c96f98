package io.pergola.examples.taxi;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.evaluation.Evaluator;
import io.pergola.evaluation.Metric;
import io.pergola.examplegen.CsvExampleGen;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.LatestBlessedModel;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.serving.Pusher;
import io.pergola.span.Spans;
import io.pergola.training.Trainer;
import io.pergola.transform.Transform;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Learns every night from the trips of the last seven days.
 *
 * @param data a folder with a folder for each day, {@code 2026-11-20/trips-v1.csv}
 * @param serving directory the serving process watches for new models
 * @param patience how long a night waits for days that are late; not at all if it is not given
 */
public record NightlyTaxi(Path data, Path serving, Optional<Duration> patience)
    implements PipelineDefinition {
  private static final Spans LAST_SEVEN_DAYS = Spans.rolling(7).atLeast(1).atMostMissing(2);

  @Override
  public void define(PipelineBuilder p) {
    Channel<Examples<Trip>> trips =
        p.add(
            CsvExampleGen.of(Trip.class)
                .from(data.resolve("{YYYY}-{MM}-{DD}").resolve("trips-v{VERSION}.csv"))
                .spans(LAST_SEVEN_DAYS.waitFor(patience.orElse(Duration.ZERO))));

    Channel<Statistics> statistics = p.add(StatisticsGen.of(trips));
    Channel<Schema> expected = p.add(SchemaGen.of(statistics));
    p.add(ExampleValidator.of(statistics, expected));

    Transform.Outputs transformed = p.add(Transform.of(trips, expected).with(TaxiFeatures::of));
    Channel<Model> model =
        p.add(
            Trainer.of(transformed)
                .with(TaxiModel::train)
                .steps(2_000)
                .evaluateEvery(100)
                .earlyStopping(3));

    OptionalChannel<Model> lastBlessed = p.add(new LatestBlessedModel());
    Evaluator.Outputs verdict =
        p.add(
            Evaluator.of(trips, model)
                .against(lastBlessed)
                .slicedBy(Trip::tripStartHour)
                .require(Metric.accuracy().atLeast(0.6)));

    p.add(Pusher.of(model).ifBlessed(verdict.blessing()).to(serving));
  }
}
