package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What every metadata store does beyond putting and finding: ML Metadata's other verbs. */
abstract class VerbsContract extends StoreFixture {
  private long artifact(String type) {
    store.putType(MetadataType.artifact(type));
    return store.putArtifact(ArtifactDraft.of(type));
  }

  private long step(String type, List<Long> inputs, List<Long> outputs) {
    store.putType(MetadataType.execution(type));
    long execution = store.putExecution(ExecutionDraft.of(type).state(ExecutionState.COMPLETE));
    inputs.forEach(id -> store.putEvent(StoredEvent.of(id, execution, EventKind.INPUT, "in", 0)));
    outputs.forEach(id -> store.putEvent(StoredEvent.of(id, execution, EventKind.OUTPUT, "o", 0)));
    return execution;
  }

  private long madeFrom(String step, String type, Long... inputs) {
    long made = artifact(type);
    step(step, List.of(inputs), List.of(made));
    return made;
  }

  @Test
  void instancesOfSubtypesAreFoundByTheParent() {
    long base = store.putType(MetadataType.artifact("Dataset"));
    long examples = store.putType(MetadataType.artifact("Examples"));
    long taxi = store.putType(MetadataType.artifact("TaxiExamples"));
    store.putType(MetadataType.artifact("Model"));
    store.putParentType(examples, base);
    store.putParentType(taxi, examples);
    long one = store.putArtifact(ArtifactDraft.of("TaxiExamples"));
    long two = store.putArtifact(ArtifactDraft.of("Examples"));
    store.putArtifact(ArtifactDraft.of("Model"));

    assertThat(ids(ArtifactFilter.all().type("Dataset"))).containsExactly(one, two);
    assertThat(ids(ArtifactFilter.all().type("TaxiExamples"))).containsExactly(one);
    assertThat(ids(ArtifactFilter.all().type("Nothing"))).isEmpty();
    assertThat(ids(ArtifactFilter.all().where("type = 'Dataset'"))).containsExactly(one, two);
    assertThat(ids(ArtifactFilter.all().where("type != 'Examples'"))).containsExactly(3L);
  }

  @Test
  void aTypeInheritsPropertiesOfAllItsAncestors() {
    long base = store.putType(MetadataType.artifact("Dataset").declaring("rows", PropertyKind.INT));
    long other = store.putType(MetadataType.artifact("Dated").declaring("span", PropertyKind.INT));
    long examples =
        store.putType(MetadataType.artifact("Examples").declaring("splits", PropertyKind.STRING));
    store.putParentType(examples, base);
    store.putParentType(examples, other);

    assertThat(store.inheritedProperties(examples))
        .isEqualTo(
            Map.of(
                "rows", PropertyKind.INT, "span", PropertyKind.INT, "splits", PropertyKind.STRING));
    long id =
        store.putArtifact(
            ArtifactDraft.of("Examples")
                .property("rows", PropertyValue.of(3))
                .property("splits", PropertyValue.of("train")));
    assertThat(ids(ArtifactFilter.all().type("Dataset").property("rows", PropertyValue.of(3))))
        .containsExactly(id);
    assertThatThrownBy(
            () ->
                store.putArtifact(
                    ArtifactDraft.of("Examples").property("rows", PropertyValue.of("3"))))
        .hasMessageContaining("it is declared as INT");
  }

  @Test
  void familiesOfTypesHaveNoCyclesContradictionsOrMixedKinds() {
    long a = store.putType(MetadataType.artifact("A").declaring("x", PropertyKind.INT));
    long b = store.putType(MetadataType.artifact("B"));
    long c = store.putType(MetadataType.artifact("C").declaring("x", PropertyKind.STRING));
    long step = store.putType(MetadataType.execution("Step"));
    store.putParentType(b, a);

    assertThatThrownBy(() -> store.putParentType(a, b))
        .hasMessage(
            "Cannot make type 'B' the parent of 'A': it would descend from itself. Choose another.");
    assertThatThrownBy(() -> store.putParentType(a, a)).hasMessageContaining("from itself");
    assertThatThrownBy(() -> store.putParentType(c, b))
        .hasMessage(
            "Cannot make type 'B' the parent of 'C': property 'x' is INT in one and STRING in the"
                + " other. Use another name.");
    assertThatThrownBy(() -> store.putParentType(step, a))
        .hasMessage(
            "Cannot make type 'A' (ARTIFACT) the parent of 'Step' (EXECUTION). Choose one of the"
                + " same kind.");
    assertThatThrownBy(() -> store.putParentType(a, 999))
        .hasMessage("Cannot relate type 999: there is none. Put it first.");
  }

