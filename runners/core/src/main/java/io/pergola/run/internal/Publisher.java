package io.pergola.run.internal;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.ContextDraft;
import io.pergola.metadata.ExecutionDraft;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeStart;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.Publication;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.pipeline.PipelineGraph;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Manifest;
import io.pergola.run.NodeOutcome;
import io.pergola.run.RunningNode;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSelection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;

/** Makes executions and their artifacts visible in the store, each in one transaction. */
final class Publisher {
  private static final int MOST_LOGS = 1_000;

  private final RunSession run;
  private final Lease lease;
  private final Set<MetadataType> known = ConcurrentHashMap.newKeySet();

  /** Publishes under the epoch that the run's lease has now, and under no later one. */
  Publisher(RunSession run) {
    this.run = run;
    this.lease = run.lease().lease();
    put(MetadataType.context(Catalog.PIPELINE));
    put(MetadataType.context(Catalog.RUN));
    put(MetadataType.context(Catalog.NODE));
  }

  /**
   * Records that an execution begins; it is not visible as a result.
   *
   * @return empty if another run executes the same thing, or did since
   */
  Optional<NodeStart.Started> start(
      PipelineGraph.Node node, KeyParts parts, NodeChange change, Optional<NodeStart.Claim> claim) {
    put(MetadataType.execution(node.component()));
    return run.store()
        .runs()
        .start(
            lease,
            new NodeStart(run.runId(), change, draft(node, ExecutionState.RUNNING, parts), claim));
  }

  /** Records that another attempt of an execution begins. */
  void restart(PipelineGraph.Node node, int attempt) {
    run.store()
        .runs()
        .change(
            lease, run.runId(), NodeChange.of(node.id()).to(NodeState.RUNNING).attempt(attempt));
  }

  /** Records the engine's job, before anybody waits for it. */
  void submitted(String node, String jobId) {
    run.store().runs().change(lease, run.runId(), NodeChange.of(node).job(jobId));
  }

  /** Ends an execution that another run has replaced. */
  void abandon(long execution) {
    StoredExecution stored = run.store().execution(execution).orElseThrow();
    if (stored.state() == ExecutionState.RUNNING) {
      run.store().updateExecution(execution, stored.draft().state(ExecutionState.CANCELED));
    }
  }

  /** Publishes the outputs of an execution under their final names. */
  void complete(
      PipelineGraph.Node node,
      NodeStart.Started started,
      Map<String, Optional<ArtifactRecord>> inputs,
      SortedMap<String, Manifest> outputs,
      OutputFolders folders,
      ExecutionHandle handle) {
    long execution = started.executionId();
    Publication publication =
        contexts(
            node, releasing(Publication.of(execution, ExecutionState.COMPLETE), started), inputs);
    for (PipelineGraph.Output output : node.outputs()) {
      Manifest manifest = outputs.get(output.name());
      if (manifest != null) {
        put(MetadataType.artifact(output.type()));
        publication =
            publication.output(
                output.name(), 0, artifact(node, output, execution, manifest, folders, handle));
      }
    }
    for (Map.Entry<String, Double> metric : handle.metrics().entrySet()) {
      publication =
          publication.property(
              Catalog.METRIC + metric.getKey(),
              Double.isNaN(metric.getValue())
                  ? PropertyValue.of("NaN")
                  : PropertyValue.of(metric.getValue().doubleValue()));
    }
    publication = logs(node, publication);
    NodeChange change = NodeChange.of(node.id()).to(NodeState.COMPLETE).rows(handle.rowsDone());
    if (handle.stopReason().isPresent()) {
      String reason = handle.stopReason().get();
      publication = publication.property(Catalog.STOP, PropertyValue.of(reason));
      change = change.because(reason);
    } else if (handle.spans().flatMap(SpanSelection::note).isPresent()) {
      change = change.because(handle.spans().flatMap(SpanSelection::note).get());
    }
    publish(publication.node(run.runId(), change), node.id());
  }

  /** Publishes that a node takes over the outputs of an earlier execution. */
  long cached(
      PipelineGraph.Node node,
      KeyParts parts,
      Map<String, Optional<ArtifactRecord>> inputs,
      Optional<SpanSelection> spans,
      Catalog.Reusable reused) {
    put(MetadataType.execution(node.component()));
    Publication publication =
        contexts(node, Publication.of(draft(node, ExecutionState.CACHED, parts)), inputs)
            .property(Catalog.REUSED, PropertyValue.of(reused.executionId()));
    for (PipelineGraph.Output output : node.outputs()) {
      ArtifactRecord artifact = reused.outputs().get(output.name());
      if (artifact != null) {
        publication = publication.output(output.name(), 0, artifact.id());
      }
    }
    // Equal inputs made it: whatever was newer than it once is not newer now.
    run.store()
        .marks()
        .markFresh(reused.outputs().values().stream().map(ArtifactRecord::id).toList());
    NodeChange change = NodeChange.of(node.id()).to(NodeState.CACHED).cacheKey(parts.key());
    if (reused.stop().isPresent()) {
      publication = publication.property(Catalog.STOP, PropertyValue.of(reused.stop().get()));
      change = change.because(reused.stop().get());
    } else if (spans.flatMap(SpanSelection::note).isPresent()) {
      change = change.because(spans.flatMap(SpanSelection::note).get());
    }
    return publish(publication.node(run.runId(), change), node.id());
  }

