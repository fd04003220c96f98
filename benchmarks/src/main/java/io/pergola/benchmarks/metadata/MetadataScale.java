package io.pergola.benchmarks.metadata;

import io.pergola.metadata.LineageQuery;
import io.pergola.metadata.MetadataStore;
import io.pergola.pipeline.BuiltPipeline;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunPlan;
import io.pergola.run.Workspace;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;

/**
 * Does what people wait for take longer where there were many runs? Arguments: a folder for the
 * databases, the number of runs (ten artifacts each), {@code sqlite} or {@code postgresql}.
 */
public final class MetadataScale {
  private static final int TIMES = 200;
  private static final int CACHED_RUNS = 100;
  private static final int DEPTH = 12;
  private static final List<String> COUNTED =
      List.of(
          "artifact", "execution", "context", "event", "association", "attribution", "pergola_run");
  private static final long SEED = 20260101;

  private MetadataScale() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0])).toAbsolutePath();
    long runs = Long.parseLong(arguments[1]);
    if (arguments[2].equals("sqlite")) {
      Path file = folder.resolve("home-" + runs).resolve("metadata.db");
      measure(folder.resolve("home-" + runs), file.toString(), "jdbc:sqlite:" + file, runs);
      return;
    }
    try (EmbeddedPostgres server =
        EmbeddedPostgres.builder()
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_wal_size", "4GB")
            .setDataDirectory(folder.resolve("postgres-" + runs))
            .setCleanDataDirectory(false)
            .start()) {
      String url = "jdbc:postgresql://localhost:" + server.getPort() + "/postgres?user=postgres";
      measure(folder.resolve("home-postgres-" + runs), url, url, runs);
    }
  }

  private static void measure(Path home, String location, String url, long runs) throws Exception {
    long start = System.nanoTime();
    try (MetadataStore store = MetadataStore.open(location)) {
      ScaleData.types(store);
    }
    try (Connection connection = DriverManager.getConnection(url)) {
      ScaleData data = new ScaleData(connection, runs);
      if (!data.isThere()) {
        fill(connection, data, url.startsWith("jdbc:sqlite:"));
      }
    }
    System.out.printf(
        "%s: %,d runs, %,d artifacts, filled in %.0f s%n",
        url.replaceFirst("//.*", ""),
        runs,
        runs * ScalePipeline.NODES,
        (System.nanoTime() - start) / 1e9);
    try (Workspace workspace = Workspace.open(home, location)) {
      BuiltPipeline pipeline = PipelineBuilder.build(new ScalePipeline());
      PipelineRunner runner = PipelineRunner.in(workspace);
      for (int run = 0; run <= CACHED_RUNS; run++) {
        runner.run(pipeline, RunOptions.defaults(), RunListener.none());
      }
      RunPlan plan = runner.plan(pipeline, RunOptions.defaults());
      if (!plan.fullyCached()) {
        throw new IllegalStateException("Not fully cached: " + plan);
      }
      time(
          "plan of a fully cached run of 10 nodes",
          () -> runner.plan(pipeline, RunOptions.defaults()));
      Random random = new Random(SEED);
      LineageQuery up = LineageQuery.up().depth(DEPTH);
      time(
          "lineage, 12 up",
          () ->
              workspace
                  .store()
                  .lineage(
                      ScaleData.artifact(2 + random.nextLong(runs - 2), random.nextInt(10)), up)
                  .orElseThrow());
      time("newest 50 runs", () -> workspace.history().runs(50));
      time("newest 50 runs of a pipeline", () -> workspace.history().runs("p-3", 50));
    }
  }

  private static void fill(Connection connection, ScaleData data, boolean sqlite)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (sqlite) {
        statement.execute("PRAGMA cache_size = -1000000");
        statement.execute("PRAGMA synchronous = OFF");
      }
      connection.setAutoCommit(false);
      data.fill();
      connection.commit();
      connection.setAutoCommit(true);
      if (!sqlite) {
        for (String table : COUNTED) {
          statement.execute(
              "SELECT setval(pg_get_serial_sequence('%s', '%s'), 10000000)"
                  .formatted(table, table.equals("pergola_run") ? "number" : "id"));
        }
        statement.execute("VACUUM ANALYZE");
      }
    }
  }

  private static void time(String what, Callable<Object> work) throws Exception {
    double[] millis = new double[TIMES];
    for (int i = -TIMES / 4; i < TIMES; i++) {
      long start = System.nanoTime();
      work.call();
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        Locale.ROOT,
        "  %-40s p50 %8.2f ms   p95 %8.2f ms%n",
        what,
        millis[TIMES / 2],
        millis[TIMES * 95 / 100]);
  }
}
