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
    Optional<StoredArtifact> start = EntityRows.ARTIFACTS.find(db, artifactId);
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
    for (StoredArtifact relative : EntityRows.ARTIFACTS.find(db, depths.keySet())) {
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
            .filter(event -> isInTime(event, query))
            .toList();
    List<StoredExecution> between = EntityRows.EXECUTIONS.find(db, executions);
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
    List<Object> arguments = new ArrayList<>(List.of(artifactId, query.depth()));
    String walk =
        // UNION drops repeated (artifact, depth) pairs, so that a cycle through a cached execution
        // ends at the depth limit after linear, not exponential, work.
        "WITH RECURSIVE w(\"artifact_id\", \"depth\") AS (SELECT CAST(? AS BIGINT), 0 UNION"
            + " SELECT f.\"artifact_id\", w.\"depth\" + 1 FROM w"
            + " JOIN \"Artifact\" a ON a.\"id\" = w.\"artifact_id\""
            + " JOIN \"Type\" t ON t.\"id\" = a.\"type_id\""
            + " JOIN \"Event\" n ON n.\"artifact_id\" = w.\"artifact_id\" AND n.\"type\" IN "
            + near
            + " JOIN \"Event\" f ON f.\"execution_id\" = n.\"execution_id\" AND f.\"type\" IN "
            + far
            + (query.stopAtExecutions().isPresent()
                ? " JOIN \"Execution\" x ON x.\"id\" = n.\"execution_id\""
                : "")
            + " WHERE w.\"depth\" < ?"
            + boundaries(artifactId, query, arguments)
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
    Set<Long> stopped = stopped(db, query, found.keySet());
    List<Long> followed = new ArrayList<>();
    found.forEach(
        (id, depth) -> {
          if (depth < query.depth() && (id == artifactId || !stopped.contains(id))) {
            followed.add(id);
          }
        });
    executions.addAll(
        db.listIn(
            row -> row.getLong(1),
            "SELECT DISTINCT \"execution_id\" FROM \"Event\" WHERE \"artifact_id\" IN (%s)"
                + " AND \"type\" IN "
                + near
                + (query.asOf().isPresent() ? " AND \"milliseconds_since_epoch\" <= ?" : ""),
            followed,
            query.asOf().stream().toList()));
  }

  /** What ends the walk besides its depth, and what is bound there. */
  private static String boundaries(long start, LineageQuery query, List<Object> arguments) {
    StringBuilder boundaries = new StringBuilder();
    if (!query.stopAt().isEmpty()) {
      boundaries
          .append(" AND (w.\"artifact_id\" = ? OR t.\"name\" NOT IN (")
          .append(Db.marks(query.stopAt().size()))
          .append("))");
      arguments.add(start);
      arguments.addAll(query.stopAt());
    }
    if (query.stopAtArtifacts().isPresent()) {
      FilterSql.Bound bound = FilterSql.of(query.stopAtArtifacts().get(), "a");
      boundaries.append(" AND (w.\"artifact_id\" = ? OR ").append(unless(bound)).append(")");
      arguments.add(start);
      arguments.addAll(bound.arguments());
    }
    if (query.stopAtExecutions().isPresent()) {
      FilterSql.Bound bound = FilterSql.of(query.stopAtExecutions().get(), "x");
      boundaries.append(" AND ").append(unless(bound));
      arguments.addAll(bound.arguments());
    }
    if (query.asOf().isPresent()) {
      boundaries.append(
          " AND n.\"milliseconds_since_epoch\" <= ? AND f.\"milliseconds_since_epoch\" <= ?");
      arguments.add(query.asOf().get());
      arguments.add(query.asOf().get());
    }
    return boundaries.toString();
  }

  /** A condition that is neither met nor failed stops nothing. */
  private static String unless(FilterSql.Bound bound) {
    return "CASE WHEN " + bound.sql() + " THEN 0 ELSE 1 END = 1";
  }

  /** Those of these artifacts that are not followed further. */
  private static Set<Long> stopped(Db db, LineageQuery query, Set<Long> ids) throws SQLException {
    Set<Long> stopped = new TreeSet<>();
    if (!query.stopAt().isEmpty()) {
      stopped.addAll(
          db.listIn(
              row -> row.getLong(1),
              "SELECT a.\"id\" FROM \"Artifact\" a JOIN \"Type\" t ON t.\"id\" = a.\"type_id\""
                  + " WHERE a.\"id\" IN (%s) AND t.\"name\" IN ("
                  + Db.marks(query.stopAt().size())
                  + ")",
              ids,
              List.copyOf(query.stopAt())));
    }
    if (query.stopAtArtifacts().isPresent()) {
      FilterSql.Bound bound = FilterSql.of(query.stopAtArtifacts().get(), "a");
      stopped.addAll(
          db.listIn(
              row -> row.getLong(1),
              "SELECT a.\"id\" FROM \"Artifact\" a WHERE a.\"id\" IN (%s) AND " + bound.sql(),
              ids,
              bound.arguments()));
    }
    return stopped;
  }

  private static boolean isInTime(StoredEvent event, LineageQuery query) {
    return query.asOf().isEmpty()
        || event.time().filter(time -> !time.isAfter(query.asOf().get())).isPresent();
  }
}
