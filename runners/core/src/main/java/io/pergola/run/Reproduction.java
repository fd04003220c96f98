package io.pergola.run;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What came of running again what an artifact was made by.
 *
 * @param run how the repeated run ended
 * @param nodes the artifact's node and those before it, in the graph's order
 */
public record Reproduction(RunResult run, List<Reproduction.Node> nodes) {
  public Reproduction {
    nodes = List.copyOf(nodes);
  }

  /** Whether a node gave the same again. */
  public enum Same {
    SAME,
    DIFFERENT,
    /** It did not run this time, or its first outputs are not on record. */
    UNKNOWN
  }

  /**
   * One node, then and now.
   *
   * @param same whether all outputs have the same content
   * @param outputs by name: content hash then and now, where they differ
   * @param reasons what the node depends on that is not as it was then: code, parameters, inputs,
   *     files
   * @param why why it may differ though it depends on the same, in sentences; empty if it does not
   */
  public record Node(
      String id,
      String component,
      Same same,
      SortedMap<String, RunDifference.Change> outputs,
      List<Reason> reasons,
      List<String> why) {
    public Node {
      outputs = new TreeMap<>(outputs);
      reasons = List.copyOf(reasons);
      why = List.copyOf(why);
    }
  }

  /** Whether every node gave the same content again. */
  public boolean isExact() {
    return nodes.stream().allMatch(node -> node.same() == Same.SAME);
  }

  /** The first node, in the order of the work, whose outputs differ. */
  public Optional<Node> firstDifference() {
    return nodes.stream().filter(node -> node.same() == Same.DIFFERENT).findFirst();
  }
}
