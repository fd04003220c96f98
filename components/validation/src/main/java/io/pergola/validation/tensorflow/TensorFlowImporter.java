package io.pergola.validation.tensorflow;

import io.pergola.artifact.Anomalies;
import io.pergola.artifact.Artifact;
import io.pergola.artifact.Schema;
import io.pergola.artifact.Statistics;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.InlineComponent;
import io.pergola.pipeline.OutputChannels;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.StatisticsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Brings statistics, a schema or anomalies of TFX into the pipeline as an artifact: {@code
 * p.add(TensorFlowImporter.schema(Path.of("schema.pbtxt")))}. Cached by the files' content; where
 * they came from is on record as {@code imported_from}, and how many things were not taken over as
 * {@code import_notes}.
 *
 * @param from as in {@link TensorFlowMetadata}: a file, or the folder of an artifact
 * @param type what becomes of it
 */
@BuiltIn
public record TensorFlowImporter<A extends Artifact>(Path from, Class<A> type)
    implements InlineComponent<Channel<A>> {

  /** Statistics of each split. They cannot be merged with others, having no sketches. */
  public static TensorFlowImporter<Statistics> statistics(Path fileOrFolder) {
    return new TensorFlowImporter<>(fileOrFolder, Statistics.class);
  }

  /** A schema. */
  public static TensorFlowImporter<Schema> schema(Path fileOrFolder) {
    return new TensorFlowImporter<>(fileOrFolder, Schema.class);
  }

  /** The anomalies of each split. */
  public static TensorFlowImporter<Anomalies> anomalies(Path fileOrFolder) {
    return new TensorFlowImporter<>(fileOrFolder, Anomalies.class);
  }

  @Override
  public String defaultId() {
    return "import-tensorflow-" + name();
  }

  private String name() {
    return type.getSimpleName().toLowerCase(Locale.ROOT);
  }

  @Override
  public List<Path> externalInputs() {
    return List.of(from);
  }

  @Override
  public Optional<Channel<A>> outputs(OutputChannels outputs) {
    return Optional.of(outputs.channel(name(), type));
  }

  @Override
  public void run(Artifacts artifacts, Channel<A> out) {
    Path to = artifacts.of(out).directory();
    List<String> notes;
    if (type.equals(Statistics.class)) {
      Converted<DatasetStatistics> read = TensorFlowMetadata.readStatistics(from);
      StatisticsFile.write(read.value(), to);
      notes = read.notes();
    } else if (type.equals(Schema.class)) {
      Converted<DataSchema> read = TensorFlowMetadata.readSchema(from);
      SchemaFile.write(read.value(), to);
      notes = read.notes();
    } else {
      Converted<DataAnomalies> read = TensorFlowMetadata.readAnomalies(from);
      AnomaliesFile.write(read.value(), to);
      notes = read.notes();
    }
    artifacts
        .execution()
        .property(out, "imported_from", from.toAbsolutePath().normalize().toString());
    artifacts.execution().property(out, "import_notes", notes.size());
  }
}
