package io.pergola.run.internal;

import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunContext;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.Reason;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.span.SpanSelection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** Works out, before a run, what it would do with each node and why. */
public final class Planner {
  private final Catalog catalog;
  private final NodeKeys keys;
  private final BuiltPipeline pipeline;
  private final Topology topology;
  private final RunOptions options;
  private final RunContext context;
  private final Map<String, List<String>> spans = new HashMap<>();
  private final Map<String, RunPlan.Value> values = new HashMap<>();
  private final Map<String, SortedMap<String, ArtifactRecord>> outputs = new HashMap<>();
  private Optional<String> stopped = Optional.empty();

  public Planner(Catalog catalog, NodeKeys keys, BuiltPipeline pipeline, RunOptions options) {
    this.catalog = catalog;
    this.keys = keys;
    this.pipeline = pipeline;
    this.topology = Topology.of(pipeline);
    this.options = options;
    this.context = options.context().orElseGet(() -> RunContext.asOf(Instant.now()));
  }

  /** The plan of a new run. */
  public RunPlan plan() {
    return plan(Map.of());
  }

  /**
   * The plan of a run that goes on.
   *
   * @param done outputs of the nodes that the run has completed
   */
  RunPlan plan(Map<String, SortedMap<String, ArtifactRecord>> done) {
    List<RunPlan.Node> nodes = new ArrayList<>();
    for (PipelineGraph.Node node : topology.planOrder()) {
      if (done.containsKey(node.id())) {
        outputs.put(node.id(), done.get(node.id()));
        values.put(node.id(), new RunPlan.Skipped("done already in this run"));
      } else {
        values.put(node.id(), value(node));
      }
    }
    for (PipelineGraph.Node node : pipeline.graph().nodes()) {
      nodes.add(
          new RunPlan.Node(
              node.id(),
              node.component(),
              Objects.requireNonNull(values.get(node.id())),
              spans.getOrDefault(node.id(), List.of())));
    }
    return new RunPlan(pipeline.graph().name(), nodes);
  }

  private RunPlan.Value value(PipelineGraph.Node node) {
    if (stopped.isPresent()) {
      return new RunPlan.Blocked(stopped.get());
    }
    for (PipelineGraph.Input input : node.inputs()) {
      if (values.get(input.node()) instanceof RunPlan.Blocked) {
        return new RunPlan.Blocked("it reads from '%s', which is blocked".formatted(input.node()));
      }
    }
    if (topology.isResolver(node.id())) {
      Optional<ArtifactRecord> found =
          Resolver.resolve(
              catalog,
              pipeline,
              node.id(),
              topology.rivals(node.id(), outputs),
              topology.inputs(node, outputs));
      outputs.put(node.id(), Resolver.outputs(node, found));
      return new RunPlan.Resolved(found.map(ArtifactRecord::id));
    }
    KeyParts parts;
    try {
      Optional<SpanSelection> chosen =
          SpanChoice.now(Topology.component(pipeline, node.id()), context);
      if (chosen.isPresent()) {
        spans.put(node.id(), describe(chosen.get()));
        if (chosen.get().worthWaiting()) {
          return new RunPlan.ToRun(
              List.of(new Reason.WaitsForSpans(SpanChoice.waits(chosen.get()))));
        }
        if (chosen.get().problem().isPresent()) {
          return new RunPlan.Blocked(chosen.get().problem().get());
        }
      }
      parts = keys.of(node, topology.inputs(node, outputs), chosen);
    } catch (IOException | UncheckedIOException e) {
      return new RunPlan.Blocked(Causes.line(e));
    }
    List<Reason> reasons = new ArrayList<>();
    for (PipelineGraph.Input input : node.inputs()) {
      if (!outputs.containsKey(input.node())) {
        reasons.add(new Reason.InputWillChange(input.name(), input.node()));
      }
    }
    if (options.cache() == RunOptions.Cache.OFF) {
      return new RunPlan.ToRun(List.of(new Reason.CacheOff()));
    }
    if (reasons.isEmpty()) {
      Optional<Catalog.Reusable> hit = CacheLookup.find(catalog, node, parts.key(), reasons::add);
      if (hit.isPresent()) {
        outputs.put(node.id(), hit.get().outputs());
        if (hit.get().stop().isPresent()) {
          stopped =
              Optional.of(
                  "gate '%s' stops the run: %s".formatted(node.id(), hit.get().stop().get()));
        }
        return new RunPlan.Cached(hit.get().executionId(), hit.get().runId());
      }
    }
    if (reasons.stream()
        .noneMatch(
            reason ->
                reason instanceof Reason.CachedArtifactLost
                    || reason instanceof Reason.Quarantined)) {
      List<Reason> changes = changes(node, parts);
      if (changes.contains(new Reason.FirstRun())) {
        return new RunPlan.ToRun(changes);
      }
      reasons.addAll(0, changes);
    }
    return new RunPlan.ToRun(reasons.isEmpty() ? List.of(new Reason.FirstRun()) : reasons);
  }

  private static List<String> describe(SpanSelection chosen) {
    return Stream.concat(Stream.of(chosen.reads()), chosen.note().stream()).toList();
  }

  private List<Reason> changes(PipelineGraph.Node node, KeyParts now) {
    return catalog
        .lastParts(pipeline.graph().name(), node.id(), node.component())
        .map(before -> Changes.between(before, now))
        .orElse(List.of(new Reason.FirstRun()));
  }
}
