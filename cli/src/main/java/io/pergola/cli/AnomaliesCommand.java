package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.Anomaly;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows where examples break their schema. */
@Command(
    name = "anomalies",
    description = "Show where examples break their schema, and the schema that would accept them.")
final class AnomaliesCommand implements Callable<Integer> {
  static final String TYPE = "ExampleAnomalies";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(
      names = "--edits",
      description = "With each anomaly, the block of schema.json that would accept the data.")
  boolean edits;

  @Option(names = "--json", description = "Print anomalies.json.")
  boolean json;

  AnomaliesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path directory = argument.directory(home, TYPE, AnomaliesFile.NAME);
    if (json) {
      console.line(Files.readString(directory.resolve(AnomaliesFile.NAME)).stripTrailing());
      return ExitCode.OK.code();
    }
    DataAnomalies anomalies = AnomaliesFile.read(directory);
    if (anomalies.anomalies().isEmpty()) {
      console.line("No anomalies: the examples agree with their schema.");
      return ExitCode.OK.code();
    }
    print(console, anomalies, edits);
    console.line("");
    console.line(
        "%s errors, %s warnings."
            .formatted(
                Text.count(anomalies.of(Severity.ERROR).size()),
                Text.count(anomalies.of(Severity.WARNING).size())));
    if (!edits) {
      console.line("Edits of the schema that would accept the data: pergola anomalies --edits");
    }
    return ExitCode.OK.code();
  }

  /** Two lines an anomaly: what, then the numbers. */
  static void print(Console console, DataAnomalies anomalies, boolean withEdits) {
    for (Anomaly anomaly : anomalies.anomalies()) {
      console.line(
          "%-7s %s: %s  [%s, %s]"
              .formatted(
                  anomaly.severity(),
                  Text.plain(anomaly.feature().orElse("(all features)")),
                  Text.plain(anomaly.title()),
                  Text.plain(anomaly.split()),
                  anomaly.type()));
      console.line("        " + Text.plain(anomaly.description()));
      if (withEdits && anomaly.edit().isPresent()) {
        console.line("        %s:".formatted(anomaly.edit().get().name()));
        SchemaFile.print(anomaly.edit().get())
            .lines()
            .forEach(line -> console.line("          " + Text.plain(line)));
      }
    }
  }
}
