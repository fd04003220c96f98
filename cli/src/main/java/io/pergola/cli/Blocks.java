package io.pergola.cli;

import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.PipelineGraph.Group;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Walks a graph's nodes in order and tells which blocks open and close between them. */
final class Blocks {
  private final PipelineGraph graph;
  private List<Group> open = List.of();

  Blocks(PipelineGraph graph) {
    this.graph = graph;
  }

  /**
   * What happens before a node.
   *
   * @param closed blocks that end, innermost first
   * @param opened blocks that begin, outermost first
   * @param depth of the first block that begins
   */
  record Step(List<Group> closed, List<Group> opened, int depth) {}

  /** The step to the next node. */
  Step to(PipelineGraph.Node node) {
    return to(graph.groupsOf(node));
  }

  /** The step after the last node. */
  Step end() {
    return to(List.of());
  }

  /** How many blocks the node reached last stands in. */
  int depth() {
    return open.size();
  }

  /** What a block is, in a line: {@code when accuracy of 'evaluator' is at least 0.9}. */
  static String title(Group group) {
    return switch (group.kind()) {
      case WHEN, OTHERWISE -> group.text();
      case EACH -> "for each";
      case ITEM -> "item " + group.text();
    };
  }

  private Step to(List<Group> next) {
    int common = 0;
    while (common < open.size()
        && common < next.size()
        && open.get(common).equals(next.get(common))) {
      common++;
    }
    List<Group> closed = new ArrayList<>(open.subList(common, open.size()));
    Collections.reverse(closed);
    Step step = new Step(closed, next.subList(common, next.size()), common);
    open = next;
    return step;
  }
}
