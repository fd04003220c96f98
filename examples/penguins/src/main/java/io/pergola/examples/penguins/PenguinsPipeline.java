package io.pergola.examples.penguins;

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
 * Learns which of three species a penguin is.
 *
 * @param data CSV files with one header line each: a file, a folder or a glob
 * @param serving directory the serving process watches for new models
 * @param schema a curated schema that the data must keep to; without one, it is inferred
 */
public record PenguinsPipeline(Path data, Path serving, Optional<Path> schema)
    implements PipelineDefinition {

  @Override
  public void define(PipelineBuilder p) {
    Channel<Examples<Penguin>> penguins =
        p.add(CsvExampleGen.of(Penguin.class).from(data).trainToEval(2, 1));

    Channel<Statistics> statistics = p.add(StatisticsGen.of(penguins));
    Channel<Schema> expected = p.add(SchemaGen.of(statistics).curatedBy(schema));
    p.add(ExampleValidator.of(statistics, expected));

    Transform.Outputs transformed =
        p.add(Transform.of(penguins, expected).with(PenguinFeatures::of));
    Channel<Model> model =
        p.add(
            Trainer.of(transformed)
                .with(PenguinModel::train)
                .batchSize(32)
                .steps(1_000)
                .evaluateEvery(50)
                .earlyStopping(3));

    OptionalChannel<Model> lastBlessed = p.add(new LatestBlessedModel());
    Evaluator.Outputs verdict =
        p.add(
            Evaluator.of(penguins, model)
                .against(lastBlessed)
                .require(Metric.accuracy().atLeast(0.9), Metric.recall().atLeast(0.85)));

    p.add(Pusher.of(model).ifBlessed(verdict.blessing()).to(serving));
  }

  /** Runs the pipeline once, on the CSV files in {@code data}. */
  public static void main(String[] args) {
    RunResult result =
        LocalRunner.in(Path.of("runs"))
            .run(new PenguinsPipeline(Path.of("data"), Path.of("serving"), Optional.empty()));
    System.out.println(result);
  }
}
