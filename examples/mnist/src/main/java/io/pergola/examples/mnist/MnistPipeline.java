package io.pergola.examples.mnist;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.evaluation.Evaluator;
import io.pergola.evaluation.Metric;
import io.pergola.examplegen.TfRecordExampleGen;
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
 * Learns to read handwritten digits.
 *
 * @param data TFRecord files of {@code tf.train.Example}: a file, a folder or a glob
 * @param serving directory the serving process watches for new models
 * @param schema a curated schema that the data must keep to; without one, it is inferred
 * @param steps the largest number of batches of 32 to train on
 */
public record MnistPipeline(Path data, Path serving, Optional<Path> schema, int steps)
    implements PipelineDefinition {

  @Override
  public void define(PipelineBuilder p) {
    Channel<Examples<Digit>> digits =
        p.add(TfRecordExampleGen.of(Digit.class).from(data).trainToEval(4, 1));

    Channel<Statistics> statistics = p.add(StatisticsGen.of(digits));
    Channel<Schema> expected = p.add(SchemaGen.of(statistics).curatedBy(schema));
    p.add(ExampleValidator.of(statistics, expected));

    Transform.Outputs transformed = p.add(Transform.of(digits, expected).with(DigitFeatures::of));
    Channel<Model> model =
        p.add(
            Trainer.of(transformed)
                .with(DigitModel::train)
                .batchSize(32)
                .steps(steps)
                .evaluateEvery(25)
                .earlyStopping(3, 0.005));

    OptionalChannel<Model> lastBlessed = p.add(new LatestBlessedModel());
    Evaluator.Outputs verdict =
        p.add(
            Evaluator.of(digits, model)
                .against(lastBlessed)
                .require(Metric.accuracy().atLeast(0.9)));

    p.add(Pusher.of(model).ifBlessed(verdict.blessing()).to(serving));
  }

  /** Runs the pipeline once, on the TFRecord files in {@code data}. */
  public static void main(String[] args) {
    RunResult result =
        LocalRunner.in(Path.of("runs"))
            .run(new MnistPipeline(Path.of("data"), Path.of("serving"), Optional.empty(), 300));
    System.out.println(result);
  }
}
