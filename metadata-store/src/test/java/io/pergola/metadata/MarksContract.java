package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store does with marks: aliases, quarantine, staleness, deletion. */
abstract class MarksContract extends StoreFixture {
  @BeforeEach
  void types() {
    store.putType(MetadataType.artifact("Examples"));
    store.putType(MetadataType.artifact("Model"));
    store.putType(MetadataType.artifact("PushedModel"));
    store.putType(MetadataType.execution("Step"));
  }

  long artifact(String type) {
    return store.putArtifact(ArtifactDraft.of(type));
  }

  /** An execution that read and wrote. */
  long step(ExecutionState state, List<Long> inputs, List<Long> outputs) {
    long execution = store.putExecution(ExecutionDraft.of("Step").state(state));
    inputs.forEach(
        id -> store.putEvent(StoredEvent.of(id, execution, EventKind.INPUT, "model", 0)));
    outputs.forEach(
        id -> store.putEvent(StoredEvent.of(id, execution, EventKind.OUTPUT, "out", 0)));
    return execution;
  }

  long madeFrom(String type, Long... inputs) {
    long made = artifact(type);
    step(ExecutionState.COMPLETE, List.of(inputs), List.of(made));
    return made;
  }

  @Test
  void anAliasPointsWhereItWasMovedLastAndKeepsItsHistory() {
    long first = artifact("Model");
    long second = artifact("Model");
    Instant start = clock.instant();
    store.marks().setAlias("taxi", "production", first, "ann");
    clock.advance(Duration.ofHours(1));
    store.marks().moveAlias("taxi", "production", first, second, "ben");
    store.marks().setAlias("taxi", "champion", first, "ann");
    store.marks().setAlias("other", "production", first, "ann");

    assertThat(store.marks().alias("taxi", "production").map(Marks.Alias::artifactId))
        .contains(second);
    assertThat(store.marks().aliasHistory("taxi", "production"))
        .containsExactly(
            new Marks.Alias(
                "taxi", "production", second, start.plusSeconds(3600), "ben", Optional.empty()),
            new Marks.Alias(
                "taxi", "production", first, start, "ann", Optional.of(start.plusSeconds(3600))));
    assertThat(store.marks().aliases())
        .extracting(alias -> alias.pipeline() + "/" + alias.name())
        .containsExactly("other/production", "taxi/champion", "taxi/production");
  }

  @Test
  void settingAnAliasWhereItPointsIsNoChange() {
    long model = artifact("Model");
    Marks.Alias first = store.marks().setAlias("taxi", "production", model, "ann");
    clock.advance(Duration.ofHours(1));

    assertThat(store.marks().setAlias("taxi", "production", model, "ben")).isEqualTo(first);
    assertThat(store.marks().aliasHistory("taxi", "production")).containsExactly(first);
  }

  @Test
  void anAliasThatWasMovedMeanwhileIsNotMoved() {
    long first = artifact("Model");
    long second = artifact("Model");
    long third = artifact("Model");
    store.marks().setAlias("taxi", "production", second, "ann");

    assertThatThrownBy(() -> store.marks().moveAlias("taxi", "production", first, third, "ben"))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(
            "Cannot move alias 'production' of 'taxi' from artifact %d: it points at artifact %d. Look again, then decide."
                .formatted(first, second));
    assertThatThrownBy(() -> store.marks().moveAlias("taxi", "beta", first, third, "ben"))
        .hasMessageContaining("it points at nothing");
    assertThat(store.marks().alias("taxi", "production").map(Marks.Alias::artifactId))
        .contains(second);
  }

