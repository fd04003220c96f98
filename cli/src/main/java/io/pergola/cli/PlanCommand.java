package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.fingerprint.ClockReads;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.PipelineRunner;
import io.pergola.run.Reason;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Says what a run would do. */
@Command(
    name = "plan",
    customSynopsis = "pergola plan PIPELINE [--param=value ...] [OPTIONS]",
    description = "Say what a run would do with each node, and why. Changes nothing.",
    footer = {"", "Takes the same run parameters as 'pergola run'."})
final class PlanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin PipelineChoice choice = new PipelineChoice();

  @Unmatched List<String> parameters = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Mixin IntervalOptions interval = new IntervalOptions();

  @Mixin SelectionOptions selection = new SelectionOptions();

  @Option(names = "--no-cache", description = "As if every node had to run.")
  boolean noCache;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Origin origin = choice.origin(parameters);
    try (Workspace workspace = home.open()) {
      BuiltPipeline pipeline = PipelineLoader.build(origin, workspace.home());
      RunOptions options =
          selection.in(interval.in(RunOptions.defaults()), new Finder(workspace.history()));
      RunPlan plan =
          PipelineRunner.in(workspace).plan(pipeline, noCache ? options.withoutCache() : options);
      if (json) {
        Json.print(
            console,
            Json.object(
                "pipeline", plan.pipeline(),
                "nodes", plan.nodes().stream().map(PlanCommand::json).toList(),
                "warnings", warnings(pipeline)));
        return ExitCode.OK.code();
      }
      Table table = new Table("NODE", "COMPONENT", "PLAN", "WHY");
      Blocks blocks = new Blocks(pipeline.graph());
      for (RunPlan.Node node : plan.nodes()) {
        Blocks.Step step = blocks.to(pipeline.graph().node(node.id()).orElseThrow());
        int depth = step.depth();
        for (PipelineGraph.Group group : step.opened()) {
          table.add("  ".repeat(depth++) + name(group), "", "", Blocks.title(group));
        }
        List<String> reasons =
            Stream.concat(reasons(node.value()).stream(), node.spans().stream()).toList();
        table.add(
            "  ".repeat(blocks.depth()) + node.id(),
            node.component(),
            word(node.value()),
            reasons.isEmpty() ? "" : reasons.get(0));
        reasons.stream().skip(1).forEach(reason -> table.add("", "", "", reason));
      }
      for (PipelineGraph.Node exit : pipeline.graph().exits()) {
        table.add(exit.id(), exit.component(), "at the exit", "however the run ends");
      }
      console.lines(table.lines());
      warnings(pipeline).forEach(console::line);
      if (plan.fullyCached()) {
        console.line("");
        console.line("Nothing needs to run.");
      }
    }
    return ExitCode.OK.code();
  }

  /** Where authors' code reads the clock or unseeded chance, one line each. */
  static List<String> warnings(BuiltPipeline pipeline) {
    List<String> warnings = new ArrayList<>();
    pipeline
        .nodes()
        .forEach(
            (id, node) ->
                ClockReads.of(node.component())
                    .forEach(
                        read ->
                            warnings.add(
                                "warning: %s (node '%s'): a repeated run need not give the same output"
                                    .formatted(read, id))));
    return warnings;
  }

  private static String name(PipelineGraph.Group group) {
    return "[%s]"
        .formatted(group.kind() == PipelineGraph.Group.Kind.ITEM ? group.text() : group.id());
  }

  /** What happens to a node, in a word. */
  static String word(RunPlan.Value value) {
    return value.match(
        cached -> "cached",
        toRun -> "run",
        resolved -> "look up",
        skipped -> "skip",
        undecided -> "depends",
        blocked -> "blocked");
  }

  /** Why, one line each. */
  static List<String> reasons(RunPlan.Value value) {
    return value.match(
        cached -> List.of("execution %d of run %s".formatted(cached.executionId(), cached.runId())),
        toRun -> toRun.reasons().stream().map(Reason::text).toList(),
        resolved ->
            List.of(
                resolved
                    .artifactId()
                    .map(id -> "finds artifact %d, %s".formatted(id, resolved.why()))
                    .orElse("finds no " + resolved.why())),
        skipped -> List.of(skipped.reason()),
        undecided -> List.of("if %s".formatted(undecided.condition()), undecided.when()),
        blocked -> List.of(blocked.reason()));
  }

  static Object json(RunPlan.Node node) {
    return Json.object(
        "node", node.id(),
        "component", node.component(),
        "plan", word(node.value()),
        "why", reasons(node.value()),
        "spans", node.spans());
  }
}
