package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pause a backfill: live runs go on, no new ones start. */
@Command(name = "pause", description = "Pause a backfill: live runs go on, no new ones start.")
final class BackfillPauseCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The backfill's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BackfillPauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.requireBackfill(workspace.store(), id);
      boolean done = workspace.store().backfills().pause(id);
      ScheduleWords.done(
          console,
          json,
          id,
          done,
          done ? "Paused %s.".formatted(id) : "%s is not running.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
