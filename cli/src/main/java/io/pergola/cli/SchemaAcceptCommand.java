package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Workspace;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.Anomaly;
import io.pergola.validation.CuratedSchema;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.DataSchema;
import io.pergola.validation.SchemaDifference;
import io.pergola.validation.SchemaVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes the edits of a schema that anomalies name. */
@Command(
    name = "accept",
    description = "Change a schema so that it accepts the data that anomalies were found in.",
    footer = {
      "",
      "Writes a new version of --output; what it expected before is kept beside it. Without",
      "--feature, all anomalies are accepted."
    })
final class SchemaAcceptCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(
      names = "--feature",
      paramLabel = "NAME",
      split = ",",
      description = "Accept the anomalies of this feature only; may be given several times.")
  List<String> features = List.of();

  @Option(
      names = "--schema",
      paramLabel = "SCHEMA",
      description =
          "The schema to change: a file or artifact. Default: the file of --output if it is there,"
              + " else the schema of the run that found the anomalies")
  @Nullable String schema;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "schema.json",
      description = "Where to write. Default: schema.json")
  Path output = Path.of("schema.json");

  SchemaAcceptCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path directory = argument.directory(home, AnomaliesCommand.TYPE, AnomaliesFile.NAME);
    DataAnomalies found = AnomaliesFile.read(directory);
    DataAnomalies chosen = choose(found);
    List<Anomaly> acceptable =
        chosen.anomalies().stream().filter(anomaly -> anomaly.edit().isPresent()).toList();
    if (acceptable.isEmpty()) {
      console.line("Nothing to accept: the examples agree with their schema.");
      return ExitCode.OK.code();
    }
    CuratedSchema curated = new CuratedSchema(output);
    DataSchema before = SchemaSource.read(base(directory));
    DataSchema after = chosen.accepting(before);
    for (Anomaly anomaly : acceptable) {
      console.line(
          "%s: %s  [%s]"
              .formatted(
                  Text.plain(anomaly.feature().orElse("(dataset)")),
                  anomaly.edit().orElseThrow().name(),
                  anomaly.type()));
    }
    console.line("");
    SchemaDiffCommand.print(console, SchemaDifference.between(before, after), false);
    Optional<SchemaVersion> version =
        curated.write(
            after,
            "accepted anomalies of " + directory.getFileName(),
            Instant.now().truncatedTo(ChronoUnit.SECONDS));
    SchemaSource.written(console, curated, version);
    return ExitCode.OK.code();
  }

  private DataAnomalies choose(DataAnomalies found) {
    if (features.isEmpty()) {
      return found;
    }
    SortedSet<String> names = new TreeSet<>();
    found.anomalies().forEach(anomaly -> anomaly.feature().ifPresent(names::add));
    for (String feature : features) {
      if (!names.contains(feature)) {
        throw new UsageException(
            "No anomaly of feature '%s' (there are some of %s)"
                .formatted(feature, names.isEmpty() ? "none" : String.join(", ", names)));
      }
    }
    return new DataAnomalies(
        found.anomalies().stream()
            .filter(anomaly -> anomaly.feature().filter(features::contains).isPresent())
            .toList());
  }

  private Path base(Path anomalies) {
    if (schema != null) {
      return SchemaSource.file(home, Optional.of(schema));
    }
    if (Files.exists(output)) {
      return output;
    }
    try (Workspace workspace = home.existing()) {
      Optional<ArtifactRecord> artifact =
          workspace.history().artifactIn(anomalies.toAbsolutePath().normalize());
      return SchemaSource.ofRun(
          workspace,
          artifact.orElseThrow(
              () ->
                  new UsageException(
                      "Cannot tell which schema the anomalies in %s are of: they are not on record. Name it: --schema=FILE or --schema=ID."
                          .formatted(anomalies))));
    }
  }
}
