package io.pergola.run.internal;

import io.pergola.pipeline.ArtifactQuery;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.Criterion;
import io.pergola.pipeline.NodeOptions;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.pipeline.RunContext;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Causes;
import io.pergola.run.Reason;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.RunRefusedException;
import io.pergola.span.SpanMerging;
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
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Works out, before a run, what it would do with each node and why. */
final class Planner {
  private final Catalog catalog;
  private final NodeKeys keys;
  private final BuiltPipeline pipeline;
  private final Topology topology;
  private final RunOptions options;
  private final RunContext context;
  private final NodeNeeds needs;
  private final Map<String, List<String>> spans = new HashMap<>();
  private final Map<String, Window> windows = new HashMap<>();
  private final Map<String, RunPlan.Value> values = new HashMap<>();
  private final Map<String, SortedMap<String, ArtifactRecord>> outputs = new HashMap<>();
  private final List<String> lacking = new ArrayList<>();
  private Optional<String> stopped = Optional.empty();

  Planner(
      Catalog catalog, NodeKeys keys, BuiltPipeline pipeline, RunOptions options, NodeNeeds needs) {
    this.needs = needs;
    this.catalog = catalog;
    this.keys = keys;
    this.pipeline = pipeline;
    this.topology = Topology.of(pipeline);
    this.options = options;
    this.context = options.context().orElseGet(() -> RunContext.asOf(Instant.now()));
  }

