package io.pergola.metadata.internal;

import io.pergola.metadata.EventKind;
import io.pergola.metadata.PathStep;
import io.pergola.metadata.StoredEvent;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events and their paths. */
final class EventRows {
  private EventRows() {}

  private record Row(
      long id, long artifact, long execution, EventKind kind, Optional<Instant> time) {}

  private record Step(long event, PathStep step) {}

  static void put(Db db, StoredEvent event, Instant now) throws SQLException {
    Optional<Long> known =
        db.first(
            row -> row.getLong(1),
            "SELECT \"id\" FROM \"Event\" WHERE \"artifact_id\" = ? AND \"execution_id\" = ?"
                + " AND \"type\" = ?",
            event.artifactId(),
            event.executionId(),
            event.kind().code());
    long id =
        known.isPresent()
            ? known.get()
            : db.insert(
                "INSERT INTO \"Event\" (\"artifact_id\", \"execution_id\", \"type\","
                    + " \"milliseconds_since_epoch\") VALUES (?, ?, ?, ?)",
                event.artifactId(),
                event.executionId(),
                event.kind().code(),
                event.time().orElse(now));
    insertSteps(db, id, event.path());
  }

  /** In one statement, so that the rows of a table without a key stand in order. */
  private static void insertSteps(Db db, long event, List<PathStep> path) throws SQLException {
    if (path.isEmpty()) {
      return;
    }
    List<Object> arguments = new ArrayList<>();
    for (PathStep step : path) {
      arguments.add(event);
      if (step instanceof PathStep.Index index) {
        arguments.addAll(List.of(true, index.index(), Optional.empty()));
      } else if (step instanceof PathStep.Key key) {
        arguments.addAll(List.of(false, Optional.empty(), key.key()));
      }
    }
    db.update(
        "INSERT INTO \"EventPath\" (\"event_id\", \"is_index_step\", \"step_index\","
            + " \"step_key\") VALUES "
            + String.join(", ", Collections.nCopies(path.size(), "(?, ?, ?, ?)")),
        arguments.toArray());
  }

  static List<StoredEvent> ofExecutions(Db db, Collection<Long> ids) throws SQLException {
    return list(db, "execution_id", ids);
  }

  static List<StoredEvent> ofArtifacts(Db db, Collection<Long> ids) throws SQLException {
    return list(db, "artifact_id", ids);
  }

  private static List<StoredEvent> list(Db db, String column, Collection<Long> ids)
      throws SQLException {
    List<Row> rows =
        new ArrayList<>(
            db.listIn(
                row ->
                    new Row(
                        row.getLong("id"),
                        row.getLong("artifact_id"),
                        row.getLong("execution_id"),
                        EventKind.ofCode(row.getInt("type")),
                        Db.time(row, "milliseconds_since_epoch")),
                "SELECT * FROM \"Event\" WHERE \"" + column + "\" IN (%s) ORDER BY \"id\"",
                ids));
    rows.sort((a, b) -> Long.compare(a.id(), b.id()));
    Map<Long, List<PathStep>> paths = new HashMap<>();
    // The table has no key: the order of its rows is the order of the steps.
    for (Step step :
        db.listIn(
            row ->
                new Step(
                    row.getLong("event_id"),
                    row.getBoolean("is_index_step")
                        ? new PathStep.Index(row.getLong("step_index"))
                        : new PathStep.Key(row.getString("step_key"))),
            "SELECT * FROM \"EventPath\" WHERE \"event_id\" IN (%s)",
            rows.stream().map(Row::id).toList())) {
      paths.computeIfAbsent(step.event(), id -> new ArrayList<>()).add(step.step());
    }
    return rows.stream()
        .map(
            row ->
                new StoredEvent(
                    row.artifact(),
                    row.execution(),
                    row.kind(),
                    paths.getOrDefault(row.id(), List.of()),
                    row.time()))
        .toList();
  }
}
