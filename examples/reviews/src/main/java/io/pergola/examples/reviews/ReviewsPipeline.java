package io.pergola.examples.reviews;

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
import io.pergola.run.RunResult;
import io.pergola.run.local.LocalRunner;
import io.pergola.serving.Pusher;
import io.pergola.training.Trainer;
import io.pergola.transform.Transform;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.SchemaGen;
import io.pergola.validation.StatisticsGen;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Learns whether a film review is a good one.
 *
 * @param data CSV files with one header line each: a file, a folder or a glob
 * @param serving directory the serving process watches for new models
 * @param schema a curated schema that the data must keep to; without one, it is inferred
 */
public record ReviewsPipeline(Path data, Path serving, Optional<Path> schema)
    implements PipelineDefinition {

  @Override
  public void define(PipelineBuilder p) {
    Channel<Examples<Review>> reviews =
        p.add(CsvExampleGen.of(Review.class).from(data).trainToEval(2, 1));

    Channel<Statistics> statistics = p.add(StatisticsGen.of(reviews));
    Channel<Schema> expected = p.add(SchemaGen.of(statistics).curatedBy(schema));
    p.add(ExampleValidator.of(statistics, expected));

    Transform.Outputs transformed = p.add(Transform.of(reviews, expected).with(ReviewFeatures::of));
    Channel<Model> model =
        p.add(
            Trainer.of(transformed)
                .with(ReviewModel::train)
                .batchSize(32)
                .steps(300)
                .evaluateEvery(25)
                .earlyStopping(5));

    OptionalChannel<Model> lastBlessed = p.add(new LatestBlessedModel());
    Evaluator.Outputs verdict =
        p.add(
            Evaluator.of(reviews, model).against(lastBlessed).require(Metric.auc().atLeast(0.55)));

    p.add(Pusher.of(model).ifBlessed(verdict.blessing()).to(serving));
  }

  /** Runs the pipeline once, on the CSV files in {@code data}. */
  public static void main(String[] args) {
    RunResult result =
        LocalRunner.in(Path.of("runs"))
            .run(new ReviewsPipeline(Path.of("data"), Path.of("serving"), Optional.empty()));
    System.out.println(result);
  }
}
