package io.pergola.run.internal;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunPlan;
import io.pergola.run.RunRefusedException;
import io.pergola.run.RunSelection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a {@link RunSelection} means for each node that it leaves out: its earlier outputs are
 * taken, because a selected node reads them, or nothing is done.
 *
 * @param left nodes that are not executed, in the graph's order
 */
record SelectedNodes(Map<String, SelectedNodes.Left> left) {

  /**
   * A node that is left out.
   *
   * @param reused what its readers get; empty if nobody reads it
   */
  record Left(String reason, Optional<Catalog.Reusable> reused) {
    SortedMap<String, ArtifactRecord> outputs() {
      return reused.map(Catalog.Reusable::outputs).orElseGet(TreeMap::new);
    }
  }

  static SelectedNodes none() {
    return new SelectedNodes(Map.of());
  }

  /**
   * Applies a selection.
   *
   * @throws RunRefusedException naming every node that does not exist, and every input that no
   *     earlier run has left
   */
  static SelectedNodes of(
      RunSelection selection, BuiltPipeline pipeline, MetadataStore store, Catalog catalog) {
    if (selection.isAll()) {
      return none();
    }
    requireNodes(selection, pipeline);
    Topology topology = Topology.of(pipeline);
    Set<String> chosen = chosen(selection, pipeline);
    Set<String> read = new HashSet<>();
    List<PipelineGraph.Node> nodes = pipeline.graph().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      PipelineGraph.Node node = nodes.get(i);
      if (read.contains(node.id()) && topology.isResolver(node.id())) {
        chosen.add(node.id()); // it costs nothing, and its answer is today's
      }
      if (chosen.contains(node.id())) {
        node.inputs().forEach(input -> read.add(input.node()));
      }
    }
    Map<String, Left> left = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (PipelineGraph.Node node : nodes) {
      if (chosen.contains(node.id())) {
        continue;
      }
      String reason = "left out by " + selection.text();
      if (!read.contains(node.id())) {
        left.put(node.id(), new Left(reason, Optional.empty()));
        continue;
      }
      Optional<Catalog.Reusable> found = find(selection, pipeline, node, store, catalog);
      for (PipelineGraph.Node reader : nodes) {
        for (PipelineGraph.Input input : reader.inputs()) {
          boolean lacks =
              chosen.contains(reader.id())
                  && input.node().equals(node.id())
                  && !input.optional()
                  && found.filter(all -> all.outputs().containsKey(input.output())).isEmpty();
          if (lacks) {
            problems.add(
                "'%s' reads %s.%s, and %s"
                    .formatted(reader.id(), input.node(), input.output(), missing(selection)));
          }
        }
      }
      left.put(
          node.id(),
          new Left(
              found
                  .map(all -> "%s; outputs of run %s are used".formatted(reason, all.runId()))
                  .orElse(reason),
              found));
    }
    if (!problems.isEmpty()) {
      throw new RunRefusedException(
          "Cannot run with %s: %s. Select that node too, or name a run that has it with --using=RUN."
              .formatted(selection.text(), String.join("; ", problems)));
    }
    return new SelectedNodes(left);
  }

  /** Without those that are done already. */
  SelectedNodes without(Set<String> done) {
    Map<String, Left> rest = new LinkedHashMap<>(left);
    rest.keySet().removeAll(done);
    return new SelectedNodes(rest);
  }

  /** The same plan, with the reason of each node that is left out. */
  RunPlan explain(RunPlan plan) {
    return new RunPlan(
        plan.pipeline(),
        plan.nodes().stream()
            .map(
                node -> {
                  Left out = left.get(node.id());
                  return out == null
                      ? node
                      : new RunPlan.Node(
                          node.id(),
                          node.component(),
                          new RunPlan.Skipped(out.reason()),
                          node.spans());
                })
            .toList());
  }

  Map<String, SortedMap<String, ArtifactRecord>> outputs() {
    Map<String, SortedMap<String, ArtifactRecord>> outputs = new LinkedHashMap<>();
    left.forEach((node, out) -> outputs.put(node, out.outputs()));
    return outputs;
  }

  private static String missing(RunSelection selection) {
    return selection
        .using()
        .map("run %s has none that is whole"::formatted)
        .orElse("no earlier run has left one that is whole");
  }

  private static Optional<Catalog.Reusable> find(
      RunSelection selection,
      BuiltPipeline pipeline,
      PipelineGraph.Node node,
      MetadataStore store,
      Catalog catalog) {
    List<Catalog.Reusable> candidates;
    if (selection.using().isPresent()) {
      candidates =
          store.runs().node(selection.using().get(), node.id()).stream()
              .filter(stored -> stored.state().isPublished())
              .map(StoredNode::executionId)
              .flatMap(Optional::stream)
              .map(catalog::reusable)
              .toList();
    } else {
      candidates = catalog.ofNode(pipeline.graph().name(), node.id());
    }
    return candidates.stream()
        .filter(candidate -> CacheLookup.problem(node, candidate).isEmpty())
        .findFirst();
  }

  private static void requireNodes(RunSelection selection, BuiltPipeline pipeline) {
    Set<String> named = new TreeSet<>(selection.only());
    named.addAll(selection.from());
    named.addAll(selection.to());
    named.addAll(selection.skip());
    named.removeAll(pipeline.nodes().keySet());
    if (!named.isEmpty()) {
      throw new RunRefusedException(
          "Cannot run with %s: pipeline '%s' has no node '%s'. Its nodes are %s."
              .formatted(
                  selection.text(),
                  pipeline.graph().name(),
                  String.join("', '", named),
                  String.join(", ", pipeline.nodes().keySet())));
    }
  }

  private static Set<String> chosen(RunSelection selection, BuiltPipeline pipeline) {
    Set<String> chosen = new HashSet<>(pipeline.nodes().keySet());
    if (!selection.only().isEmpty()) {
      chosen.retainAll(selection.only());
    }
    List<PipelineGraph.Node> nodes = pipeline.graph().nodes();
    if (!selection.from().isEmpty()) {
      Set<String> after = new HashSet<>(selection.from());
      for (PipelineGraph.Node node : nodes) {
        if (node.inputs().stream().anyMatch(input -> after.contains(input.node()))) {
          after.add(node.id());
        }
      }
      chosen.retainAll(after);
    }
    if (!selection.to().isEmpty()) {
      Set<String> before = new HashSet<>(selection.to());
      for (int i = nodes.size() - 1; i >= 0; i--) {
        if (before.contains(nodes.get(i).id())) {
          nodes.get(i).inputs().forEach(input -> before.add(input.node()));
        }
      }
      chosen.retainAll(before);
    }
    chosen.removeAll(selection.skip());
    if (chosen.isEmpty()) {
      throw new RunRefusedException(
          "Cannot run with %s: that leaves no node. Select at least one."
              .formatted(selection.text()));
    }
    return chosen;
  }

  /** Whether a stored node was left out, so that a resumed run leaves it out again. */
  static boolean wasLeftOut(StoredNode node) {
    return node.state() == NodeState.SKIPPED
        && node.reason().filter(reason -> reason.startsWith("left out by ")).isPresent();
  }
}
