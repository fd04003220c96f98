package io.pergola.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The commands on schedules; without one of them, shows help. */
@Command(
    name = "schedule",
    description = "Run pipelines by themselves: apply, list, explain and pause schedules.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footer = {"", "Schedules run while this runs: pergola serve"})
final class ScheduleCommand implements Callable<Integer> {
  private final Console console;

  @Spec @Nullable CommandSpec spec;

  private ScheduleCommand(Console console) {
    this.console = console;
  }

  /** The command with those below it. */
  static CommandLine group(Console console) {
    return new CommandLine(new ScheduleCommand(console))
        .addSubcommand("apply", new ScheduleApplyCommand(console))
        .addSubcommand("list", new ScheduleListCommand(console))
        .addSubcommand("show", new ScheduleShowCommand(console))
        .addSubcommand("explain", new ScheduleExplainCommand(console))
        .addSubcommand("pause", new SchedulePauseCommand(console))
        .addSubcommand("unpause", new ScheduleUnpauseCommand(console))
        .addSubcommand("delete", new ScheduleDeleteCommand(console));
  }

  @Override
  public Integer call() {
    return GroupHelp.print(console, spec);
  }
}
