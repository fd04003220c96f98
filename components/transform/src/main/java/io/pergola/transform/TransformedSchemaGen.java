package io.pergola.transform;

import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaFile;
import java.io.IOException;

/**
 * Writes the schema that transformed examples have by their plan, whatever the data: type, number
 * of values and shape of each feature, the ids of categories and sequences, the ranges of numbers
 * that are bounded, and which features every example has. No examples are read.
 *
 * @param graph the fitted plan
 * @param schema of the raw examples: what is made of required columns alone is required
 */
@BuiltIn
public record TransformedSchemaGen(Channel<TransformGraph> graph, Channel<Schema> schema)
    implements InlineComponent<Channel<Schema>> {

  /** The schema of what this plan makes of examples that are as this schema says. */
  public static TransformedSchemaGen of(Channel<TransformGraph> graph, Channel<Schema> schema) {
    return new TransformedSchemaGen(graph, schema);
  }

  @Override
  public void run(Artifacts artifacts, Channel<Schema> transformed) throws IOException {
    DataSchema found =
        PlanSchema.of(
            FittedPlan.read(artifacts.of(graph).directory()),
            SchemaFile.read(artifacts.of(schema).directory()));
    SchemaFile.write(found, artifacts.of(transformed).directory());
    artifacts.execution().property(transformed, "features", (long) found.features().size());
  }
}
