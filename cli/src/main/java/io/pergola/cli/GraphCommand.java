package io.pergola.cli;

import io.pergola.cli.render.Text;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Unmatched;

/** Draws a pipeline's graph. */
@Command(
    name = "graph",
    customSynopsis = "pergola graph [PIPELINE [--param=value ...]] [OPTIONS]",
    description = "Draw a pipeline's nodes and the channels between them.",
    footer = {
      "",
      "Without PIPELINE, the graph on record of the newest run, or of --run.",
      "Takes the same run parameters as 'pergola run'."
    })
final class GraphCommand implements Callable<Integer> {
  /** The forms of the drawing. */
  enum Format {
    text,
    dot,
    mermaid,
    json
  }

  private final Console console;

  @Mixin PipelineChoice choice = new PipelineChoice();

  @Unmatched List<String> parameters = new ArrayList<>();

  @Mixin HomeOption home = new HomeOption();

  @Option(names = "--run", paramLabel = "RUN", description = "The graph of this run.")
  @Nullable String run;

  @Option(
      names = "--format",
      paramLabel = "text|dot|mermaid|json",
      defaultValue = "text",
      description = "Lines (default), Graphviz, Mermaid, or the graph's own JSON.")
  Format format = Format.text;

  @Option(names = "--json", description = "The same as --format=json.")
  boolean json;

  GraphCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    PipelineGraph graph = graph();
    switch (json ? Format.json : format) {
      case json -> console.line(graph.toJson().stripTrailing());
      case dot -> console.lines(dot(graph));
      case mermaid -> console.lines(mermaid(graph));
      case text -> console.lines(text(graph));
    }
    return ExitCode.OK.code();
  }

  private PipelineGraph graph() {
    if (choice.isGiven()) {
      return PipelineLoader.build(choice.origin(parameters), home.home).graph();
    }
    try (Workspace workspace = home.existing()) {
      return PipelineGraph.fromJson(
          new Finder(workspace.history()).run(Optional.ofNullable(run)).graph());
    }
  }

  private static List<String> text(PipelineGraph graph) {
    List<String> lines = new ArrayList<>();
    lines.add(graph.name());
    Blocks blocks = new Blocks(graph);
    for (PipelineGraph.Node node : graph.nodes()) {
      Blocks.Step step = blocks.to(node);
      int depth = step.depth();
      for (PipelineGraph.Group group : step.opened()) {
        lines.add("");
        lines.add(
            "%s%s:  (%s)".formatted("  ".repeat(depth++), Blocks.title(group), group.declaredAt()));
      }
      lines.add("");
      lines.addAll(indented(text(node), blocks.depth()));
    }
    for (PipelineGraph.Node exit : graph.exits()) {
      lines.add("");
      lines.add("at the exit: %s".formatted(text(exit).get(0)));
      lines.addAll(text(exit).subList(1, text(exit).size()));
    }
    return lines.stream().map(Text::plain).toList();
  }

  private static List<String> text(PipelineGraph.Node node) {
    List<String> lines = new ArrayList<>();
    lines.add("%s  (%s, %s)".formatted(node.id(), node.component(), node.declaredAt()));
    for (PipelineGraph.Input input : node.inputs()) {
      lines.add(
          "  ◂ %s: %s from %s.%s%s"
              .formatted(
                  input.name(),
                  input.type(),
                  input.node(),
                  input.output(),
                  input.optional() ? " (optional)" : ""));
    }
    for (PipelineGraph.Output output : node.outputs()) {
      lines.add(
          "  ▸ %s: %s%s"
              .formatted(output.name(), output.type(), output.optional() ? " (optional)" : ""));
    }
    node.options()
        .texts()
        .forEach((name, value) -> lines.add("  · %s = %s".formatted(name, value)));
    return lines;
  }

  private static List<String> indented(List<String> lines, int depth) {
    return lines.stream().map(line -> "  ".repeat(depth) + line).toList();
  }

  private static List<String> dot(PipelineGraph graph) {
    List<String> lines = new ArrayList<>();
    List<String> edges = new ArrayList<>();
    lines.add("digraph \"%s\" {".formatted(quoted(graph.name())));
    lines.add("  node [shape=box];");
    Blocks blocks = new Blocks(graph);
    for (PipelineGraph.Node node : graph.nodes()) {
      Blocks.Step step = blocks.to(node);
      step.closed().forEach(group -> lines.add("  }"));
      step.opened()
          .forEach(
              group ->
                  lines.add(
                      "  subgraph \"cluster_%s\" { label=\"%s\";"
                          .formatted(quoted(group.id()), quoted(Blocks.title(group)))));
      lines.add(
          "  \"%s\" [label=\"%s\\n%s\"];"
              .formatted(quoted(node.id()), quoted(node.id()), quoted(node.component())));
      for (PipelineGraph.Input input : node.inputs()) {
        edges.add(
            "  \"%s\" -> \"%s\" [label=\"%s\"%s];"
                .formatted(
                    quoted(input.node()),
                    quoted(node.id()),
                    quoted(input.name()),
                    input.optional() ? ", style=dashed" : ""));
      }
      decides(graph, node)
          .forEach(
              read ->
                  edges.add(
                      "  \"%s\" -> \"%s\" [label=\"decides\", style=dotted];"
                          .formatted(quoted(read), quoted(node.id()))));
    }
    blocks.end().closed().forEach(group -> lines.add("  }"));
    lines.addAll(edges);
    lines.add("}");
    return lines;
  }

  /** Ids of the nodes whose artifacts decide whether a node runs. */
  private static Set<String> decides(PipelineGraph graph, PipelineGraph.Node node) {
    Set<String> reads = new LinkedHashSet<>();
    graph.groupsOf(node).forEach(group -> reads.addAll(group.criterion().reads()));
    return reads;
  }

  private static String quoted(String text) {
    return Text.plain(text).replace("\\", "\\\\").replace("\"", "\\\"");
  }

  private static List<String> mermaid(PipelineGraph graph) {
    List<String> lines = new ArrayList<>(List.of("flowchart LR"));
    List<String> edges = new ArrayList<>();
    Blocks blocks = new Blocks(graph);
    for (PipelineGraph.Node node : graph.nodes()) {
      Blocks.Step step = blocks.to(node);
      step.closed().forEach(group -> lines.add("  end"));
      step.opened()
          .forEach(
              group ->
                  lines.add(
                      "  subgraph %s[\"%s\"]"
                          .formatted(
                              identifier("block " + group.id()),
                              Blocks.title(group).replace('"', '\''))));
      lines.add("  %s[\"%s\"]".formatted(identifier(node.id()), node.id()));
      for (PipelineGraph.Input input : node.inputs()) {
        edges.add(
            "  %s %s|%s| %s"
                .formatted(
                    identifier(input.node()),
                    input.optional() ? "-.->" : "-->",
                    input.name(),
                    identifier(node.id())));
      }
      decides(graph, node)
          .forEach(
              read ->
                  edges.add(
                      "  %s -.->|decides| %s".formatted(identifier(read), identifier(node.id()))));
    }
    blocks.end().closed().forEach(group -> lines.add("  end"));
    lines.addAll(edges);
    return lines.stream().map(Text::plain).toList();
  }

  private static String identifier(String node) {
    return node.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
  }
}