  @Test
  void anUpdateIsRefusedIfSomebodyElseUpdatedSinceItWasRead() {
    long id = artifact("Examples");
    StoredArtifact read = store.artifact(id).orElseThrow();
    store.updateArtifact(read, read.draft().uri("/a"));

    assertThatThrownBy(() -> store.updateArtifact(read, read.draft().uri("/b")))
        .isInstanceOfSatisfying(
            ConcurrentUpdateException.class,
            e -> {
              assertThat(e.id()).isEqualTo(id);
              assertThat(e.expected()).isEqualTo(read.updated());
            })
        .hasMessage(
            "Cannot update artifact %d: it was updated at %s, after the state of %s that this update starts from. Read it again, then update."
                .formatted(id, read.updated().plusMillis(1), read.updated()));
    StoredArtifact again = store.artifact(id).orElseThrow();
    assertThat(again.uri()).contains("/a");
    store.updateArtifact(again, again.draft().uri("/b"));
    assertThat(store.artifact(id).orElseThrow().uri()).contains("/b");
  }

  @Test
  void executionsAndContextsAreUpdatedOnlyAsTheyWereReadToo() {
    store.putType(MetadataType.execution("Step"));
    store.putType(MetadataType.context("pipeline"));
    StoredExecution execution =
        store.execution(store.putExecution(ExecutionDraft.of("Step"))).orElseThrow();
    StoredContext context =
        store.context(store.putContext(ContextDraft.of("pipeline", "taxi"))).orElseThrow();
    store.publish(Publication.of(execution.id(), ExecutionState.COMPLETE));
    store.updateContext(context, context.draft().customProperty("a", PropertyValue.of(1)));

    assertThatThrownBy(
            () -> store.updateExecution(execution, execution.draft().state(ExecutionState.FAILED)))
        .isInstanceOf(ConcurrentUpdateException.class);
    assertThatThrownBy(() -> store.updateContext(context, context.draft()))
        .isInstanceOf(ConcurrentUpdateException.class);
    assertThat(store.execution(execution.id()).orElseThrow().state())
        .isEqualTo(ExecutionState.COMPLETE);
  }

