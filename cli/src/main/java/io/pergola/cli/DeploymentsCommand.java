package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.cli.render.Text;
import io.pergola.metadata.StoredDeployment;
import io.pergola.run.Workspace;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists what was deployed. */
@Command(
    name = "deployments",
    description = "List the newest version of each deployed pipeline, or all versions of one.")
final class DeploymentsCommand implements Callable<Integer> {
  private static final int SHOWN = 12;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "PIPELINE",
      description = "Show all versions of this pipeline, newest first.")
  @Nullable String pipeline;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Mixin HomeOption home = new HomeOption();

  DeploymentsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      List<StoredDeployment> all =
          pipeline == null
              ? workspace.store().deployments().newest()
              : workspace.store().deployments().versions(pipeline);
      if (pipeline != null && all.isEmpty()) {
        throw new UsageException(
            "Unknown pipeline: '%s' was never deployed. List what was: pergola deployments%s"
                .formatted(pipeline, home.flag()));
      }
      if (json) {
        Json.print(console, all.stream().map(DeploymentsCommand::json).toList());
      } else if (all.isEmpty()) {
        console.line("Nothing is deployed. Deploy a jar: pergola deploy JAR");
      } else {
        Table table = new Table("PIPELINE", ">VERSION", "CLASS", "JAR", "DEPLOYED", "NOTE");
        for (StoredDeployment one : all) {
          table.add(
              one.pipeline(),
              Long.toString(one.version()),
              one.definition(),
              one.jar().substring(0, SHOWN),
              Text.time(one.created()),
              one.note().orElse(""));
        }
        console.lines(table.lines());
      }
    }
    return ExitCode.OK.code();
  }

  static Map<String, Object> json(StoredDeployment one) {
    return Json.object(
        "pipeline", one.pipeline(),
        "version", one.version(),
        "definition", one.definition(),
        "jar", one.jar(),
        "file", one.file(),
        "created", one.created().toString(),
        "note", one.note());
  }
}
