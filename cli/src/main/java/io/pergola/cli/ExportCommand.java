package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.tensorflow.TensorFlowMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes statistics, schemas and anomalies for TFX. */
@Command(
    name = "export",
    description = "Write statistics, a schema or anomalies as TFX has them.",
    footer = {
      "",
      "Writes Split-NAME/FeatureStats.pb, schema.pbtxt or Split-NAME/SchemaDiff.pb. What these",
      "have no place for is said, a line each."
    })
final class ExportCommand implements Callable<Integer> {
  private static final Map<String, String> FILES =
      Map.of(
          StatisticsCommand.TYPE, StatisticsFile.NAME,
          SchemaSource.TYPE, SchemaFile.NAME,
          AnomaliesCommand.TYPE, AnomaliesFile.NAME);

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Parameters(
      paramLabel = "ARTIFACT",
      description = "Id, directory or URI of statistics, a schema or anomalies; or a schema file")
  String artifact = "";

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "The folder to write into; made if it is not there.")
  Path output = Path.of(".");

  @Option(
      names = "--schema",
      paramLabel = "SCHEMA",
      description = "With anomalies: the schema they were found with, to be written with them.")
  @Nullable String schema;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      split = ",",
      description = "With anomalies: write this split even if it has none.")
  List<String> splits = List.of();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path source = source();
    List<String> notes;
    if (Files.exists(source.resolve(StatisticsFile.NAME))) {
      notes = TensorFlowMetadata.writeStatistics(StatisticsFile.read(source), output);
    } else if (Files.exists(source.resolve(AnomaliesFile.NAME))) {
      notes = anomalies(AnomaliesFile.read(source));
    } else {
      notes =
          TensorFlowMetadata.writeSchema(
              SchemaSource.read(source), output.resolve(TensorFlowMetadata.SCHEMA_FILE));
    }
    said(console, "Wrote %s.".formatted(output), notes, json);
    return ExitCode.OK.code();
  }

  private List<String> anomalies(DataAnomalies found) {
    if (found.anomalies().isEmpty() && found.measurements().isEmpty() && splits.isEmpty()) {
      throw new UsageException(
          "Nothing to export: there are no anomalies in any split. Name the splits to write all the"
              + " same: --split=NAME,NAME.");
    }
    Optional<DataSchema> baseline =
        Optional.ofNullable(schema)
            .map(word -> SchemaSource.read(SchemaSource.file(home, Optional.of(word))));
    return TensorFlowMetadata.writeAnomalies(found, splits, baseline, output);
  }

  /** A directory with one of the files; or a schema file. */
  private Path source() {
    if (!artifact.matches("\\d+") && !artifact.startsWith("file:")) {
      Path path = Path.of(artifact);
      if (Files.isRegularFile(path)
          || FILES.values().stream().anyMatch(file -> Files.exists(path.resolve(file)))) {
        return path;
      }
    }
    try (Workspace workspace = home.existing()) {
      ArtifactRecord found = new Finder(workspace.history()).artifact(Optional.of(artifact));
      if (!FILES.containsKey(found.type())) {
        throw new UsageException(
            "Cannot export artifact %d: it is of type %s. What can be exported: %s."
                .formatted(
                    found.id(),
                    found.type(),
                    String.join(", ", FILES.keySet().stream().sorted().toList())));
      }
      return found.directory();
    }
  }

  /** What was done, and what could not be taken over. */
  static void said(Console console, String done, List<String> notes, boolean asJson) {
    if (asJson) {
      Json.print(console, Json.object("done", done, "notes", notes));
      return;
    }
    notes.forEach(note -> console.line(Text.plain(note)));
    console.line(done);
  }
}
