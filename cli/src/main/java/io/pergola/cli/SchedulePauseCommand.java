package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pause a schedule: intervals that end meanwhile are never run by themselves. */
@Command(
    name = "pause",
    description = "Pause a schedule: intervals that end meanwhile are never run by themselves.")
final class SchedulePauseCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      defaultValue = "Paused by hand.",
      description = "Why, for those who ask the schedule to explain itself.")
  String reason = "Paused by hand.";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  SchedulePauseCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.require(workspace.store(), id);
      boolean paused = workspace.store().schedules().pause(id, reason);
      ScheduleWords.done(
          console,
          json,
          id,
          paused,
          paused ? "Paused %s.".formatted(id) : "%s is paused already.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
