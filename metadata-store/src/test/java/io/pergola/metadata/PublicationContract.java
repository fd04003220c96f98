package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store does when it publishes executions and follows lineage. */
abstract class PublicationContract extends StoreFixture {
  @BeforeEach
  void putTypes() {
    for (String type : List.of("Examples", "Statistics", "Model")) {
      store.putType(MetadataType.artifact(type));
    }
    store.putType(MetadataType.execution("Step"));
    store.putType(MetadataType.context("pipeline"));
    store.putType(MetadataType.context("pipeline_run"));
  }

  private long artifact(String type) {
    return store.putArtifact(ArtifactDraft.of(type));
  }

  /** An execution that reads and writes these artifacts. */
  private long step(List<Long> inputs, List<Long> outputs) {
    Publication publication =
        Publication.of(ExecutionDraft.of("Step").state(ExecutionState.COMPLETE));
    for (long input : inputs) {
      publication = publication.input("in", 0, input);
    }
    for (long output : outputs) {
      publication = publication.output("out", 0, output);
    }
    return store.publish(publication).executionId();
  }

  @Test
  void allOfAPublicationBecomesVisibleTogether() {
    long trips = artifact("Examples");
    long execution =
        store.putExecution(ExecutionDraft.of("Step").customProperty("pid", PropertyValue.of(1)));
    clock.advance(Duration.ofSeconds(9));

    Published published =
        store.publish(
            Publication.of(execution, ExecutionState.COMPLETE)
                .property("rows", PropertyValue.of(10))
                .input("examples", 0, trips)
                .output("statistics", 0, ArtifactDraft.of("Statistics").uri("/s"))
                .output("model", 0, ArtifactDraft.of("Model").uri("/m"))
                .context(ContextDraft.of("pipeline", "taxi"))
                .context(ContextDraft.of("pipeline_run", "run-1")));

    assertThat(published.executionId()).isEqualTo(execution);
    StoredExecution stored = store.execution(execution).orElseThrow();
    assertThat(stored.state()).isEqualTo(ExecutionState.COMPLETE);
    assertThat(stored.customProperties()).containsOnlyKeys("pid", "rows");
    assertThat(stored.updated()).isEqualTo(clock.instant());
    assertThat(store.eventsOfExecutions(List.of(execution)))
        .extracting(StoredEvent::artifactId, StoredEvent::kind, event -> event.keys().get(0))
        .containsExactly(
            tuple(trips, EventKind.INPUT, "examples"),
            tuple(published.outputs().get(0), EventKind.OUTPUT, "statistics"),
            tuple(published.outputs().get(1), EventKind.OUTPUT, "model"));
    for (long context : published.contexts()) {
      assertThat(store.artifacts(ArtifactFilter.all().contextId(context), Paging.all()).items())
          .extracting(StoredArtifact::uri)
          .containsExactly(Optional.of("/s"), Optional.of("/m"));
      assertThat(store.executions(ExecutionFilter.all().contextId(context), Paging.all()).items())
          .containsExactly(stored);
    }
  }

  @Test
  void aPublicationThatFailsLeavesNothing() {
    Publication publication =
        Publication.of(ExecutionDraft.of("Step"))
            .output("model", 0, ArtifactDraft.of("Model"))
            .context(ContextDraft.of("pipeline", "taxi"))
            .context(ContextDraft.of("no such type", "x"));

    assertThatThrownBy(() -> store.publish(publication)).isInstanceOf(MetadataStoreException.class);

    assertThat(store.artifacts(ArtifactFilter.all(), Paging.all()).items()).isEmpty();
    assertThat(store.executions(ExecutionFilter.all(), Paging.all()).items()).isEmpty();
    assertThat(store.contexts(ContextFilter.all(), Paging.all()).items()).isEmpty();
  }