  /** Publishes what a run takes of the nodes that it leaves out. */
  Map<String, NodeOutcome> leftOut(SelectedNodes selected) {
    Map<String, NodeOutcome> outcomes = new LinkedHashMap<>();
    for (PipelineGraph.Node node : run.pipeline().graph().nodes()) {
      SelectedNodes.Left left = selected.left().get(node.id());
      if (left != null && left.reused().isPresent()) {
        Catalog.Reusable reused = left.reused().get();
        long execution = taken(node, reused, left.reason());
        outcomes.put(
            node.id(),
            new NodeOutcome.Cached(
                node.id(),
                execution,
                reused.executionId(),
                reused.runId(),
                List.copyOf(reused.outputs().values()),
                Optional.empty()));
      } else if (left != null) {
        endedEarly(node, NodeState.SKIPPED, left.reason());
        outcomes.put(node.id(), new NodeOutcome.Skipped(node.id(), left.reason()));
      }
    }
    return outcomes;
  }

  /** With the cache key of what is taken: the inputs are not looked at. */
  private long taken(PipelineGraph.Node node, Catalog.Reusable reused, String reason) {
    put(MetadataType.execution(node.component()));
    StoredExecution earlier = run.store().execution(reused.executionId()).orElseThrow();
    ExecutionDraft draft =
        ExecutionDraft.of(node.component())
            .state(ExecutionState.CACHED)
            .customProperty(Catalog.RUN_ID, PropertyValue.of(run.runId()))
            .customProperty(Catalog.NODE_ID, PropertyValue.of(node.id()));
    for (String property : List.of(Catalog.KEY, Catalog.KEY_PARTS)) {
      Optional<PropertyValue> value = earlier.property(property);
      if (value.isPresent()) {
        draft = draft.customProperty(property, value.get());
      }
    }
    Publication publication =
        contexts(node, Publication.of(draft), Map.of())
            .property(Catalog.REUSED, PropertyValue.of(reused.executionId()));
    for (Map.Entry<String, ArtifactRecord> output : reused.outputs().entrySet()) {
      publication = publication.output(output.getKey(), 0, output.getValue().id());
    }
    NodeChange change = NodeChange.of(node.id()).to(NodeState.CACHED).because(reason);
    return publish(publication.node(run.runId(), change), node.id());
  }

  /** Publishes what a resolver found. */
  long resolved(PipelineGraph.Node node, Optional<ArtifactRecord> found) {
    put(MetadataType.execution(node.component()));
    ExecutionDraft draft =
        ExecutionDraft.of(node.component())
            .state(ExecutionState.CACHED)
            .customProperty(Catalog.RUN_ID, PropertyValue.of(run.runId()))
            .customProperty(Catalog.NODE_ID, PropertyValue.of(node.id()));
    Publication publication = contexts(node, Publication.of(draft), Map.of());
    if (found.isPresent()) {
      publication = publication.output(node.outputs().get(0).name(), 0, found.get().id());
    }
    return publish(
        publication.node(run.runId(), NodeChange.of(node.id()).to(NodeState.COMPLETE)), node.id());
  }

  /** Records that the last attempt of a node ended without a result. */
  void ended(
      PipelineGraph.Node node, NodeStart.Started started, ExecutionState state, String reason) {
    NodeState nodeState = state == ExecutionState.CANCELED ? NodeState.CANCELLED : NodeState.FAILED;
    Publication publication = releasing(Publication.of(started.executionId(), state), started);
    publish(
        contexts(node, logs(node, publication), Map.of())
            .property("error", PropertyValue.of(reason))
            .node(run.runId(), NodeChange.of(node.id()).to(nodeState).because(reason)),
        node.id());
  }

  /** The logs of all attempts so far, relative to the workspace, and how long they are now. */
  private Publication logs(PipelineGraph.Node node, Publication publication) {
    Publication logged = publication;
    for (int attempt = 1; attempt <= MOST_LOGS; attempt++) {
      String log = RunningNode.log(run.runId(), node.id(), attempt);
      long bytes = run.home().resolve(log).toFile().length();
      if (bytes > 0) {
        logged =
            logged
                .property(Catalog.LOG + attempt, PropertyValue.of(log))
                .property(Catalog.LOG_BYTES + attempt, PropertyValue.of(bytes));
      } else if (attempt > 1) {
        break;
      }
    }
    return logged;
  }

  private static Publication releasing(Publication publication, NodeStart.Started started) {
    return started.claim().map(publication::releasing).orElse(publication);
  }