  /**
   * The plan of a run.
   *
   * @param done outputs of the nodes that the run has completed
   */
  RunPlan plan(Map<String, SortedMap<String, ArtifactRecord>> done) {
    List<RunPlan.Node> nodes = new ArrayList<>();
    for (PipelineGraph.Node node : topology.planOrder()) {
      if (done.containsKey(node.id())) {
        outputs.put(node.id(), done.get(node.id()));
        values.put(node.id(), RunPlan.Skipped.doneBefore());
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
    for (PipelineGraph.Node exit : pipeline.graph().exits()) {
      needs.unmet(exit).ifPresent(lacking::add);
    }
    return new RunPlan(pipeline.graph().name(), nodes);
  }

  /**
   * Refuses a run that lacks what it requires: of earlier runs, of the JVM, of the engine.
   *
   * @throws RunRefusedException naming everything that the plan did not find
   */
  void requireAll() {
    if (!lacking.isEmpty()) {
      throw new RunRefusedException(String.join("\n", lacking));
    }
  }

  /** The spans that a source reads, and what else it is made by. */
  private record Window(PipelineGraph.Node node, SpanSelection chosen, KeyParts parts) {}

  private RunPlan.Value value(PipelineGraph.Node node) {
    RunPlan.Value value = asFarAsKnown(node);
    if (!(value instanceof RunPlan.ToRun)) {
      return value;
    }
    Optional<String> unmet = needs.unmet(node, Topology.component(pipeline, node.id()));
    unmet.ifPresent(lacking::add);
    return unmet.<RunPlan.Value>map(RunPlan.Blocked::new).orElse(value);
  }

  private RunPlan.Value asFarAsKnown(PipelineGraph.Node node) {
    if (stopped.isPresent()) {
      return new RunPlan.Blocked(stopped.get());
    }
    for (PipelineGraph.Input input : node.inputs()) {
      if (values.get(input.node()) instanceof RunPlan.Blocked) {
        return new RunPlan.Blocked("it reads from '%s', which is blocked".formatted(input.node()));
      }
    }
    for (String read : Conditions.reads(pipeline.graph(), node)) {
      if (values.get(read) instanceof RunPlan.Blocked) {
        return new RunPlan.Blocked("its condition asks '%s', which is blocked".formatted(read));
      }
    }
    Optional<RunPlan.Value> kept = keptByConditions(node);
    if (kept.isPresent()) {
      return kept.get();
    }
    if (topology.isResolver(node.id())) {
      Optional<String> open = openInput(node);
      if (open.isPresent()) {
        return new RunPlan.Undecided(
            "looked up when its inputs are there", "decided after '%s'".formatted(open.get()));
      }
      Optional<ArtifactRecord> found =
          Resolver.resolve(
              catalog,
              pipeline,
              new Asker(
                  pipeline.graph().name(),
                  Optional.empty(),
                  context,
                  topology.rivals(node.id(), outputs)),
              node.id(),
              topology.inputs(node, outputs));
      Optional<String> missing = Resolver.missing(pipeline, node, found);
      if (missing.isPresent()) {
        lacking.add(missing.get());
        return new RunPlan.Blocked(missing.get());
      }
      outputs.put(node.id(), Resolver.outputs(node, found));
      return new RunPlan.Resolved(
          found.map(ArtifactRecord::id), why(Resolver.query(pipeline, node.id()), found));
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
      if (chosen.isPresent() && chosen.get().found().size() > 1) {
        windows.put(node.id(), new Window(node, chosen.get(), parts));
      }
    } catch (IOException | UncheckedIOException e) {
      return new RunPlan.Blocked(Causes.line(e));
    }
    List<Reason> reasons = new ArrayList<>();
    for (PipelineGraph.Input input : node.inputs()) {
      if (!outputs.containsKey(input.node())) {
        reasons.add(
            values.get(input.node()) instanceof RunPlan.Undecided
                ? new Reason.InputUndecided(input.name(), input.node())
                : new Reason.InputWillChange(input.name(), input.node()));
      }
    }
    if (options.cache() == RunOptions.Cache.OFF
        || node.options().cache() == NodeOptions.Cache.OFF) {
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
    mergedSpans(node, parts).ifPresent(line -> spans.put(node.id(), List.of(line)));
    return new RunPlan.ToRun(reasons.isEmpty() ? List.of(new Reason.FirstRun()) : reasons);
  }

  /** How many spans a node merges that it kept from earlier runs, and how many it reads. */
  private Optional<String> mergedSpans(PipelineGraph.Node node, KeyParts parts) {
    if (!(Topology.component(pipeline, node.id()) instanceof SpanMerging merging)) {
      return Optional.empty();
    }
    @Nullable Window window = windows.get(merging.inSpans().node());
    if (window == null) {
      return Optional.empty();
    }
    String name = pipeline.graph().name();
    boolean kept =
        catalog
            .lastParts(name, node.id(), node.component())
            .filter(before -> SpanReuse.sameWork(before, parts))
            .isPresent();
    long same =
        catalog
            .lastParts(name, window.node().id(), window.node().component())
            .filter(before -> kept)
            .map(before -> SpanReuse.same(window.chosen(), before, window.parts()))
            .orElse(0L);
    return Optional.of(merging.forecast(same, window.chosen().found().size()));
  }

  private static List<String> describe(SpanSelection chosen) {
    return Stream.concat(Stream.of(chosen.reads()), chosen.note().stream()).toList();
  }

  private static String why(ArtifactQuery query, Optional<ArtifactRecord> found) {
    return query.text()
        + found
            .map(
                artifact -> ": made by '%s' in run %s".formatted(artifact.node(), artifact.runId()))
            .orElse("");
  }

  /** What becomes of a node whose conditions are not all met, as far as that is known. */
  private Optional<RunPlan.Value> keptByConditions(PipelineGraph.Node node) {
    try {
      return Conditions.obstacle(pipeline.graph(), node, outputs)
          .map(
              obstacle -> {
                if (obstacle.answer() == Criterion.Answer.UNKNOWN) {
                  return new RunPlan.Undecided(condition(node), obstacle.because());
                }
                outputs.put(node.id(), new TreeMap<>());
                return new RunPlan.Skipped(obstacle.because());
              });
    } catch (IllegalArgumentException e) {
      return Optional.of(
          new RunPlan.Blocked(
              "its condition cannot be decided: " + Objects.requireNonNull(e.getMessage())));
    }
  }

  private String condition(PipelineGraph.Node node) {
    return pipeline.graph().groupsOf(node).stream()
        .map(PipelineGraph.Group::criterion)
        .filter(criterion -> !criterion.reads().isEmpty())
        .map(Criterion::text)
        .collect(Collectors.joining(", and "));
  }

  /** A node that this one reads from and whose outputs are not known yet. */
  private Optional<String> openInput(PipelineGraph.Node node) {
    return node.inputs().stream()
        .map(PipelineGraph.Input::node)
        .filter(input -> !outputs.containsKey(input))
        .findFirst();
  }

  private List<Reason> changes(PipelineGraph.Node node, KeyParts now) {
    return catalog
        .lastParts(pipeline.graph().name(), node.id(), node.component())
        .map(before -> Changes.between(before, now))
        .orElse(List.of(new Reason.FirstRun()));
  }
}
