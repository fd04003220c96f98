package io.pergola.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands on backfills; without one of them, shows help. */
@Command(
    name = "backfill",
    description =
        "Run a schedule's intervals of the past: create, list, pause and cancel backfills.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "Backfills run while this runs: pergola serve"})
final class BackfillCommand implements Callable<Integer> {
  private final Console console;

  @Spec @Nullable CommandSpec spec;

  private BackfillCommand(Console console) {
    this.console = console;
  }

  /** The command with those below it. */
  static CommandLine group(Console console) {
    return new CommandLine(new BackfillCommand(console))
        .addSubcommand("create", new BackfillCreateCommand(console))
        .addSubcommand("list", new BackfillListCommand(console))
        .addSubcommand("pause", new BackfillPauseCommand(console))
        .addSubcommand("resume", new BackfillResumeCommand(console))
        .addSubcommand("cancel", new BackfillCancelCommand(console));
  }

  @Override
  public Integer call() {
    return GroupHelp.print(console, spec);
  }
}