  /** Records that a node ended before it had an execution. */
  void endedEarly(PipelineGraph.Node node, NodeState state, String reason) {
    run.store()
        .runs()
        .change(
            run.lease().lease(), run.runId(), NodeChange.of(node.id()).to(state).because(reason));
  }

  /**
   * Whether the store has this execution as complete: asked when the outcome of a commit is not
   * known.
   */
  boolean isPublished(String node) {
    return run.store().runs().node(run.runId(), node).map(StoredNode::state).stream()
        .anyMatch(NodeState::isPublished);
  }

  private long publish(Publication publication, String node) {
    try {
      return run.store().publish(publication.under(lease)).executionId();
    } catch (LeaseLostException e) {
      throw e;
    } catch (MetadataStoreException e) {
      if (isPublished(node)) {
        return run.store()
            .runs()
            .node(run.runId(), node)
            .flatMap(StoredNode::executionId)
            .orElseThrow(() -> e);
      }
      throw e;
    }
  }

  private Publication contexts(
      PipelineGraph.Node node,
      Publication publication,
      Map<String, Optional<ArtifactRecord>> inputs) {
    for (Map.Entry<String, Optional<ArtifactRecord>> input : inputs.entrySet()) {
      if (input.getValue().isPresent()) {
        publication = publication.input(input.getKey(), 0, input.getValue().get().id());
      }
    }
    String pipeline = run.pipelineName();
    return publication
        .context(ContextDraft.of(Catalog.PIPELINE, pipeline))
        .context(ContextDraft.of(Catalog.RUN, run.runId()))
        .context(ContextDraft.of(Catalog.NODE, Catalog.nodeContext(pipeline, node.id())));
  }

  /**
   * An execution that was reused does not have the key again: a key finds its result among few,
   * however often it is reused.
   */
  private ExecutionDraft draft(PipelineGraph.Node node, ExecutionState state, KeyParts parts) {
    ExecutionDraft draft =
        ExecutionDraft.of(node.component())
            .state(state)
            .customProperty(Catalog.KEY_PARTS, PropertyValue.of(parts.json()))
            .customProperty(Catalog.RUN_ID, PropertyValue.of(run.runId()))
            .customProperty(Catalog.NODE_ID, PropertyValue.of(node.id()));
    if (state != ExecutionState.CACHED) {
      draft = draft.customProperty(Catalog.KEY, PropertyValue.of(parts.key()));
    }
    Optional<String> interval = RunTimes.interval(run.context());
    return interval.isEmpty()
        ? draft
        : draft
            .customProperty(Catalog.INTERVAL, PropertyValue.of(interval.get()))
            .customProperty(Catalog.ATTEMPT, PropertyValue.of(run.context().attempt()));
  }

  private ArtifactDraft artifact(
      PipelineGraph.Node node,
      PipelineGraph.Output output,
      long execution,
      Manifest manifest,
      OutputFolders folders,
      ExecutionHandle handle) {
    String uri = run.home().relativize(folders.published(output.name())).toString();
    ArtifactDraft draft =
        ArtifactDraft.of(output.type())
            .uri(uri.replace('\\', '/'))
            .customProperty(Catalog.A_PIPELINE, PropertyValue.of(run.pipelineName()))
            .customProperty(Catalog.A_NODE, PropertyValue.of(node.id()))
            .customProperty(Catalog.A_OUTPUT, PropertyValue.of(output.name()))
            .customProperty(Catalog.A_RUN, PropertyValue.of(run.runId()))
            .customProperty(Catalog.A_EXECUTION, PropertyValue.of(execution))
            .customProperty(Catalog.A_HASH, PropertyValue.of(manifest.contentHash()))
            .customProperty(Catalog.A_BYTES, PropertyValue.of(manifest.bytes()));
    Optional<String> interval = RunTimes.interval(run.context());
    if (interval.isPresent()) {
      draft =
          draft
              .customProperty(Catalog.A_INTERVAL, PropertyValue.of(interval.get()))
              .customProperty(Catalog.A_ATTEMPT, PropertyValue.of(run.context().attempt()));
    }
    draft = spans(draft, handle.spans());
    for (Map.Entry<String, Object> property : handle.properties(output.name()).entrySet()) {
      draft = draft.customProperty(property.getKey(), PropertyValue.ofObject(property.getValue()));
    }
    return draft;
  }

  /** As ML Metadata has them, {@code span} and {@code version}; for a window, those of its end. */
  private static ArtifactDraft spans(ArtifactDraft draft, Optional<SpanSelection> spans) {
    Optional<FoundSpan> newest = spans.flatMap(SpanSelection::newest);
    return newest.isEmpty()
        ? draft
        : draft
            .customProperty("span", PropertyValue.of(newest.get().span()))
            .customProperty("version", PropertyValue.of(newest.get().version()))
            .customProperty("spans", PropertyValue.of(spans.get().ranges()));
  }

  private void put(MetadataType type) {
    if (!known.contains(type)) {
      run.store().putType(type);
      known.add(type);
    }
  }
}
