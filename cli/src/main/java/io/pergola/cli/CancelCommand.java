package io.pergola.cli;

import io.pergola.run.Engine;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends a run from any process. */
@Command(
    name = "cancel",
    description =
        "End a run, whichever process drives it: its nodes and their jobs are cancelled, on a"
            + " cluster too. Says when it has ended.")
final class CancelCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN", description = "Its id, or the beginning of it")
  String run = "";

  @Option(
      names = "--no-wait",
      description = "Ask for the end and return; the run ends within 20 seconds.")
  boolean noWait;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = "The Flink cluster that the run's jobs are on. Default: that of the run")
  @Nullable String flinkMaster;

  @Mixin HomeOption home = new HomeOption();

  CancelCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (Workspace workspace = home.existing()) {
      RunRecord record = new Finder(workspace.history()).run(Optional.of(run));
      try (Engine jobs = jobs(workspace, record)) {
        boolean ended =
            PipelineRunner.in(workspace)
                .on(jobs)
                .cancel(record.id(), noWait ? Duration.ZERO : Duration.ofSeconds(40));
        console.line(
            ended
                ? "run %s is cancelled".formatted(record.id())
                : "run %s was asked to end".formatted(record.id()));
        return noWait || ended ? ExitCode.OK.code() : ExitCode.INFRASTRUCTURE.code();
      }
    }
  }

  /** A run whose driver ends its jobs needs none here, and so no variables that it refers to. */
  private Engine jobs(Workspace workspace, RunRecord record) {
    EngineOptions engine = new EngineOptions();
    engine.flinkMaster = flinkMaster;
    try {
      engine.continueOn(workspace, record);
    } catch (UsageException missing) {
      return new LazyEngine(
          record.engine(),
          () -> {
            throw missing;
          });
    }
    return engine.open(Optional.empty(), workspace.artifacts());
  }
}
