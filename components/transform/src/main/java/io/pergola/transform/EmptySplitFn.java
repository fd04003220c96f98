package io.pergola.transform;

import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;

/** Writes a file without rows for a split that has none. */
final class EmptySplitFn extends DoFn<String, Void> {
  private static final long serialVersionUID = 1L;

  private final String examples;
  private final ExampleSchema schema;

  /**
   * @param schema of the transformed examples
   */
  EmptySplitFn(Path examples, ExampleSchema schema) {
    this.examples = examples.toString();
    this.schema = schema;
  }

  @ProcessElement
  public void process(@Element String split) throws IOException {
    Path file = ExampleFiles.partFile(Path.of(examples), split, 0);
    Files.createDirectories(file.getParent());
    ExampleFileWriter.open(file, schema).close();
  }
}
