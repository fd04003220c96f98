package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.MetadataCopy;
import io.pergola.metadata.MetadataStatus;
import io.pergola.run.Workspace;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks after the metadata store itself. */
@Command(name = "metadata", description = "Look at the metadata store, or copy it to another.")
final class MetadataCommand implements Callable<Integer> {
  private final Console console;

  MetadataCommand(Console console) {
    this.console = console;
  }

  /** The command with those it consists of. */
  static CommandLine line(Console console) {
    return new CommandLine(new MetadataCommand(console))
        .addSubcommand(new Status(console))
        .addSubcommand(new Copy(console));
  }

  @Override
  public Integer call() {
    console.line("Say what to do: pergola metadata status, or pergola metadata copy");
    return ExitCode.USAGE.code();
  }

  /** Says which database it is and what is in it. */
  @Command(
      name = "status",
      description = "Say which database a workspace has, its versions and the rows of its tables.")
  static final class Status implements Callable<Integer> {
    private final Console console;

    @Mixin HomeOption home = new HomeOption();

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    Status(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      try (Workspace workspace = home.existing()) {
        MetadataStatus status = workspace.store().status();
        if (json) {
          Json.print(
              console,
              Json.object(
                  "database", status.database(),
                  "mlMetadataVersion", status.mlMetadataVersion(),
                  "pergolaVersion", status.pergolaVersion(),
                  "rows", status.rows()));
          return ExitCode.OK.code();
        }
        console.line(
            "%s: ML Metadata's tables in version %d, Pergola's in version %d"
                .formatted(
                    Text.plain(status.database()),
                    status.mlMetadataVersion(),
                    status.pergolaVersion()));
        Table table = new Table("TABLE", ">ROWS");
        status.rows().forEach((name, rows) -> table.add(name, Text.count(rows)));
        console.lines(table.lines());
      }
      return ExitCode.OK.code();
    }
  }

  /** Copies a metadata store into an empty one. */
  @Command(
      name = "copy",
      description =
          "Copy a metadata store into an empty one, all or nothing: from SQLite to PostgreSQL or"
              + " back. Ids stay; what arrives is compared.",
      footer = {"", "Then name the new one with --metadata, or in PERGOLA_METADATA."})
  static final class Copy implements Callable<Integer> {
    private final Console console;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "LOCATION",
        description = "The store to copy: a path or jdbc:postgresql://HOST/DATABASE?user=NAME.")
    String from = "";

    @Option(
        names = "--to",
        required = true,
        paramLabel = "LOCATION",
        description = "The store to copy to, likewise; a file is made.")
    String to = "";

    @Option(names = "--json", description = "Print JSON.")
    boolean json;

    Copy(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() {
      HomeOption.requireStore(from);
      List<MetadataCopy.CopiedTable> copied = MetadataCopy.copy(from, to);
      if (json) {
        Json.print(
            console,
            copied.stream()
                .map(
                    one ->
                        Json.object(
                            "table", one.table(), "rows", one.rows(), "checksum", one.checksum()))
                .toList());
        return ExitCode.OK.code();
      }
      Table table = new Table("TABLE", ">ROWS", "CHECKSUM");
      copied.forEach(one -> table.add(one.table(), Text.count(one.rows()), one.checksum()));
      console.lines(table.lines());
      console.line(
          "%s rows copied and compared. Use them with --metadata='%s'"
              .formatted(
                  Text.count(copied.stream().mapToLong(MetadataCopy.CopiedTable::rows).sum()),
                  HomeOption.withoutPassword(to)));
      return ExitCode.OK.code();
    }
  }
}