  @Test
  void publishingUnderALostLeaseChangesNothing() {
    Lease stale =
        store
            .runs()
            .create(
                new RunDraft(
                    "r", "taxi", "{}", new TreeMap<>(), List.of(new RunDraft.Node("n", "Step"))),
                "first",
                Duration.ofSeconds(30));
    long execution = store.putExecution(ExecutionDraft.of("Step"));
    clock.advance(Duration.ofSeconds(31));
    Lease fresh =
        store.leases().acquire(Lease.ofRun("r"), "second", Duration.ofSeconds(30)).orElseThrow();
    Publication publication =
        Publication.of(execution, ExecutionState.COMPLETE)
            .output("model", 0, ArtifactDraft.of("Model"))
            .node("r", NodeChange.of("n").to(NodeState.COMPLETE));

    assertThatThrownBy(() -> store.publish(publication.under(stale)))
        .isInstanceOf(LeaseLostException.class)
        .hasMessage(
            "Cannot write under lease 'run/r' of first: its epoch 1 is over. Stop; the new holder"
                + " goes on.");
    assertThat(store.artifacts(ArtifactFilter.all(), Paging.all()).items()).isEmpty();
    assertThat(store.execution(execution).orElseThrow().state()).isEqualTo(ExecutionState.RUNNING);
    assertThat(store.runs().node("r", "n").orElseThrow().state()).isEqualTo(NodeState.PENDING);

    store.publish(publication.under(fresh));

    StoredNode node = store.runs().node("r", "n").orElseThrow();
    assertThat(node.state()).isEqualTo(NodeState.COMPLETE);
    assertThat(node.executionId()).contains(execution);
    assertThatThrownBy(
            () ->
                store.publish(
                    publication.under(fresh).node("r", NodeChange.of("n").to(NodeState.FAILED))))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(
            "Cannot make node 'n' of run 'r' FAILED: it is COMPLETE, and its outputs are published."
                + " Start a new run.");
  }

  /** Between a cancellation and the release of its lease: the fence alone would let it through. */
  @Test
  void aNodeThatOutlivesTheEndOfItsRunPublishesNothing() {
    Lease lease =
        store
            .runs()
            .create(
                new RunDraft(
                    "r", "taxi", "{}", new TreeMap<>(), List.of(new RunDraft.Node("a", "A"))),
                "me",
                Duration.ofMinutes(1));
    store.runs().move(lease, "r", RunState.RUNNING, Optional.empty());
    store.runs().change(lease, "r", NodeChange.of("a").to(NodeState.RUNNING));
    store.runs().move(lease, "r", RunState.CANCELLED, Optional.of("asked"));
    String refused =
        "Cannot change node 'a' of run 'r': the run is CANCELLED. Resume it if it failed, or start"
            + " a new one.";

    assertThatThrownBy(
            () ->
                store.publish(
                    Publication.of(ExecutionDraft.of("Step").state(ExecutionState.COMPLETE))
                        .output("out", 0, ArtifactDraft.of("Model"))
                        .node("r", NodeChange.of("a").to(NodeState.COMPLETE))
                        .under(lease)))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(refused);
    assertThatThrownBy(
            () -> store.runs().change(lease, "r", NodeChange.of("a").to(NodeState.COMPLETE)))
        .hasMessage(refused);

    assertThat(store.leases().isHeld(lease)).isTrue();
    assertThat(store.runs().node("r", "a").orElseThrow().state()).isEqualTo(NodeState.RUNNING);
    assertThat(store.artifacts(ArtifactFilter.all(), Paging.all()).items()).isEmpty();
    assertThat(store.executions(ExecutionFilter.all(), Paging.all()).items()).isEmpty();
  }

  @Test
  void publishingAnUnknownExecutionIsRefused() {
    assertThatThrownBy(() -> store.publish(Publication.of(5, ExecutionState.COMPLETE)))
        .hasMessage("Cannot publish execution 5: there is none. Put it first.");
  }

