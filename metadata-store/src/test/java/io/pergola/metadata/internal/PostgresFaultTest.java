package io.pergola.metadata.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** F3 and F4 on a real server. */
class PostgresFaultTest extends JdbcFaultContract {
  private static final int WRITERS = 4;

  @Override
  Dialect fresh() {
    return StoreLocation.dialect(EmbeddedPostgresServer.shared().freshDatabase());
  }

  @Override
  int stride() {
    return 40;
  }

  private interface Trouble {
    void make() throws Exception;
  }

  /** Runs go on, each with a store of its own, while there is trouble; none may fail. */
  private static int runsDuring(String location, Trouble trouble) throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    CountDownLatch opened = new CountDownLatch(WRITERS);
    ExecutorService pool = Executors.newFixedThreadPool(WRITERS);
    List<String> runs = new ArrayList<>();
    try (MetadataStore witness = MetadataStore.open(location)) {
      OneRun.types(witness);
      List<Future<List<String>>> writers = new ArrayList<>();
      for (int i = 0; i < WRITERS; i++) {
        String name = "w" + i + "-";
        writers.add(
            pool.submit(
                () -> {
                  List<String> own = new ArrayList<>();
                  try (MetadataStore store = MetadataStore.open(location)) {
                    opened.countDown();
                    while (!over.get()) {
                      String id = name + own.size();
                      OneRun.drive(store, id);
                      own.add(id);
                      done.incrementAndGet();
                    }
                  }
                  return own;
                }));
      }
      assertThat(opened.await(60, TimeUnit.SECONDS)).isTrue();
      trouble.make();
      int before = done.get();
      Awaitility.await().atMost(60, TimeUnit.SECONDS).until(() -> done.get() > before + WRITERS);
      over.set(true);
      for (Future<List<String>> writer : writers) {
        runs.addAll(writer.get(90, TimeUnit.SECONDS));
      }
      for (String run : runs) {
        OneRun.checkDone(witness, run);
      }
    } finally {
      over.set(true);
      pool.shutdownNow();
    }
    return runs.size();
  }

  @Test
  void f4_runsSurviveRestartsOfTheDatabase() throws Exception {
    try (EmbeddedPostgresServer server = EmbeddedPostgresServer.start()) {
      int runs =
          runsDuring(
              server.freshDatabase(),
              () -> {
                for (int i = 0; i < 3; i++) {
                  server.stop();
                  server.startAgain();
                }
              });
      System.out.printf("F4: 3 restarts of PostgreSQL during %d runs%n", runs);
    }
  }

  @Test
  void f3_runsSurviveThatTheirConnectionsAreEnded() throws Exception {
    EmbeddedPostgresServer server = EmbeddedPostgresServer.shared();
    String location = server.freshDatabase();
    String database = location.replaceFirst(".*/(\\w+)\\?.*", "$1");
    AtomicInteger ended = new AtomicInteger();

    int runs =
        runsDuring(
            location,
            () -> {
              for (int i = 0; i < 40; i++) {
                server.sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + database
                        + "'");
                ended.incrementAndGet();
              }
            });

    System.out.printf("F3: all connections ended %d times during %d runs%n", ended.get(), runs);
    assertThat(runs).isPositive();
  }

  @Test
  void f4_anOldBinaryOnANewSchemaIsRefusedUntouched() {
    String location = EmbeddedPostgresServer.shared().freshDatabase();
    MetadataStore.open(location).close();
    Connections newer = new Connections(StoreLocation.dialect(location));
    newer.change(
        db ->
            db.update(
                "INSERT INTO \"pergola_schema_version\" (\"version\", \"applied\") VALUES (?, 0)",
                Migrator.PERGOLA_VERSION + 1));
    newer.close();

    assertThatThrownBy(() -> MetadataStore.open(location))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessageStartingWith("Cannot open PostgreSQL database 'db")
        .hasMessageEndingWith(
            ": its Pergola schema has version %d, and this Pergola knows %d. Use a newer Pergola."
                .formatted(Migrator.PERGOLA_VERSION + 1, Migrator.PERGOLA_VERSION));
  }
}
