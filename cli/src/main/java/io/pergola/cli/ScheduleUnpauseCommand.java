package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** End the pause of a schedule. What ended meanwhile can be backfilled. */
@Command(
    name = "unpause",
    description = "End the pause of a schedule. What ended meanwhile can be backfilled.")
final class ScheduleUnpauseCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleUnpauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.require(workspace.store(), id);
      boolean unpaused = workspace.store().schedules().unpause(id);
      ScheduleWords.done(
          console,
          json,
          id,
          unpaused,
          unpaused ? "Unpaused %s.".formatted(id) : "%s is not paused.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
