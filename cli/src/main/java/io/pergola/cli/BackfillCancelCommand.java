package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Cancel a backfill for good: its live runs are asked to end. */
@Command(
    name = "cancel",
    description = "Cancel a backfill for good: its live runs are asked to end.")
final class BackfillCancelCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The backfill's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BackfillCancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.requireBackfill(workspace.store(), id);
      boolean done = workspace.store().backfills().cancel(id);
      ScheduleWords.done(
          console,
          json,
          id,
          done,
          done ? "Cancelled %s.".formatted(id) : "%s has ended already.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
