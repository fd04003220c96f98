package io.pergola.run.internal;

import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Component;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.QueryComponent;
import io.pergola.run.ArtifactRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Which nodes wait for which.
 *
 * <p>A node waits for the nodes it reads from, for those that its conditions ask about, and for
 * every gate added before it. A resolver also waits for the nodes whose outputs its readers compare
 * with its answer: only then is it known which models are this run's own, and a model must not
 * become its own baseline.
 */
final class Topology {
  private final BuiltPipeline pipeline;
  private final Map<String, Set<String>> waitsFor = new LinkedHashMap<>();
  private final Map<String, Set<PipelineGraph.Input>> rivals = new HashMap<>();

  private Topology(BuiltPipeline pipeline) {
    this.pipeline = pipeline;
  }

  static Topology of(BuiltPipeline pipeline) {
    Topology topology = new Topology(pipeline);
    Set<String> gates = new LinkedHashSet<>();
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      Set<String> before = new LinkedHashSet<>(gates);
      node.inputs().forEach(input -> before.add(input.node()));
      before.addAll(Conditions.reads(pipeline.graph(), node));
      topology.waitsFor.put(node.id(), before);
      if (component(pipeline, node.id()).isGate()) {
        gates.add(node.id());
      }
    }
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      if (topology.isResolver(node.id())) {
        topology.addRivals(node.id());
      }
    }
    return topology;
  }

  boolean isResolver(String node) {
    return component(pipeline, node) instanceof QueryComponent;
  }

  /** The component behind a node. */
  static Component<?> component(BuiltPipeline pipeline, String node) {
    return Objects.requireNonNull(pipeline.nodes().get(node), node).component();
  }

  Set<String> waitsFor(String node) {
    return waitsFor.getOrDefault(node, Set.of());
  }

  /** All nodes, each after those it waits for; else in the graph's order. */
  List<PipelineGraph.Node> planOrder() {
    List<PipelineGraph.Node> open = new ArrayList<>(pipeline.graph().nodes());
    List<PipelineGraph.Node> order = new ArrayList<>();
    Set<String> done = new HashSet<>();
    while (!open.isEmpty()) {
      PipelineGraph.Node next =
          open.stream()
              .filter(node -> done.containsAll(waitsFor(node.id())))
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("Cycle in the graph among " + open));
      open.remove(next);
      order.add(next);
      done.add(next.id());
    }
    return order;
  }

  /** Content hashes of what the run compares a resolver's answer with, as far as it is known. */
  Set<String> rivals(String resolver, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    Set<String> hashes = new HashSet<>();
    for (PipelineGraph.Input rival : rivals.getOrDefault(resolver, Set.of())) {
      SortedMap<String, ArtifactRecord> known = outputs.get(rival.node());
      if (known != null && known.containsKey(rival.output())) {
        hashes.add(known.get(rival.output()).contentHash());
      }
    }
    return hashes;
  }

  /** A node's inputs as far as their nodes are done; an absent optional one is empty. */
  Map<String, Optional<ArtifactRecord>> inputs(
      PipelineGraph.Node node, Map<String, SortedMap<String, ArtifactRecord>> outputs) {
    Map<String, Optional<ArtifactRecord>> inputs = new LinkedHashMap<>();
    for (PipelineGraph.Input input : node.inputs()) {
      SortedMap<String, ArtifactRecord> known = outputs.get(input.node());
      if (known != null) {
        inputs.put(input.name(), Optional.ofNullable(known.get(input.output())));
      }
    }
    return inputs;
  }

  private void addRivals(String resolver) {
    for (PipelineGraph.Node reader : pipeline.graph().nodes()) {
      for (PipelineGraph.Input answer : reader.inputs()) {
        if (!answer.node().equals(resolver)) {
          continue;
        }
        for (PipelineGraph.Input other : reader.inputs()) {
          if (other.type().equals(answer.type())
              && !other.node().equals(resolver)
              && !reaches(other.node(), resolver)) {
            rivals.computeIfAbsent(resolver, id -> new LinkedHashSet<>()).add(other);
            waitsFor.computeIfAbsent(resolver, id -> new LinkedHashSet<>()).add(other.node());
          }
        }
      }
    }
  }

  /** Whether a node waits, directly or not, for another. */
  private boolean reaches(String node, String target) {
    Set<String> seen = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(node));
    while (!open.isEmpty()) {
      String next = open.remove(open.size() - 1);
      if (next.equals(target)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(waitsFor(next));
      }
    }
    return false;
  }
}