  @Test
  void anAliasPointsAtLiveArtifactsOnly() {
    long gone = store.putArtifact(ArtifactDraft.of("Model").state(ArtifactState.DELETED));

    assertThatThrownBy(() -> store.marks().setAlias("taxi", "production", gone, "ann"))
        .hasMessage(
            "Cannot point alias 'production' at artifact %d: it is DELETED. Choose a live one."
                .formatted(gone));
    assertThatThrownBy(() -> store.marks().setAlias("taxi", "production", 999, "ann"))
        .hasMessage(
            "Cannot point an alias at artifact 999: there is none. List them: pergola artifacts.");
    assertThatThrownBy(() -> store.marks().setAlias("taxi", "", gone, "ann"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aRemovedAliasLeavesItsHistory() {
    long model = artifact("Model");
    store.marks().setAlias("taxi", "production", model, "ann");

    assertThat(store.marks().removeAlias("taxi", "production", "ben").map(Marks.Alias::artifactId))
        .contains(model);
    assertThat(store.marks().removeAlias("taxi", "production", "ben")).isEmpty();
    assertThat(store.marks().alias("taxi", "production")).isEmpty();
    assertThat(store.marks().aliasHistory("taxi", "production")).hasSize(1);
  }

  @Test
  void anAliasThatManyMoveAtOnceHasOneHistoryWithoutGaps() throws Exception {
    List<Long> models = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      models.add(artifact("Model"));
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    List<Future<Marks.Alias>> moves = new ArrayList<>();
    for (long model : models) {
      Callable<Marks.Alias> move =
          () -> store.marks().setAlias("taxi", "production", model, "m" + model);
      moves.add(threads.submit(move));
    }
    for (Future<Marks.Alias> move : moves) {
      move.get();
    }
    threads.shutdown();

    List<Marks.Alias> history = store.marks().aliasHistory("taxi", "production");
    assertThat(history).extracting(Marks.Alias::artifactId).hasSameElementsAs(models);
    assertThat(history.stream().filter(alias -> alias.until().isEmpty())).hasSize(1);
    assertThat(store.marks().alias("taxi", "production")).contains(history.get(0));
  }

  @Test
  void quarantineCoversDescendantsIncludingLaterOnes() {
    long raw = artifact("Examples");
    long model = madeFrom("Model", raw);
    long sibling = artifact("Examples");
    Marks.Quarantine quarantine = store.marks().quarantine(raw, "bad labels", "ann");
    long later = madeFrom("PushedModel", model);

    assertThat(store.marks().quarantined(List.of(raw, model, sibling, later, 999L)))
        .isEqualTo(new TreeMap<>(Map.of(raw, quarantine, model, quarantine, later, quarantine)));
  }

  @Test
  void anArtifactsOwnQuarantineComesBeforeThoseOfItsAncestors() {
    long first = artifact("Examples");
    long second = artifact("Examples");
    long model = madeFrom("Model", first, second);
    Marks.Quarantine ofFirst = store.marks().quarantine(first, "a", "ann");
    store.marks().quarantine(second, "b", "ann");

    assertThat(store.marks().quarantined(List.of(model))).isEqualTo(Map.of(model, ofFirst));
    Marks.Quarantine own = store.marks().quarantine(model, "c", "ann");
    assertThat(store.marks().quarantined(List.of(model))).isEqualTo(Map.of(model, own));
  }

  @Test
  void quarantineFollowsCyclesThroughCachedExecutionsOnce() {
    long a = artifact("Examples");
    long b = madeFrom("Model", a);
    step(ExecutionState.CACHED, List.of(b), List.of(a));
    Marks.Quarantine quarantine = store.marks().quarantine(a, "odd", "ann");

    assertThat(store.marks().quarantined(List.of(b))).isEqualTo(Map.of(b, quarantine));
  }

  @Test
  void aLiftedQuarantineCoversNothingAndStaysOnRecord() {
    long raw = artifact("Examples");
    long model = madeFrom("Model", raw);
    Instant start = clock.instant();
    store.marks().quarantine(raw, "bad labels", "ann");
    clock.advance(Duration.ofDays(1));

    Optional<Marks.Quarantine> lifted = store.marks().lift(raw, "ben");

    assertThat(lifted)
        .contains(
            new Marks.Quarantine(
                raw,
                "bad labels",
                start,
                "ann",
                Optional.of(start.plus(Duration.ofDays(1))),
                Optional.of("ben")));
    assertThat(store.marks().lift(raw, "ben")).isEmpty();
    assertThat(store.marks().quarantined(List.of(raw, model))).isEmpty();
    assertThat(store.marks().quarantines()).isEmpty();
    clock.advance(Duration.ofDays(1));
    store.marks().quarantine(raw, "again", "ann");
    assertThat(store.marks().quarantineHistory())
        .extracting(Marks.Quarantine::reason)
        .containsExactly("again", "bad labels");
  }

  @Test
  void quarantiningAgainKeepsTheFirstReason() {
    long raw = artifact("Examples");
    Marks.Quarantine first = store.marks().quarantine(raw, "bad labels", "ann");

    assertThat(store.marks().quarantine(raw, "other", "ben")).isEqualTo(first);
    assertThatThrownBy(() -> store.marks().quarantine(999, "x", "ann"))
        .hasMessageStartingWith("Cannot quarantine artifact 999: there is none.");
  }

  @Test
  void anArtifactIsStaleUntilItIsSaidToBeFresh() {
    long model = artifact("Model");
    Marks.Stale stale = store.marks().markStale(model, "version 2 of span 7 came");

    assertThat(store.marks().markStale(model, "another")).isEqualTo(stale);
    assertThat(store.marks().stale(List.of(model, 999L))).isEqualTo(Map.of(model, stale));
    store.marks().markFresh(List.of(model));
    assertThat(store.marks().stale(List.of(model))).isEmpty();
  }

  @Test
  void p8ADeletionIsMarkedThenDoneAndUndoableBetween() {
    long one = artifact("Examples");
    long two = artifact("Examples");
    Instant marked = clock.instant();

    assertThat(store.marks().markForDeletion(Map.of(one, "old", two, "old")))
        .isEqualTo(new Marks.Sweep(List.of(one, two), Map.of()));
    assertThat(state(one)).isEqualTo(ArtifactState.MARKED_FOR_DELETION);
    assertThat(store.marks().markedForDeletion())
        .containsExactly(
            new Marks.Deletion(one, "old", marked, Optional.empty()),
            new Marks.Deletion(two, "old", marked, Optional.empty()));
    assertThat(store.marks().undoDeletion(List.of(one, 999L))).containsExactly(one);
    assertThat(state(one)).isEqualTo(ArtifactState.LIVE);

    assertThat(store.marks().delete(List.of(one, two)).done())
        .as("only what is marked is deleted")
        .containsExactly(two);
    assertThat(state(two)).isEqualTo(ArtifactState.DELETED);
    assertThat(store.marks().undoDeletion(List.of(two))).isEmpty();
    assertThat(store.marks().deletedWithFiles())
        .extracting(Marks.Deletion::artifactId)
        .containsExactly(two);
    store.marks().filesGone(List.of(two));
    assertThat(store.marks().deletedWithFiles()).isEmpty();
    assertThat(store.marks().markedForDeletion()).isEmpty();
  }

  @Test
  void p8AnAliasedArtifactIsNeitherMarkedNorDeleted() {
    long model = artifact("Model");
    store.marks().setAlias("taxi", "production", model, "ann");
    Marks.Protection protection =
        new Marks.Protection(
            Marks.Protection.Kind.ALIAS, "alias 'production' of taxi points at it");

    assertThat(store.marks().markForDeletion(Map.of(model, "old")))
        .isEqualTo(new Marks.Sweep(List.of(), Map.of(model, protection)));
    store.marks().removeAlias("taxi", "production", "ann");
    assertThat(store.marks().markForDeletion(Map.of(model, "old")).done()).containsExactly(model);
  }

  @Test
  void p8WhatALiveRunUsesIsNeitherMarkedNorDeleted() {
    long raw = artifact("Examples");
    long other = artifact("Examples");
    store.marks().markForDeletion(Map.of(raw, "old", other, "old"));
    Lease lease =
        store
            .runs()
            .create(
                new RunDraft(
                    "r1", "taxi", "{}", new TreeMap<>(), List.of(new RunDraft.Node("n", "Step"))),
                "me",
                Duration.ofMinutes(1));
    store.runs().move(lease, "r1", RunState.RUNNING, Optional.empty());
    long execution = step(ExecutionState.CACHED, List.of(), List.of(raw));
    store.runs().change(lease, "r1", NodeChange.of("n").execution(execution));

    assertThat(store.marks().delete(List.of(raw, other)))
        .isEqualTo(
            new Marks.Sweep(
                List.of(other),
                Map.of(
                    raw,
                    new Marks.Protection(
                        Marks.Protection.Kind.LIVE_RUN, "run r1 is not over and uses it"))));
    assertThat(state(raw)).as("it loses its mark").isEqualTo(ArtifactState.LIVE);

    store.runs().move(lease, "r1", RunState.SUCCEEDED, Optional.empty());
    assertThat(store.marks().protections(List.of(raw))).isEmpty();
  }

  @Test
  void p8WhatIsTakenOverLosesItsMarkAndWhatIsDeletedIsNotTakenOver() {
    long marked = artifact("Examples");
    long deleted = artifact("Examples");
    store.marks().markForDeletion(Map.of(marked, "old", deleted, "old"));
    store.marks().delete(List.of(deleted));

    store.publish(
        Publication.of(ExecutionDraft.of("Step").state(ExecutionState.CACHED))
            .output("out", 0, marked));

    assertThat(state(marked)).isEqualTo(ArtifactState.LIVE);
    assertThat(store.marks().markedForDeletion()).isEmpty();
    assertThatThrownBy(
            () ->
                store.publish(
                    Publication.of(ExecutionDraft.of("Step").state(ExecutionState.CACHED))
                        .output("out", 0, deleted)))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(
            "Cannot use artifact %d: it was deleted meanwhile. Run again.".formatted(deleted));
  }

  @Test
  void p8TheNewestPushedVersionOfADirectoryAndItsModelAreProtected() {
    long oldModel = artifact("Model");
    long newModel = artifact("Model");
    long oldPush = pushed(oldModel, "/serving/taxi/7", 7);
    long newPush = pushed(newModel, "/serving/taxi/9", 9);
    long elsewhere = pushed(oldModel, "/serving/beta/1", 1);

    assertThat(store.marks().served())
        .containsExactly(
            new Marks.Served(
                elsewhere, Optional.of(oldModel), "/serving/beta", "/serving/beta/1", 1),
            new Marks.Served(
                newPush, Optional.of(newModel), "/serving/taxi", "/serving/taxi/9", 9));
    assertThat(store.marks().protections(List.of(oldModel, newModel, oldPush, newPush, elsewhere)))
        .containsOnlyKeys(oldModel, newModel, newPush, elsewhere);
  }

  @Test
  void anArtifactInQuarantineIsKeptAsEvidence() {
    long raw = artifact("Examples");
    long model = madeFrom("Model", raw);
    store.marks().quarantine(raw, "bad labels", "ann");

    assertThat(store.marks().protections(List.of(raw, model)))
        .isEqualTo(
            Map.of(
                raw,
                new Marks.Protection(
                    Marks.Protection.Kind.QUARANTINE, "it is in quarantine: bad labels")));
  }

  private long pushed(long model, String destination, long version) {
    long pushed =
        store.putArtifact(
            ArtifactDraft.of("PushedModel")
                .customProperty("pushed_destination", PropertyValue.of(destination))
                .customProperty("pushed_version", PropertyValue.of(version)));
    step(ExecutionState.COMPLETE, List.of(model), List.of(pushed));
    return pushed;
  }

  private ArtifactState state(long id) {
    return store.artifact(id).orElseThrow().state();
  }
}
