package io.pergola.cli;

import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Goes on with a run whose process died, or that failed. */
@Command(
    name = "resume",
    description =
        "Go on with a run that was interrupted or failed. Nodes that completed are not run again.")
final class ResumeCommand implements Callable<Integer> {
  private static final int RECENT = 100;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "RUN",
      description = "Its id, or the beginning of it. Default: the newest that can be resumed")
  @Nullable String run;

  @Mixin HomeOption home = new HomeOption();

  @Mixin EngineOptions engine = new EngineOptions();

  ResumeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      RunRecord record = find(workspace);
      engine.continueOn(workspace, record);
      return new RunSession(console, workspace, Origin.of(workspace, record), home.flag())
          .resume(record.id(), engine)
          .code()
          .code();
    }
  }

  private RunRecord find(Workspace workspace) {
    if (run != null) {
      return new Finder(workspace.history()).run(Optional.of(run));
    }
    return workspace.history().runs(RECENT).stream()
        .filter(
            record ->
                record.state() == RunRecord.State.INTERRUPTED
                    || record.state() == RunRecord.State.FAILED)
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "Nothing to resume: no run was interrupted or has failed. List them: pergola"
                        + " runs."));
  }
}
