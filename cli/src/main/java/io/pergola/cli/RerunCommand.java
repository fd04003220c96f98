package io.pergola.cli;

import io.pergola.run.RunOptions;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs again what an earlier run did. */
@Command(
    name = "rerun",
    description =
        "Start a new run with the parameters and the interval of an earlier one: the next attempt"
            + " of that interval. Nodes whose code and inputs are unchanged are not run again.")
final class RerunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "Its id, or the beginning of it")
  String run = "";

  @Option(
      names = "--from-failed",
      description = "Keep what that run completed, even of nodes whose cache is off.")
  boolean fromFailed;

  @Option(
      names = "--with-code",
      paramLabel = "JAR",
      description = "The jar to take the pipeline's class from. Default: that of the run")
  @Nullable Path withCode;

  @Mixin HomeOption home = new HomeOption();

  @Mixin EngineOptions engine = new EngineOptions();

  @Mixin OrderOptions order = new OrderOptions();

  RerunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      RunRecord record = new Finder(workspace.history()).run(Optional.of(run));
      engine.continueOn(workspace, record);
      Origin origin = Origin.of(workspace, record);
      if (withCode != null) {
        origin = new Origin(origin.pipeline(), Optional.of(withCode), origin.flags());
      }
      RunOptions.Reuse reuse =
          fromFailed ? RunOptions.Reuse.COMPLETED_NODES : RunOptions.Reuse.CACHE;
      return new RunSession(console, workspace, origin, home.flag())
          .run(engine, options -> order.in(options).rerun(record.id(), reuse))
          .code()
          .code();
    }
  }
}
