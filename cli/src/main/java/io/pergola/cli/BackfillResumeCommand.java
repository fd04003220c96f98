package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Go on with a backfill that was paused. */
@Command(name = "resume", description = "Go on with a backfill that was paused.")
final class BackfillResumeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The backfill's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  BackfillResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.requireBackfill(workspace.store(), id);
      boolean done = workspace.store().backfills().resume(id);
      ScheduleWords.done(
          console,
          json,
          id,
          done,
          done ? "Resumed %s.".formatted(id) : "%s is not paused.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
