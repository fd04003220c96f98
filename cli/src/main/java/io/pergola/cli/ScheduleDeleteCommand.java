package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Delete a schedule. Its ticks and runs stay on record. */
@Command(name = "delete", description = "Delete a schedule. Its ticks and runs stay on record.")
final class ScheduleDeleteCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "ID", description = "The schedule's id.")
  String id = "";

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ScheduleDeleteCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      ScheduleWords.require(workspace.store(), id);
      boolean deleted = workspace.store().schedules().delete(id);
      ScheduleWords.done(console, json, id, deleted, "Deleted %s.".formatted(id));
    }
    return ExitCode.OK.code();
  }
}
