package io.pergola.cli;

import io.pergola.metadata.BackfillLedger;
import java.util.concurrent.Callable;
import java.util.function.BiPredicate;
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
        .addSubcommand(
            "pause",
            change(
                console,
                "Pause a backfill: live runs go on, no new ones start.",
                BackfillLedger::pause,
                "Paused %s.",
                "%s is not running."))
        .addSubcommand(
            "resume",
            change(
                console,
                "Go on with a backfill that was paused.",
                BackfillLedger::resume,
                "Resumed %s.",
                "%s is not paused."))
        .addSubcommand(
            "cancel",
            change(
                console,
                "Cancel a backfill for good: its live runs are asked to end.",
                BackfillLedger::cancel,
                "Cancelled %s.",
                "%s has ended already."));
  }

  private static CommandLine change(
      Console console,
      String description,
      BiPredicate<BackfillLedger, String> change,
      String done,
      String already) {
    return ChangeCommand.of(
        console,
        description,
        (store, id) -> {
          ScheduleWords.requireBackfill(store, id);
          return change.test(store.backfills(), id);
        },
        done,
        already);
  }

  @Override
  public Integer call() {
    return GroupHelp.print(console, spec);
  }
}
