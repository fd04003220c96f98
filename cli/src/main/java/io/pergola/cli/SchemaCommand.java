package io.pergola.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands on schemas; without one of them, shows help. */
@Command(
    name = "schema",
    description = "Look at schemas, compare, edit and widen them: show, diff, edit, accept.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "A pipeline takes a schema file with SchemaGen.of(statistics).curatedBy(file)."})
final class SchemaCommand implements Callable<Integer> {
  private final Console console;

  @Spec @Nullable CommandSpec spec;

  private SchemaCommand(Console console) {
    this.console = console;
  }

  /** The command with those below it. */
  static CommandLine group(Console console) {
    return new CommandLine(new SchemaCommand(console))
        .addSubcommand("show", new SchemaShowCommand(console))
        .addSubcommand("diff", new SchemaDiffCommand(console))
        .addSubcommand("edit", new SchemaEditCommand(console))
        .addSubcommand("accept", new SchemaAcceptCommand(console));
  }

  @Override
  public Integer call() {
    return GroupHelp.print(console, spec);
  }
}