  @Test
  void aPageTokenBelongsToItsQueryAndOrder() {
    for (int i = 0; i < 5; i++) {
      artifact("Examples");
    }
    ArtifactFilter filter = ArtifactFilter.all().where("id > 0");
    String token = store.artifacts(filter, Paging.first(2, Order.ID)).next().orElseThrow();

    assertThat(store.artifacts(filter, Paging.first(2, Order.ID).after(token)).items())
        .extracting(StoredArtifact::id)
        .containsExactly(3L, 4L);
    List<Runnable> others =
        List.of(
            () -> store.artifacts(filter, Paging.first(2, Order.ID_DESCENDING).after(token)),
            () -> store.artifacts(ArtifactFilter.all(), Paging.first(2, Order.ID).after(token)),
            () -> store.executions(ExecutionFilter.all(), Paging.first(2, Order.ID).after(token)));
    for (Runnable other : others) {
      assertThatThrownBy(other::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageEndingWith(
              "it belongs to another query. Ask with the filter and the order of the page before.");
    }
    for (String forged : List.of("", "!", "MS4y", token + "A", token.substring(2))) {
      assertThatThrownBy(() -> store.artifacts(filter, Paging.first(2, Order.ID).after(forged)))
          .as(forged)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aTokenGoesOnInPagesOfAnotherSize() {
    for (int i = 0; i < 5; i++) {
      artifact("Examples");
    }
    String token =
        store.artifacts(ArtifactFilter.all(), Paging.first(1, Order.ID)).next().orElseThrow();

    assertThat(
            store.artifacts(ArtifactFilter.all(), Paging.first(9, Order.ID).after(token)).items())
        .hasSize(4);
  }

  @Test
  void lineageStopsAtArtifactsThatMeetAQuery() {
    long raw = artifact("Examples");
    long transformed = madeFrom("Transform", "Transformed", raw);
    long model = madeFrom("Trainer", "Model", transformed);

    Lineage whole = store.lineage(model, LineageQuery.up()).orElseThrow();
    Lineage stopped =
        store
            .lineage(model, LineageQuery.up().stopAtArtifacts("type = 'Transformed'"))
            .orElseThrow();
    Lineage atStart =
        store.lineage(model, LineageQuery.up().stopAtArtifacts("type = 'Model'")).orElseThrow();

    assertThat(relatives(whole)).containsExactly(transformed, raw);
    assertThat(relatives(stopped)).containsExactly(transformed);
    assertThat(stopped.executions()).extracting(StoredExecution::type).containsExactly("Trainer");
    assertThat(relatives(atStart)).as("the start is followed").containsExactly(transformed, raw);
    assertThat(
            relatives(
                store
                    .lineage(
                        model,
                        LineageQuery.up().stopAtArtifacts("custom_properties.x.int_value = 1"))
                    .orElseThrow()))
        .as("a missing value stops nothing")
        .containsExactly(transformed, raw);
  }

  @Test
  void lineageStopsAtExecutionsThatMeetAQuery() {
    long raw = artifact("Examples");
    long transformed = madeFrom("Transform", "Transformed", raw);
    long model = madeFrom("Trainer", "Model", transformed);

    Lineage stopped =
        store
            .lineage(
                model,
                LineageQuery.up()
                    .stopAtExecutions("type = 'Transform' AND events_0.artifact_id = " + raw))
            .orElseThrow();

    assertThat(relatives(stopped)).containsExactly(transformed);
    assertThat(stopped.executions())
        .as("where it stops is reported")
        .extracting(StoredExecution::type)
        .containsExactly("Transform", "Trainer");
  }

  @Test
  void lineageAsOfATimeHasOnlyWhatHappenedUntilThen() {
    long raw = artifact("Examples");
    long first = madeFrom("Trainer", "Model", raw);
    Instant then = clock.instant();
    clock.advance(Duration.ofHours(1));
    long second = madeFrom("Trainer", "Model", raw);

    assertThat(relatives(store.lineage(raw, LineageQuery.down()).orElseThrow()))
        .containsExactly(first, second);
    Lineage before = store.lineage(raw, LineageQuery.down().asOf(then)).orElseThrow();
    assertThat(relatives(before)).containsExactly(first);
    assertThat(before.executions()).hasSize(1);
    assertThat(before.events()).hasSize(2);
  }

  @Test
  void impactNamesWhatWasMadeAndWhereItIsInUse() {
    long raw = artifact("Examples");
    long model = madeFrom("Trainer", "Model", raw);
    long other = artifact("Model");
    store.putType(MetadataType.artifact("PushedModel"));
    List<Long> pushed = new ArrayList<>();
    for (int version = 1; version <= 2; version++) {
      long push =
          store.putArtifact(
              ArtifactDraft.of("PushedModel")
                  .customProperty("pushed_destination", PropertyValue.of("/serving/" + version))
                  .customProperty("pushed_version", PropertyValue.of(version)));
      step("Pusher", List.of(version == 1 ? model : other), List.of(push));
      pushed.add(push);
    }
    store.marks().setAlias("taxi", "production", model, "ann");
    store.marks().setAlias("taxi", "beta", other, "ann");

    Impact impact = store.impact(raw).orElseThrow();
    assertThat(impact.counts()).isEqualTo(Map.of("Model", 1L, "PushedModel", 1L));
    assertThat(impact.pushed()).extracting(StoredArtifact::id).containsExactly(pushed.get(0));
    assertThat(impact.served()).as("version 2 was pushed over it").isEmpty();
    assertThat(impact.aliases()).extracting(Marks.Alias::name).containsExactly("production");
    assertThat(store.impact(other).orElseThrow().served())
        .containsExactly(
            new Marks.Served(
                pushed.get(1), java.util.Optional.of(other), "/serving", "/serving/2", 2));
    store.marks().quarantine(raw, "bad", "ann");
    assertThat(store.impact(model).orElseThrow().quarantined())
        .containsOnlyKeys(model, pushed.get(0));
    assertThat(store.impact(999)).isEmpty();
  }

  private static List<Long> relatives(Lineage lineage) {
    return lineage.relatives().stream().map(relative -> relative.artifact().id()).toList();
  }

  private List<Long> ids(ArtifactFilter filter) {
    return store.artifacts(filter, Paging.all()).items().stream().map(StoredArtifact::id).toList();
  }
}
