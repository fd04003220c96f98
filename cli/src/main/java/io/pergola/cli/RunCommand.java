package io.pergola.cli;

import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Unmatched;

/** Runs a pipeline. */
@Command(
    name = "run",
    customSynopsis = "pergola run PIPELINE [--param=value ...] [OPTIONS]",
    description = "Run a pipeline. What earlier runs have done already is taken from the cache.",
    footer = {
      "",
      "Every other option is a run parameter of the pipeline: its record's components, such",
      "as --data=trips.csv (a file, a folder or a glob) for Path data.",
      "",
      "  pergola run taxi --data='days/*.csv' --serving=models",
      "  pergola run com.acme.Churn --from-jar=churn.jar --data=customers.csv --engine=flink"
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Mixin PipelineChoice choice = new PipelineChoice();

  @Unmatched List<String> parameters = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Mixin EngineOptions engine = new EngineOptions();

  @Mixin IntervalOptions interval = new IntervalOptions();

  @Mixin SelectionOptions selection = new SelectionOptions();

  @Mixin OrderOptions order = new OrderOptions();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Origin origin = choice.origin(parameters);
    try (Workspace workspace = home.open()) {
      return new RunSession(console, workspace, origin, home.flag())
          .run(
              engine,
              options ->
                  order.in(selection.in(interval.in(options), new Finder(workspace.history()))))
          .code()
          .code();
    }
  }
}
