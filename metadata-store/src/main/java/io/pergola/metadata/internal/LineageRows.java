package io.pergola.metadata.internal;

import io.pergola.metadata.Lineage;
import io.pergola.metadata.LineageQuery;
import io.pergola.metadata.LineageQuery.Direction;
import io.pergola.metadata.StoredArtifact;
import io.pergola.metadata.StoredEvent;
import io.pergola.metadata.StoredExecution;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Lineage by one recursive query for each direction. */
final class LineageRows {
  static final String INPUTS = "(2, 3, 5)";
  static final String OUTPUTS = "(1, 4, 6)";

  private LineageRows() {}

  private record Step(long artifact, int depth) {}

  /** An artifact, and one that it was made from, or itself. */
  record Ancestor(long artifact, long ancestor) {
    boolean isItself() {
      return artifact == ancestor;
    }
  }

  /**
   * Those of these artifacts' ancestors, they themselves included, that are in quarantine; by id of
   * the ancestor.
   */
  static List<Ancestor> quarantinedAncestors(Db db, Collection<Long> ids) throws SQLException {
    // UNION visits each ancestor of an artifact once, so that cycles through cached executions end.
    List<Ancestor> found =
        new ArrayList<>(
            db.listIn(
                row -> new Ancestor(row.getLong(1), row.getLong(2)),
                "WITH RECURSIVE w(\"start\", \"artifact_id\") AS (SELECT \"id\", \"id\" FROM"
                    + " \"Artifact\" WHERE \"id\" IN (%s) UNION"
                    + " SELECT w.\"start\", i.\"artifact_id\" FROM w"
                    + " JOIN \"Event\" o ON o.\"artifact_id\" = w.\"artifact_id\" AND o.\"type\" IN "
                    + OUTPUTS
                    + " JOIN \"Event\" i ON i.\"execution_id\" = o.\"execution_id\" AND i.\"type\" IN "
                    + INPUTS
                    + ") SELECT w.\"start\", w.\"artifact_id\" FROM w JOIN \"pergola_quarantine\" q"
                    + " ON q.\"artifact_id\" = w.\"artifact_id\" AND q.\"lifted\" IS NULL",
                ids));
    found.sort(Comparator.comparingLong(Ancestor::ancestor));
    return found;
  }

  static Optional<Lineage> find(Db db, long artifactId, LineageQuery query) throws SQLException {
    Optional<StoredArtifact> start = ArtifactRows.find(db, artifactId);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    Map<Long, Integer> depths = new HashMap<>();
    Set<Long> executions = new TreeSet<>();
    if (query.direction() != Direction.DOWN) {
      follow(db, artifactId, query, OUTPUTS, INPUTS, -1, depths, executions);
    }
    if (query.direction() != Direction.UP) {
      follow(db, artifactId, query, INPUTS, OUTPUTS, 1, depths, executions);
    }
    depths.remove(artifactId);
    List<Lineage.Relative> relatives = new ArrayList<>();
    for (StoredArtifact relative : ArtifactRows.find(db, depths.keySet())) {
      if (query.only().isEmpty() || query.only().contains(relative.type())) {
        relatives.add(new Lineage.Relative(relative, depths.getOrDefault(relative.id(), 0)));
      }
    }
    relatives.sort(
        Comparator.<Lineage.Relative>comparingInt(relative -> Math.abs(relative.depth()))
            .thenComparing(relative -> relative.artifact().id()));
    Set<Long> reported = new LinkedHashSet<>();
    reported.add(artifactId);
    relatives.forEach(relative -> reported.add(relative.artifact().id()));
    List<StoredEvent> events =
        EventRows.ofExecutions(db, executions).stream()
            .filter(event -> reported.contains(event.artifactId()))
            .toList();
    List<StoredExecution> between = ExecutionRows.find(db, executions);
    return Optional.of(new Lineage(start.get(), relatives, between, events));
  }

  /**
   * Follows one direction: from an artifact over the executions that touched it by a kind of {@code
   * near} to the artifacts they touched by a kind of {@code far}.
   */
  private static void follow(
      Db db,
      long artifactId,
      LineageQuery query,
      String near,
      String far,
      int sign,
      Map<Long, Integer> depths,
      Set<Long> executions)
      throws SQLException {
    List<Object> arguments = new ArrayList<>(List.of(artifactId, query.depth(), artifactId));
    arguments.addAll(query.stopAt());
    String stop =
        query.stopAt().isEmpty()
            ? ""
            : " AND (w.\"artifact_id\" = ? OR t.\"name\" NOT IN ("
                + String.join(",", Collections.nCopies(query.stopAt().size(), "?"))
                + "))";
    if (query.stopAt().isEmpty()) {
      arguments.remove(2);
    }
    // UNION drops repeated (artifact, depth) pairs, so that a cycle through a cached execution ends
    // at the depth limit after linear, not exponential, work.
    String walk =
        "WITH RECURSIVE w(\"artifact_id\", \"depth\") AS (SELECT CAST(? AS BIGINT), 0 UNION"
            + " SELECT f.\"artifact_id\", w.\"depth\" + 1 FROM w"
            + " JOIN \"Artifact\" a ON a.\"id\" = w.\"artifact_id\""
            + " JOIN \"Type\" t ON t.\"id\" = a.\"type_id\""
            + " JOIN \"Event\" n ON n.\"artifact_id\" = w.\"artifact_id\" AND n.\"type\" IN "
            + near
            + " JOIN \"Event\" f ON f.\"execution_id\" = n.\"execution_id\" AND f.\"type\" IN "
            + far
            + " WHERE w.\"depth\" < ?"
            + stop
            + ") ";
    Map<Long, Integer> found = new HashMap<>();
    for (Step step :
        db.list(
            row -> new Step(row.getLong(1), row.getInt(2)),
            walk + "SELECT \"artifact_id\", MIN(\"depth\") FROM w GROUP BY \"artifact_id\"",
            arguments.toArray())) {
      found.put(step.artifact(), step.depth());
    }
    found.forEach((artifact, depth) -> depths.putIfAbsent(artifact, sign * depth));
    List<Long> followed = new ArrayList<>();
    for (StoredArtifact artifact : ArtifactRows.find(db, found.keySet())) {
      boolean stopped = artifact.id() != artifactId && query.stopAt().contains(artifact.type());
      if (!stopped && found.getOrDefault(artifact.id(), 0) < query.depth()) {
        followed.add(artifact.id());
      }
    }
    executions.addAll(
        db.listIn(
            row -> row.getLong(1),
            "SELECT DISTINCT \"execution_id\" FROM \"Event\" WHERE \"artifact_id\" IN (%s)"
                + " AND \"type\" IN "
                + near,
            followed));
  }
}
