package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code pergola metadata copy} promises. */
class MetadataCopyTest {
  @TempDir Path folder;

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  /** Something in as many tables as there are, and gaps in what is counted up. */
  private static void fill(String location) {
    try (MetadataStore store = MetadataStore.open(location)) {
      store.putType(MetadataType.artifact("Examples").declaring("span", PropertyKind.INT));
      store.putType(MetadataType.artifact("Model").inVersion("2").describedAs("naïve ☂"));
      store.putParentType(1, 2);
      store.putType(MetadataType.execution("Step"));
      store.putType(MetadataType.context("pipeline"));
      for (int i = 0; i < 3; i++) {
        store.publish(
            Publication.of(ExecutionDraft.of("Step").state(ExecutionState.COMPLETE))
                .output(
                    "out",
                    i,
                    ArtifactDraft.of("Examples")
                        .name("a" + i)
                        .property("span", PropertyValue.of(Long.MIN_VALUE + i))
                        .customProperty("double", PropertyValue.of(-0.1))
                        .customProperty("infinite", PropertyValue.of(Double.NEGATIVE_INFINITY))
                        .customProperty("flag", PropertyValue.of(i == 1))
                        .customProperty("digits", PropertyValue.of("007"))
                        .customProperty("empty", PropertyValue.of(""))
                        .customProperty("long", PropertyValue.of("x☂".repeat(20_000)))
                        .customProperty("struct", PropertyValue.of(Map.of("a", List.of(1.5, "b"))))
                        .customProperty(
                            "proto", new PropertyValue.ProtoValue("type/x", new byte[] {0, -1, 7})))
                .context(ContextDraft.of("pipeline", "taxi")));
      }
      store.putParentContext(1, 1);
      Lease lease =
          store
              .runs()
              .create(
                  new RunDraft(
                      "r1",
                      "taxi",
                      "{}",
                      new TreeMap<>(Map.of("engine", "local")),
                      List.of(new RunDraft.Node("n", "Step"))),
                  "me",
                  Duration.ofMinutes(1));
      store.runs().change(lease, "r1", NodeChange.of("n").to(NodeState.RUNNING).execution(2));
      store.leases().release(lease);
      store.digests().put("/x", 5, Instant.EPOCH, "d");
    }
  }

  @Test
  void fromSqliteToPostgresAndBackEveryRowArrives() {
    fill(file("a.db"));
    String server = EmbeddedPostgresServer.shared().freshDatabase();

    List<MetadataCopy.CopiedTable> there = MetadataCopy.copy(file("a.db"), server);
    List<MetadataCopy.CopiedTable> back = MetadataCopy.copy(server, file("b.db"));

    assertThat(back).isEqualTo(there);
    assertThat(there)
        .filteredOn(copied -> copied.rows() > 0)
        .extracting(MetadataCopy.CopiedTable::table)
        .contains("Type", "ArtifactProperty", "EventPath", "pergola_node", "pergola_digest");
    try (MetadataStore before = MetadataStore.open(file("a.db"));
        MetadataStore middle = MetadataStore.open(server);
        MetadataStore after = MetadataStore.open(file("b.db"))) {
      assertThat(middle.status().rows()).isEqualTo(before.status().rows());
      assertThat(after.status().rows()).isEqualTo(before.status().rows());
      for (MetadataStore copy : List.of(middle, after)) {
        assertThat(copy.artifacts(ArtifactFilter.all(), Paging.all()))
            .isEqualTo(before.artifacts(ArtifactFilter.all(), Paging.all()));
        assertThat(copy.eventsOfExecutions(List.of(1L, 2L, 3L)))
            .isEqualTo(before.eventsOfExecutions(List.of(1L, 2L, 3L)));
        assertThat(copy.runs().list(RunFilter.newest(9)))
            .isEqualTo(before.runs().list(RunFilter.newest(9)));
        assertThat(copy.putArtifact(ArtifactDraft.of("Examples")))
            .as("goes on counting")
            .isEqualTo(4);
        assertThat(
                copy.runs()
                    .create(new RunDraft("r2", "taxi", "{}", new TreeMap<>(), List.of()))
                    .number())
            .isEqualTo(2);
      }
    }
  }

  @Test
  void aTargetWithRowsIsRefusedUntouched() {
    fill(file("a.db"));
    String server = EmbeddedPostgresServer.shared().freshDatabase();
    try (MetadataStore store = MetadataStore.open(server)) {
      store.putType(MetadataType.artifact("Other"));
    }

    assertThatThrownBy(() -> MetadataCopy.copy(file("a.db"), server))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageStartingWith("Cannot copy to PostgreSQL database 'db")
        .hasMessageEndingWith("there are rows in its table 'Type'. Name an empty database.");

    try (MetadataStore store = MetadataStore.open(server)) {
      assertThat(store.types(TypeKind.ARTIFACT)).containsExactly(MetadataType.artifact("Other"));
    }
  }

  @Test
  void aStoreWhoseRunIsDrivenIsNotCopied() {
    try (MetadataStore store = MetadataStore.open(file("a.db"))) {
      store.leases().acquire("run/r", "me", Duration.ofMinutes(1));
    }

    assertThatThrownBy(() -> MetadataCopy.copy(file("a.db"), file("b.db")))
        .hasMessageEndingWith(
            "the lease 'run/r' is in force. End what holds it, or wait for it, and copy again.");
  }

  @Test
  void whatTheTargetCannotHoldLeavesItEmpty() {
    try (MetadataStore store = MetadataStore.open(file("a.db"))) {
      store.putType(MetadataType.artifact("Model"));
      store.putArtifact(ArtifactDraft.of("Model").uri("a\0b"));
    }
    String server = EmbeddedPostgresServer.shared().freshDatabase();

    assertThatThrownBy(() -> MetadataCopy.copy(file("a.db"), server))
        .isInstanceOf(MetadataStoreException.class);

    try (MetadataStore store = MetadataStore.open(server)) {
      assertThat(store.status().rows().values()).containsOnly(0L);
    }
  }
}
