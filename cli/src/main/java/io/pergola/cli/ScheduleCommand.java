package io.pergola.cli;

import io.pergola.metadata.ScheduleLedger;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
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
        .addSubcommand(
            "unpause",
            change(
                console,
                "End the pause of a schedule. What ended meanwhile can be backfilled.",
                ScheduleLedger::unpause,
                "Unpaused %s.",
                "%s is not paused."))
        .addSubcommand(
            "delete",
            change(
                console,
                "Delete a schedule. Its ticks and runs stay on record.",
                ScheduleLedger::delete,
                "Deleted %s.",
                "Deleted %s."));
  }

  private static CommandLine change(
      Console console,
      String description,
      BiPredicate<ScheduleLedger, String> change,
      String done,
      String already) {
    return ChangeCommand.of(
        console,
        description,
        (store, id) -> {
          ScheduleWords.require(store, id);
          return change.test(store.schedules(), id);
        },
        done,
        already);
  }

  @Override
  public Integer call() {
    return GroupHelp.print(console, spec);
  }
}
