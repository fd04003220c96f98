package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.pipeline.DataInterval;
import io.pergola.run.RunRecord;
import io.pergola.run.Workspace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists runs. */
@Command(
    name = "runs",
    description = "List the runs of this workspace, newest first.",
    footer = {"", "Look at one of them: pergola show RUN"})
final class RunsCommand implements Callable<Integer> {
  private final Console console;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--pipeline", paramLabel = "NAME", description = "Only runs of this pipeline.")
  @Nullable String pipeline;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many. Default: 20")
  int limit = 20;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  RunsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      List<RunRecord> runs =
          pipeline == null
              ? workspace.history().runs(limit)
              : workspace.history().runs(pipeline, limit);
      if (json) {
        Json.print(console, runs.stream().map(RunsCommand::json).toList());
      } else if (runs.isEmpty()) {
        console.line("No runs yet. Start one: pergola quickstart");
      } else {
        console.lines(table(runs).lines());
      }
    }
    return ExitCode.OK.code();
  }

  private static Table table(List<RunRecord> runs) {
    Table table = new Table("RUN", "PIPELINE", "STATE", "STARTED", ">TIME", "ENGINE", "WHY");
    for (RunRecord run : runs) {
      table.add(
          run.id(),
          run.pipeline(),
          run.state().name(),
          Text.time(run.started()),
          Text.duration(duration(run)),
          run.engine(),
          run.cause().orElse(""));
    }
    return table;
  }

  private static Object json(DataInterval interval) {
    return Json.object(
        "start", interval.start().toString(),
        "end", interval.end().toString(),
        "zone", interval.zone().getId());
  }

  /** How long a run took, or has taken so far. */
  static Duration duration(RunRecord run) {
    return Duration.between(run.started(), run.finished().orElseGet(Instant::now));
  }

  static Object json(RunRecord run) {
    return Json.object(
        "id", run.id(),
        "pipeline", run.pipeline(),
        "state", run.state().name(),
        "engine", run.engine(),
        "started", run.started().toString(),
        "finished", run.finished().map(Instant::toString),
        "cause", run.cause(),
        "interval", run.context().interval().map(RunsCommand::json),
        "asOf", run.context().asOf().toString(),
        "attempt", run.context().attempt(),
        "parameters", run.parameters(),
        "log", Optional.ofNullable(run.attributes().get(Origin.LOG)));
  }
}
