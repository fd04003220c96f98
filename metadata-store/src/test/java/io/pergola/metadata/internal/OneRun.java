package io.pergola.metadata.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.ArtifactDraft;
import io.pergola.metadata.ArtifactFilter;
import io.pergola.metadata.ContextDraft;
import io.pergola.metadata.ContextFilter;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionDraft;
import io.pergola.metadata.ExecutionFilter;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.Paging;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.Publication;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The life of a run with one node, as a runner tells it to the store, and what must hold of it. */
final class OneRun {
  private OneRun() {}

  static void types(MetadataStore store) {
    store.putType(MetadataType.artifact("Model"));
    store.putType(MetadataType.execution("Step"));
    store.putType(MetadataType.context("pipeline_run"));
  }

  /** Does what is not done yet; a second call after a failure resumes it. */
  static void drive(MetadataStore store, String id) {
    Lease lease =
        store.runs().find(id).isPresent()
            ? store.leases().steal(Lease.ofRun(id), "second", Duration.ofMinutes(1))
            : store
                .runs()
                .create(
                    new RunDraft(
                        id, "taxi", "{}", new TreeMap<>(), List.of(new RunDraft.Node("n", "Step"))),
                    "first",
                    Duration.ofMinutes(1));
    if (store.runs().find(id).orElseThrow().state().isFinished()) {
      return;
    }
    store.runs().move(lease, id, RunState.RUNNING, Optional.empty());
    if (!store.runs().node(id, "n").orElseThrow().state().isPublished()) {
      store.runs().change(lease, id, NodeChange.of("n").to(NodeState.RUNNING));
      store.publish(
          Publication.of(
                  ExecutionDraft.of("Step")
                      .state(ExecutionState.COMPLETE)
                      .customProperty("run_id", PropertyValue.of(id)))
              .output("model", 0, ArtifactDraft.of("Model").uri(id))
              .context(ContextDraft.of("pipeline_run", id))
              .node(id, NodeChange.of("n").to(NodeState.COMPLETE))
              .under(lease));
    }
    store.runs().move(lease, id, RunState.SUCCEEDED, Optional.empty());
    store.leases().release(lease);
  }

  /** Nothing is there by half, and nothing twice. */
  static void check(MetadataStore store, String id) {
    List<StoredExecution> executions =
        store
            .executions(
                ExecutionFilter.all().customProperty("run_id", PropertyValue.of(id)), Paging.all())
            .items();
    List<StoredArtifact> artifacts =
        store.artifacts(ArtifactFilter.all().uri(id), Paging.all()).items();
    List<StoredRun> runs =
        store.runs().list(RunFilter.newest(10_000)).stream()
            .filter(run -> run.id().equals(id))
            .toList();
    assertThat(runs).hasSizeLessThanOrEqualTo(1);
    if (runs.isEmpty()) {
      assertThat(store.leases().current(Lease.ofRun(id))).isEmpty();
      assertThat(executions).isEmpty();
    } else {
      StoredNode node = store.runs().node(id, "n").orElseThrow();
      assertThat(executions).hasSize(node.state() == NodeState.COMPLETE ? 1 : 0);
      assertThat(node.executionId())
          .isEqualTo(executions.stream().map(StoredExecution::id).findFirst());
      if (runs.get(0).state() == RunState.SUCCEEDED) {
        assertThat(node.state()).isEqualTo(NodeState.COMPLETE);
      }
    }
    assertThat(artifacts).hasSameSizeAs(executions);
    for (StoredExecution execution : executions) {
      assertThat(store.eventsOfExecutions(List.of(execution.id())))
          .extracting(StoredEvent::artifactId, StoredEvent::kind, StoredEvent::keys)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(
                  artifacts.get(0).id(), EventKind.OUTPUT, List.of("model")));
      assertThat(
              store.contexts(ContextFilter.all().executionId(execution.id()), Paging.all()).items())
          .extracting(context -> context.name())
          .containsExactly(id);
    }
  }

  static void checkDone(MetadataStore store, String id) {
    check(store, id);
    assertThat(store.runs().find(id).orElseThrow().state()).isEqualTo(RunState.SUCCEEDED);
  }
}
