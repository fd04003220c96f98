package io.pergola.validation;

import io.pergola.artifact.AnomalousExamples;
import io.pergola.artifact.Examples;
import io.pergola.artifact.Schema;
import io.pergola.beam.BeamComponent;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.validation.internal.RowCheckJob;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;

/**
 * Finds the examples that break a schema, counts them by rule, and keeps a sample of each. What
 * {@link ExampleValidator} finds in statistics, this finds in examples: which ones they are.
 *
 * @param examples what to look at
 * @param schema what is expected
 * @param environment where the examples come from; empty if all features are expected
 * @param sample how many examples are kept for each rule and split
 */
@BuiltIn
public record AnomalousExamplesGen(
    Channel<? extends Examples<?>> examples,
    Channel<Schema> schema,
    Optional<String> environment,
    int sample)
    implements BeamComponent<Channel<AnomalousExamples>> {
  private static final int USUAL_SAMPLE = 10;

  public AnomalousExamplesGen {
    if (sample < 0) {
      throw new IllegalArgumentException(
          "Invalid sample: %d (must not be negative)".formatted(sample));
    }
  }

  /** Looks at all splits, and keeps 10 examples for each rule. */
  public static AnomalousExamplesGen of(
      Channel<? extends Examples<?>> examples, Channel<Schema> schema) {
    return new AnomalousExamplesGen(examples, schema, Optional.empty(), USUAL_SAMPLE);
  }

  /** Expects the features of an environment only. Default: all features. */
  public AnomalousExamplesGen environment(String name) {
    return new AnomalousExamplesGen(examples, schema, Optional.of(name), sample);
  }

  /** Keeps at most so many examples for each rule and split. Default: 10. */
  public AnomalousExamplesGen sampling(int most) {
    return new AnomalousExamplesGen(examples, schema, environment, most);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<AnomalousExamples> out) {
    RowCheckJob.build(
        beam,
        artifacts.of(examples).directory(),
        artifacts.of(schema).directory(),
        environment,
        sample,
        artifacts.of(out).directory());
  }

  @Override
  public void finish(Artifacts artifacts, Channel<AnomalousExamples> out) {
    Path directory = artifacts.of(out).directory();
    if (!Files.exists(directory.resolve(AnomalousExamplesFile.NAME))) {
      RowCheckJob.writeEmpty(artifacts.of(examples).directory(), directory);
    }
    artifacts
        .execution()
        .property(out, "anomalous", AnomalousExamplesFile.read(directory).anomalous());
  }
}
