package io.pergola.benchmarks.metadata;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataType;
import io.pergola.metadata.PropertyKind;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Fills a database with runs as Pergola records them: ten nodes a run, each with an execution that
 * reads the artifact of the node before (the first: of the run before) and writes one of its own.
 * Plain SQL that both databases understand, a table at a time.
 */
final class ScaleData {
  private static final int NODES = ScalePipeline.NODES;
  private static final int PIPELINES = 20;
  private static final long BASE = 1_000_000;

  private final Connection connection;
  private final long runs;

  ScaleData(Connection connection, long runs) {
    this.connection = connection;
    this.runs = runs;
  }

  /** The artifact that a node of a run wrote; runs are counted from 0. */
  static long artifact(long run, int node) {
    return BASE + run * NODES + node;
  }

  /** Puts the types that the rows below have. */
  static void types(MetadataStore store) {
    store.putType(MetadataType.artifact("ScaleNumber").declaring("span", PropertyKind.INT));
    store.putType(MetadataType.execution("Next"));
    for (String context : new String[] {"pipeline", "pipeline_run", "node"}) {
      store.putType(MetadataType.context(context));
    }
  }

  /** Whether the rows are there from an earlier time. */
  boolean isThere() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT id FROM Artifact WHERE id = " + artifact(runs - 1, 9))) {
      return row.next();
    }
  }

  void fill() throws SQLException {
    long artifactType = type(1, "ScaleNumber");
    long executionType = type(0, "Next");
    long all = runs * NODES;
    // i counts nodes of runs, from 0; r counts runs.
    insert(
        "Artifact(id, type_id, uri, state, create_time_since_epoch, last_update_time_since_epoch)",
        BASE + " + i, " + artifactType + ", 'bulk/' || i, 2, 1700000000000 + i, 1700000000000 + i",
        all);
    insert(
        "Execution(id, type_id, last_known_state, create_time_since_epoch,"
            + " last_update_time_since_epoch)",
        BASE + " + i, " + executionType + ", 3, 1700000000000 + i, 1700000000000 + i",
        all);
    for (String property :
        new String[] {
          "pergola.pipeline|'p-' || (i / 10 % 20)",
          "pergola.run|'bulk-' || (i / 10)",
          "pergola.execution|'' || (1000000 + i)",
          "pergola.content_hash|'sha256-' || (i * 7919)"
        }) {
      property("Artifact", property, all);
    }
    for (String property :
        new String[] {
          "cache_key|'key-' || (i * 7919)",
          "cache_key_parts|'{\"n\":' || i || '}'",
          "run_id|'bulk-' || (i / 10)",
          "node_id|'node-' || (i % 10)"
        }) {
      property("Execution", property, all);
    }
    insert(
        "Event(id, artifact_id, execution_id, type, milliseconds_since_epoch)",
        "%1$d + 2 * i, %1$d + i, %1$d + i, 4, 1700000000000 + i".formatted(BASE),
        all);
    insert(
        "Event(id, artifact_id, execution_id, type, milliseconds_since_epoch)",
        "%1$d + 2 * i + 3, %1$d + i, %1$d + i + 1, 3, 1700000000000 + i".formatted(BASE),
        all - 1);
    insert("EventPath(event_id, is_index_step, step_key)", BASE + " + i, FALSE, 'number'", 2 * all);
    insert("EventPath(event_id, is_index_step, step_index)", BASE + " + i, TRUE, 0", 2 * all);
    contexts(all);
    insert(
        "pergola_run(number, id, pipeline, state, graph, created, started, finished)",
        BASE
            + " + i, 'bulk-' || i, 'p-' || (i % 20), CASE WHEN i % 50 = 7 THEN 'FAILED' ELSE"
            + " 'SUCCEEDED' END, '{}', 1700000000000 + i, 1700000000000 + i, 1700000000001 + i",
        runs);
    insert("pergola_run_attribute(run_id, name, value)", "'bulk-' || i, 'engine', 'local'", runs);
    insert("pergola_lease(name, holder, epoch, expires)", "'run/bulk-' || i, NULL, 1, 0", runs);
    insert(
        "pergola_node(run_id, node_id, position, component, state, attempt, execution_id)",
        "'bulk-' || (i / 10), 'node-' || (i % 10), i % 10, 'Next', 'COMPLETE', 1, " + BASE + " + i",
        all);
  }

  private void contexts(long all) throws SQLException {
    String columns =
        "Context(id, type_id, name, create_time_since_epoch, last_update_time_since_epoch)";
    insert(columns, "%d + i, %d, 'p-' || i, 0, 0".formatted(BASE, type(2, "pipeline")), PIPELINES);
    insert(
        columns,
        "%d + 100 + i, %d, 'p-' || (i / 10) || '.node-' || (i %% 10), 0, 0"
            .formatted(BASE, type(2, "node")),
        PIPELINES * NODES);
    insert(
        columns,
        "%d + 1000 + i, %d, 'bulk-' || i, 0, 0".formatted(BASE, type(2, "pipeline_run")),
        runs);
    for (String link :
        new String[] {
          "Association(context_id, execution_id)", "Attribution(context_id, artifact_id)"
        }) {
      insert(link, "%1$d + i / 10 %% 20, %1$d + i".formatted(BASE), all);
      insert(link, "%1$d + 100 + (i / 10 %% 20) * 10 + i %% 10, %1$d + i".formatted(BASE), all);
      insert(link, "%1$d + 1000 + i / 10, %1$d + i".formatted(BASE), all);
    }
  }

  private void property(String owner, String nameAndValue, long count) throws SQLException {
    String[] parts = nameAndValue.split("\\|", 2);
    insert(
        owner + "Property(" + owner + "_id, name, is_custom_property, string_value)",
        BASE + " + i, '" + parts[0] + "', TRUE, " + parts[1],
        count);
  }

  private long type(int kind, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT id FROM Type WHERE type_kind = " + kind + " AND name = '" + name + "'")) {
      if (!row.next()) {
        throw new SQLException("No type " + name);
      }
      return row.getLong(1);
    }
  }

  private void insert(String into, String values, long count) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "INSERT INTO "
              + into
              + " WITH RECURSIVE s(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM s WHERE i + 1 < "
              + count
              + ") SELECT "
              + values
              + " FROM s");
    }
  }
}
