package io.pergola.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

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
   * One node that can run.
   *
   * @param component the author's declaration
   * @param outputs what {@code add} returned for it: a channel or a record of channels
   */
  public record Node(Component<?> component, Object outputs) {}
}
