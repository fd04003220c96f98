package io.pergola.training;

import io.pergola.artifact.Artifact;
import io.pergola.pipeline.Artifacts;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaFile;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The directories that a training reads.
 *
 * @param graph the plan that transforms, or transformed, the examples
 * @param examples raw or transformed ones
 * @param earlier the model to start from, null if there is none
 * @param schema of the raw examples, null if it was not given
 */
record TrainingInputs(
    String graph, String examples, @Nullable String earlier, @Nullable String schema)
    implements Serializable {

  /** Those of a trainer in a run. */
  static TrainingInputs of(Trainer trainer, Artifacts artifacts) {
    return new TrainingInputs(
        text(artifacts.of(trainer.graph())),
        text(artifacts.of(trainer.examples())),
        trainer
            .earlier()
            .map(artifacts::of)
            .or(() -> trainer.earlierIfAny().flatMap(artifacts::of))
            .map(TrainingInputs::text)
            .orElse(null),
        trainer.schema().map(artifacts::of).map(TrainingInputs::text).orElse(null));
  }

  private static String text(Artifact artifact) {
    return artifact.directory().toString();
  }

  Path graphDirectory() {
    return Path.of(graph);
  }

  Path examplesDirectory() {
    return Path.of(examples);
  }

  /** Opens the model to start from. */
  Optional<EarlierModel> openEarlier() throws IOException {
    return earlier == null ? Optional.empty() : Optional.of(EarlierModel.open(Path.of(earlier)));
  }

  /** Reads the schema. */
  Optional<DataSchema> readSchema() {
    return schema == null ? Optional.empty() : Optional.of(SchemaFile.read(Path.of(schema)));
  }
}
