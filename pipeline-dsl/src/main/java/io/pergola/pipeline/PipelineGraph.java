package io.pergola.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.pipeline.internal.JsonText;
import java.util.Collections;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A pipeline as data: its nodes and the channels between them, in an order in which each node comes
 * after those it reads from. Plain values only, so that it can be stored, compared and drawn.
 *
 * @param name the pipeline's name, {@code taxi-pipeline}
 * @param parameters run parameters by name, as text
 * @param nodes in topological order, which is the order they were added in
 * @param groups blocks that nodes stand in, each after the one around it
 * @param exits what happens at the end of each run, in this order, however it ends
 */
public record PipelineGraph(
    String name,
    SortedMap<String, String> parameters,
    List<PipelineGraph.Node> nodes,
    List<PipelineGraph.Group> groups,
    List<PipelineGraph.Node> exits) {

  /** The version of the JSON form that {@code docs/reference/graph-json.md} describes. */
  public static final int FORMAT = 2;

  public PipelineGraph {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
    nodes = List.copyOf(nodes);
    groups = List.copyOf(groups);
    exits = List.copyOf(exits);
  }

  /** The node of this id, also among those at the end. */
  public Optional<Node> node(String id) {
    return nodes.stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .or(() -> exits.stream().filter(node -> node.id().equals(id)).findFirst());
  }

  /** The blocks that a node stands in, outermost first. */
  public List<Group> groupsOf(Node node) {
    LinkedList<Group> around = new LinkedList<>();
    Optional<Group> next = group(node.group());
    while (next.isPresent()) {
      around.addFirst(next.get());
      next = group(next.get().parent());
    }
    return List.copyOf(around);
  }

  private Optional<Group> group(String id) {
    return groups.stream().filter(group -> group.id().equals(id)).findFirst();
  }

  /** This graph as JSON: the same text for equal graphs. */
  public String toJson() {
    return JsonText.write(FORMAT, this);
  }

  /**
   * Reads what {@link #toJson} wrote, in this format or an older one.
   *
   * @throws IllegalArgumentException if it is no graph, or one of a newer format
   */
  public static PipelineGraph fromJson(String json) {
    return JsonText.read(
        json, "pipeline graph", FORMAT, PipelineGraph.class, PipelineGraph::upgraded);
  }

  /** Adds what format 1 had no word for. */
  private static void upgraded(int format, ObjectNode graph) {
    if (format == 1) {
      for (JsonNode node : graph.path("nodes")) {
        if (node instanceof ObjectNode object) {
          object.putObject("options");
          object.put("group", "");
        }
      }
      graph.putArray("groups");
      graph.putArray("exits");
    }
  }

  /**
   * One component in its place.
   *
   * @param id unique in the pipeline; parts put theirs before it, {@code part/trainer}
   * @param component the component's simple class name, {@code Trainer}
   * @param inputs in the order of the component's declaration
   * @param outputs in the order of the component's declaration
   * @param parameters parameter name to readable text
   * @param fingerprints parameter name to the digest of its value (of the code, for a lambda)
   * @param code digest of the component's code: its release, its bytecode, or the version given
   * @param options how it is run; never part of a cache key
   * @param group the innermost block that it stands in, or empty
   * @param declaredAt the author's line, {@code TaxiPipeline.java:28}
   */
  public record Node(
      String id,
      String component,
      List<Input> inputs,
      List<Output> outputs,
      SortedMap<String, String> parameters,
      SortedMap<String, String> fingerprints,
      String code,
      NodeOptions options,
      String group,
      String declaredAt) {
    public Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
      parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
      fingerprints = Collections.unmodifiableSortedMap(new TreeMap<>(fingerprints));
    }
  }

  /** One channel that a node reads: input {@code name} comes from {@code node}'s {@code output}. */
  public record Input(String name, String node, String output, String type, boolean optional) {}

  /** One channel that a node writes; {@code type} is the artifact type's name in the store. */
  public record Output(String name, String type, boolean optional) {}

  /**
   * A block of nodes: those that run only on a condition, or once for each item.
   *
   * @param id unique among the groups, {@code when-1}
   * @param parent the block around it, or empty
   * @param criterion what must hold for its nodes to run; always true for items
   * @param text for people: the condition, or the item
   * @param declaredAt the author's line
   */
  public record Group(
      String id, String parent, Kind kind, Criterion criterion, String text, String declaredAt) {
    /** What kind of block it is. */
    public enum Kind {
      @JsonProperty("when")
      WHEN,
      @JsonProperty("otherwise")
      OTHERWISE,
      /** A loop; its items are groups inside it. */
      @JsonProperty("each")
      EACH,
      @JsonProperty("item")
      ITEM
    }
  }
}
