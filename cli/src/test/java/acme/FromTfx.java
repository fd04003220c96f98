package acme;

import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.pipeline.PipelineDefinition;
import io.pergola.validation.ExampleValidator;
import io.pergola.validation.tensorflow.TensorFlowImporter;
import java.nio.file.Path;

/**
 * Validates statistics of TFX with a schema of TFX.
 *
 * @param folder with {@code Split-NAME/FeatureStats.pb} and {@code schema.pbtxt}
 */
public record FromTfx(Path folder) implements PipelineDefinition {
  @Override
  public void define(PipelineBuilder p) {
    Channel<Schema> schema = p.add(TensorFlowImporter.schema(folder.resolve("schema.pbtxt")));
    Channel<Statistics> serving = p.add(TensorFlowImporter.statistics(folder));
    p.add(ExampleValidator.of(serving, schema));
  }
}
