package io.pergola.run;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is different about two runs: what they were asked to do, what their nodes depended on, how
 * these ended, and what they measured.
 *
 * @param before the earlier run
 * @param after the later one
 * @param settings run parameters, engine, jar, and whatever else was recorded at the start, where
 *     they differ
 * @param nodes the nodes of either run, in the order of the later graph, then those that are gone
 */
public record RunDifference(
    RunRecord before,
    RunRecord after,
    SortedMap<String, RunDifference.Change> settings,
    List<RunDifference.Node> nodes) {
  public RunDifference {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    nodes = List.copyOf(nodes);
  }

  /** A value on both sides; empty where there is none. */
  public record Change(Optional<String> before, Optional<String> after) {}

  /** Whether a node's outputs have the same content in both runs. */
  public enum Outputs {
    SAME,
    DIFFERENT,
    /** At least one of the runs has no outputs of this node. */
    UNKNOWN
  }

  /**
   * One node in both runs.
   *
   * @param before empty if the earlier run has no such node
   * @param after empty if the later run has no such node
   * @param reasons what it depends on that changed: code, parameters, inputs, files
   * @param outputs whether what it put out is the same
   * @param metrics those that differ, by name
   */
  public record Node(
      String id,
      Optional<NodeRecord> before,
      Optional<NodeRecord> after,
      List<Reason> reasons,
      Outputs outputs,
      SortedMap<String, Change> metrics) {
    public Node {
      reasons = List.copyOf(reasons);
      metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }

    /** Whether anything but its times differs. */
    public boolean isChanged() {
      return before.isEmpty()
          || after.isEmpty()
          || !reasons.isEmpty()
          || !metrics.isEmpty()
          || outputs == Outputs.DIFFERENT
          || isGood(before.get()) != isGood(after.get());
    }

    /** Whether it came from the cache or was executed is no difference of the outcome. */
    private static boolean isGood(NodeRecord node) {
      return switch (node.state()) {
        case COMPLETED, CACHED, RESOLVED -> true;
        case WAITING, RUNNING, FAILED, CANCELLED, SKIPPED -> false;
      };
    }
  }

  /** Whether the runs did the same with the same result. */
  public boolean isEmpty() {
    return settings.isEmpty() && nodes.stream().noneMatch(Node::isChanged);
  }
}
