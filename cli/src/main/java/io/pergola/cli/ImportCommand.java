package io.pergola.cli;

import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.CuratedSchema;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.DatasetStatistics;
import io.pergola.validation.SchemaVersion;
import io.pergola.validation.StatisticsFile;
import io.pergola.validation.tensorflow.Converted;
import io.pergola.validation.tensorflow.TensorFlowMetadata;
import io.pergola.validation.tensorflow.TensorFlowMetadata.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Reads statistics, schemas and anomalies of TFX. */
@Command(
    name = "import",
    description = "Take over statistics, a schema or anomalies of TFX.",
    footer = {
      "",
      "Statistics and anomalies are written into the folder --output, which the commands that",
      "show them read; a schema becomes a new version of the file --output. What could not be",
      "taken over is said, a line each. A pipeline does the same with TensorFlowImporter."
    })
final class ImportCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "PATH",
      description = "A file of TFX, or the folder of an artifact, such as .../StatisticsGen/3")
  Path from = Path.of("");

  @Option(
      names = "--as",
      paramLabel = "KIND",
      description = "statistics, schema or anomalies. Default: by the names of files")
  @Nullable Kind kind;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      description =
          "The split that a single file is of. Default: by its folder Split-NAME, else train")
  @Nullable String split;

  @Option(
      names = "--output",
      paramLabel = "PATH",
      required = true,
      description = "Where to write: a folder, but a file for a schema.")
  Path output = Path.of("");

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ImportCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      switch (kind()) {
        case STATISTICS -> statistics();
        case SCHEMA -> schema();
        case ANOMALIES -> anomalies();
      }
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    return ExitCode.OK.code();
  }

  private Kind kind() {
    if (kind != null) {
      return kind;
    }
    return TensorFlowMetadata.kind(from)
        .orElseThrow(
            () ->
                new UsageException(
                    "Cannot tell what %s holds. Say it: --as=statistics, --as=schema or --as=anomalies."
                        .formatted(from)));
  }

  private void statistics() {
    Converted<DatasetStatistics> read =
        split == null
            ? TensorFlowMetadata.readStatistics(from)
            : TensorFlowMetadata.readStatistics(from, split);
    StatisticsFile.write(read.value(), output);
    ExportCommand.said(
        console,
        "Wrote %s. Look at it: pergola statistics %s".formatted(output, output),
        read.notes(),
        json);
  }

  private void schema() {
    Converted<DataSchema> read = TensorFlowMetadata.readSchema(from);
    Optional<SchemaVersion> version =
        new CuratedSchema(output)
            .write(
                read.value(),
                "imported from " + from.getFileName(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    ExportCommand.said(
        console,
        version.isEmpty()
            ? "No difference: %s stays as it is.".formatted(output)
            : "Wrote %s, version %d. Look at it: pergola schema show %s"
                .formatted(output, version.get().version(), output),
        read.notes(),
        json);
  }

  private void anomalies() {
    Converted<DataAnomalies> read =
        split == null
            ? TensorFlowMetadata.readAnomalies(from)
            : TensorFlowMetadata.readAnomalies(from, split);
    AnomaliesFile.write(read.value(), output);
    ExportCommand.said(
        console,
        "Wrote %s. Look at it: pergola anomalies %s".formatted(output, output),
        read.notes(),
        json);
  }
}
