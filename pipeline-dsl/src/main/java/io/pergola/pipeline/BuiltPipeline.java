package io.pergola.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A pipeline ready to plan and run: the graph, and the component behind each of its nodes.
 *
 * @param graph what runs, as data
 * @param nodes node id to component and output channels, in the graph's order
 * @param exits id to handler, in the order in which they are called at the end of a run
 */
public record BuiltPipeline(
    PipelineGraph graph, Map<String, BuiltPipeline.Node> nodes, Map<String, ExitHandler> exits) {
  public BuiltPipeline {
    nodes = Collections.unmodifiableMap(new LinkedHashMap<>(nodes));
    exits = Collections.unmodifiableMap(new LinkedHashMap<>(exits));
  }

  /**
   * The same pipeline with every part of its conditions replaced: to see what it does when they
   * turn out otherwise.
   */
  public BuiltPipeline withCriteria(UnaryOperator<Criterion> replacement) {
    List<PipelineGraph.Group> groups =
        graph.groups().stream()
            .map(
                group ->
                    new PipelineGraph.Group(
                        group.id(),
                        group.parent(),
                        group.kind(),
                        group.criterion().replace(replacement),
                        group.text(),
                        group.declaredAt()))
            .toList();
    return new BuiltPipeline(
        new PipelineGraph(graph.name(), graph.parameters(), graph.nodes(), groups, graph.exits()),
        nodes,
        exits);
  }

  /**
   * One node that can run.
   *
   * @param component the author's declaration
   * @param outputs what {@code add} returned for it: a channel or a record of channels
   */
  public record Node(Component<?> component, Object outputs) {}
}
