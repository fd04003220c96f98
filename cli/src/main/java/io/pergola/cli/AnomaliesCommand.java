package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.validation.AnomaliesFile;
import io.pergola.validation.AnomalousExamplesFile;
import io.pergola.validation.AnomalousRows;
import io.pergola.validation.Anomaly;
import io.pergola.validation.DataAnomalies;
import io.pergola.validation.SchemaFile;
import io.pergola.validation.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
  private static final String ROWS = "AnomalousExamples";

  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Mixin ArtifactArgument argument = new ArtifactArgument();

  @Option(
      names = "--edits",
      description = "With each anomaly, the block of schema.json that would accept the data.")
  boolean edits;

  @Option(
      names = "--rows",
      description =
          "Show the examples that break their schema instead, by rule, with one of each: of an"
              + " AnomalousExamples artifact.")
  boolean rows;

  @Option(names = "--json", description = "Print anomalies.json, or anomalous-examples.json.")
  boolean json;

  AnomaliesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (rows) {
      printRows();
      return ExitCode.OK.code();
    }
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

  private void printRows() throws IOException {
    Path directory = argument.directory(home, ROWS, AnomalousExamplesFile.NAME);
    if (json) {
      console.line(Files.readString(directory.resolve(AnomalousExamplesFile.NAME)).stripTrailing());
      return;
    }
    Table table = new Table("SPLIT", "FEATURE", "RULE", ">EXAMPLES", ">ROW", "VALUES");
    AnomalousRows found = AnomalousExamplesFile.read(directory);
    for (AnomalousRows.Split split : found.splits()) {
      for (AnomalousRows.Rule rule : split.rules()) {
        Optional<AnomalousRows.Row> row = rule.sample().stream().findFirst();
        table.add(
            split.name(),
            Text.clip(rule.feature(), 16),
            rule.type().name(),
            Text.count(rule.examples()),
            row.map(one -> Long.toString(one.row())).orElse(""),
            Text.clip(row.map(one -> one.values().toString()).orElse(""), 30));
      }
    }
    if (table.isEmpty()) {
      console.line("No anomalous examples: each agrees with the schema.");
      return;
    }
    console.lines(table.lines());
    console.line("");
    console.line("%s anomalous examples.".formatted(Text.count(found.anomalous())));
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
                  Text.plain(anomaly.split() + anomaly.slice().map(", %s"::formatted).orElse("")),
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
