package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F4: a database that an earlier Pergola made, upgraded by this one. */
class MigrationFromVersion1Test {
  @TempDir Path folder;

  private Path version1() throws Exception {
    Path file = folder.resolve("metadata.db");
    String dump;
    try (InputStream in =
        MigrationFromVersion1Test.class.getResourceAsStream("sqlite-version-1.sql")) {
      dump = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      for (String sql : dump.split(";\\R")) {
        statement.execute(sql);
      }
    }
    return file;
  }

  private static void check(MetadataStore store) {
    assertThat(store.status().pergolaVersion()).isEqualTo(2);
    StoredRun run = store.runs().find("run-1").orElseThrow();
    assertThat(run.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(run.attributes()).isEqualTo(Map.of("engine", "local"));
    StoredArtifact artifact = store.artifact(1).orElseThrow();
    assertThat(artifact.uri()).contains("taxi/gen/examples/1");
    assertThat(artifact.property("note")).contains(PropertyValue.of("naïve ☂"));
    assertThat(store.runs().node("run-1", "gen").orElseThrow().executionId()).contains(1L);
    assertThat(store.eventsOfExecutions(List.of(1L)))
        .extracting(StoredEvent::artifactId)
        .containsExactly(1L);
  }

  @Test
  void f4_aVersion1DatabaseIsUpgradedWithAllThatIsInIt() throws Exception {
    try (MetadataStore store = MetadataStore.open(version1())) {
      check(store);
      assertThat(store.putArtifact(ArtifactDraft.of("Examples"))).isEqualTo(2);
    }
  }

  @Test
  void f4_severalThatUpgradeItAtOnceAllSucceed() throws Exception {
    Path file = version1();
    for (MetadataStore store : atOnce(file.toString())) {
      check(store);
      store.close();
    }
  }

  @Test
  void f4_severalThatMakeOnePostgresDatabaseAtOnceAllSucceed() throws Exception {
    for (MetadataStore store : atOnce(EmbeddedPostgresServer.shared().freshDatabase())) {
      assertThat(store.status().pergolaVersion()).isEqualTo(2);
      store.close();
    }
  }

  @Test
  void aVersion1DatabaseMovesToPostgres() throws Exception {
    String server = EmbeddedPostgresServer.shared().freshDatabase();

    MetadataCopy.copy(version1().toString(), server);

    try (MetadataStore store = MetadataStore.open(server)) {
      check(store);
    }
  }

  private static List<MetadataStore> atOnce(String location) throws Exception {
    int count = 4;
    CyclicBarrier start = new CyclicBarrier(count);
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Future<MetadataStore>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        futures.add(
            pool.submit(
                () -> {
                  start.await();
                  return MetadataStore.open(location);
                }));
      }
      List<MetadataStore> stores = new ArrayList<>();
      for (Future<MetadataStore> future : futures) {
        stores.add(future.get());
      }
      return stores;
    } finally {
      pool.shutdown();
    }
  }
}
