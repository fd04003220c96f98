package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnLineageTest {
  private static final List<String> TYPES =
      List.of("Examples", "TransformGraph", "Model", "ModelEvaluation");

  @TempDir Path folder;
  private MetadataStore store;
  private long examples;
  private long graph;
  private long model;
  private long evaluation;

  @BeforeEach
  void taxiRun() {
    store = MetadataStore.open(folder.resolve("metadata.db"));
    TYPES.forEach(type -> store.putType(MetadataType.artifact(type)));
    store.putType(MetadataType.execution("Step"));
    examples = artifact("Examples");
    graph =
        store.putArtifact(
            ArtifactDraft.of("TransformGraph")
                .customProperty(
                    ColumnLineage.COLUMNS,
                    PropertyValue.of(
                        Map.of(
                            "fare_z_score", List.of("fare"),
                            "big_tip", List.of("fare", "tips"),
                            "company_hash", List.of("company")))));
    step(List.of(examples), graph);
    model = artifact("Model");
    step(List.of(graph), model);
    evaluation =
        store.putArtifact(
            ArtifactDraft.of("ModelEvaluation")
                .customProperty(
                    ColumnLineage.SLICINGS,
                    PropertyValue.of(Map.of("company", List.of("company")))));
    step(List.of(examples, model), evaluation);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private long artifact(String type) {
    return store.putArtifact(ArtifactDraft.of(type));
  }

  private void step(List<Long> inputs, long output) {
    long step = store.putExecution(ExecutionDraft.of("Step"));
    inputs.forEach(input -> store.putEvent(StoredEvent.of(input, step, EventKind.INPUT, "in", 0)));
    store.putEvent(StoredEvent.of(output, step, EventKind.OUTPUT, "out", 0));
  }

  @Test
  void columnReachesItsFeaturesAndTheirModels() {
    ColumnLineage.Reach reach = ColumnLineage.reach(store, examples, "fare").orElseThrow();

    assertThat(reach.transforms()).hasSize(1);
    assertThat(reach.transforms().get(0).names()).containsExactly("big_tip", "fare_z_score");
    assertThat(reach.models()).extracting(StoredArtifact::id).containsExactly(model);
    assertThat(reach.slicings()).isEmpty();
  }

  @Test
  void columnReachesTheMetricsThatItCuts() {
    ColumnLineage.Reach reach = ColumnLineage.reach(store, examples, "company").orElseThrow();

    assertThat(reach.slicings())
        .extracting(slices -> slices.evaluation().id())
        .containsExactly(evaluation);
    assertThat(reach.slicings().get(0).names()).containsExactly("company");
  }

  @Test
  void unusedColumnReachesNothing() {
    ColumnLineage.Reach reach = ColumnLineage.reach(store, examples, "trip_id").orElseThrow();

    assertThat(reach.transforms()).isEmpty();
    assertThat(reach.models()).isEmpty();
    assertThat(reach.slicings()).isEmpty();
    assertThat(ColumnLineage.reach(store, 4_711, "fare")).isEmpty();
  }

  @Test
  void modelFeatureComesFromItsColumns() {
    assertThat(ColumnLineage.features(store, model))
        .containsEntry("big_tip", List.of("fare", "tips"))
        .containsEntry("fare_z_score", List.of("fare"));
    assertThat(ColumnLineage.features(store, evaluation)).hasSize(3);
    assertThat(ColumnLineage.features(store, examples)).isEmpty();
  }
}
