package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.Workspace;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what a node's result depends on, and whether the cache has it. */
@Command(
    name = "explain-cache",
    description = "Say what a node's result depends on, and whether it is in the cache.",
    footer = {
      "",
      "The pipeline is that of the newest run, with its parameters, as its code stands now."
    })
final class ExplainCacheCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NODE", description = "A node's id, such as trainer")
  String node = "";

  @Option(
      names = "--run",
      paramLabel = "RUN",
      description = "Take the pipeline of this run. Default: the newest run")
  @Nullable String run;

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  ExplainCacheCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (Workspace workspace = home.existing()) {
      Origin origin =
          Origin.of(workspace, new Finder(workspace.history()).run(Optional.ofNullable(run)));
      BuiltPipeline pipeline = PipelineLoader.build(origin, workspace.home());
      PipelineGraph.Node found =
          pipeline.graph().nodes().stream()
              .filter(candidate -> candidate.id().equals(node))
              .findFirst()
              .orElseThrow(
                  () ->
                      new UsageException(
                          "Unknown node: '%s' (there are %s)"
                              .formatted(
                                  node,
                                  String.join(
                                      ", ",
                                      pipeline.graph().nodes().stream()
                                          .map(PipelineGraph.Node::id)
                                          .toList()))));
      RunPlan.Node planned =
          PipelineRunner.in(workspace)
              .plan(pipeline, RunOptions.defaults())
              .node(node)
              .orElseThrow();
      if (json) {
        Json.print(console, json(found, planned));
      } else {
        print(found, planned);
      }
    }
    return ExitCode.OK.code();
  }

  private void print(PipelineGraph.Node found, RunPlan.Node planned) {
    console.line(
        "%s (%s, %s): %s"
            .formatted(
                found.id(),
                found.component(),
                found.declaredAt(),
                PlanCommand.word(planned.value())));
    PlanCommand.reasons(planned.value()).forEach(reason -> console.line("  " + Text.plain(reason)));
    console.line("");
    console.line("Its result depends on");
    console.line("  code       " + Text.plain(found.code()));
    for (PipelineGraph.Input input : found.inputs()) {
      console.line(
          "  input      %s: content of %s.%s"
              .formatted(input.name(), input.node(), input.output()));
    }
    found
        .parameters()
        .forEach(
            (name, value) ->
                console.line(
                    "  parameter  %s = %s  %s"
                        .formatted(
                            name,
                            Text.clip(Text.plain(value), 60),
                            Text.clip(found.fingerprints().getOrDefault(name, ""), 24))));
    console.line("  files      those that the component reads from outside, by content");
  }

  private static Object json(PipelineGraph.Node found, RunPlan.Node planned) {
    List<Object> inputs =
        found.inputs().stream()
            .<Object>map(
                input ->
                    Json.object(
                        "name", input.name(), "node", input.node(), "output", input.output()))
            .toList();
    return Json.object(
        "node", found.id(),
        "component", found.component(),
        "plan", PlanCommand.word(planned.value()),
        "why", PlanCommand.reasons(planned.value()),
        "code", found.code(),
        "inputs", inputs,
        "parameters", found.parameters(),
        "fingerprints", found.fingerprints());
  }
}