  /** trips -> statistics; trips -> model; model -> evaluation of two models. */
  @Test
  void lineageGoesUpAndDownWithDistances() {
    long trips = artifact("Examples");
    long statistics = artifact("Statistics");
    long model = artifact("Model");
    long pushed = artifact("Model");
    long sibling = artifact("Statistics");
    long gen = step(List.of(trips), List.of(statistics, sibling));
    long train = step(List.of(trips, statistics), List.of(model));
    long push = step(List.of(model), List.of(pushed));

    Lineage up = store.lineage(pushed, LineageQuery.up()).orElseThrow();
    assertThat(relatives(up))
        .containsExactly(
            "%d at -1".formatted(model),
            "%d at -2".formatted(trips),
            "%d at -2".formatted(statistics));
    assertThat(up.executions()).extracting(StoredExecution::id).containsExactly(gen, train, push);
    assertThat(up.events()).hasSize(7);

    Lineage down = store.lineage(trips, LineageQuery.down()).orElseThrow();
    assertThat(relatives(down))
        .containsExactly(
            "%d at 1".formatted(statistics),
            "%d at 1".formatted(model),
            "%d at 1".formatted(sibling),
            "%d at 2".formatted(pushed));

    Lineage both = store.lineage(statistics, LineageQuery.both()).orElseThrow();
    assertThat(relatives(both))
        .as("a sibling is not lineage")
        .containsExactly(
            "%d at -1".formatted(trips), "%d at 1".formatted(model), "%d at 2".formatted(pushed));
    assertThat(store.lineage(99, LineageQuery.up())).isEmpty();
  }

  @Test
  void lineageKeepsItsLimits() {
    long trips = artifact("Examples");
    long statistics = artifact("Statistics");
    long model = artifact("Model");
    long gen = step(List.of(trips), List.of(statistics));
    long train = step(List.of(statistics), List.of(model));

    assertThat(relatives(store.lineage(model, LineageQuery.up().depth(1)).orElseThrow()))
        .containsExactly("%d at -1".formatted(statistics));
    assertThat(store.lineage(model, LineageQuery.up().depth(0)).orElseThrow().executions())
        .isEmpty();
    Lineage stopped =
        store.lineage(model, LineageQuery.up().stopAt("Statistics", "Model")).orElseThrow();
    assertThat(relatives(stopped)).containsExactly("%d at -1".formatted(statistics));
    assertThat(stopped.executions()).extracting(StoredExecution::id).containsExactly(train);
    Lineage only = store.lineage(model, LineageQuery.up().only("Examples")).orElseThrow();
    assertThat(relatives(only)).containsExactly("%d at -2".formatted(trips));
    assertThat(only.executions()).extracting(StoredExecution::id).containsExactly(gen, train);
  }

  @Test
  void aCycleThroughACachedExecutionEnds() {
    long trips = artifact("Examples");
    long statistics = artifact("Statistics");
    step(List.of(trips), List.of(statistics));
    step(List.of(statistics), List.of(trips));

    assertThat(relatives(store.lineage(trips, LineageQuery.both()).orElseThrow()))
        .containsExactly("%d at -1".formatted(statistics));
  }

  @Test
  void longAndWideLineageIsFollowedInFull() {
    long first = artifact("Examples");
    long current = first;
    for (int i = 0; i < 60; i++) {
      List<Long> next = LongStream.range(0, 10).map(n -> artifact("Examples")).boxed().toList();
      step(List.of(current), next);
      current = next.get(9);
    }

    Lineage down = store.lineage(first, LineageQuery.down()).orElseThrow();
    Lineage up = store.lineage(current, LineageQuery.up()).orElseThrow();

    assertThat(down.relatives()).hasSize(600);
    assertThat(up.relatives()).hasSize(60);
    assertThat(up.relatives().get(59).depth()).isEqualTo(-60);
  }

  private static List<String> relatives(Lineage lineage) {
    return lineage.relatives().stream()
        .map(relative -> "%d at %d".formatted(relative.artifact().id(), relative.depth()))
        .toList();
  }
}
