package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Marks.Protection;
import io.pergola.metadata.Marks.Served;
import io.pergola.metadata.RunState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Which artifacts must not be deleted, asked inside the transaction that would do so. */
final class ProtectionRows {
  private static final String PUSHED = "PushedModel";
  private static final String DESTINATION = "pushed_destination";
  private static final String VERSION = "pushed_version";

  private ProtectionRows() {}

  private record Ground(long artifact, String text) {}

  private record Push(long artifact, String destination, long version) {
    String directory() {
      int end = Math.max(destination.lastIndexOf('/'), destination.lastIndexOf('\\'));
      return end < 0 ? "" : destination.substring(0, end);
    }
  }

  static Map<Long, Protection> find(Db db, Collection<Long> ids) throws SQLException {
    Map<Long, Protection> found = new TreeMap<>();
    for (Ground ground : quarantines(db, ids)) {
      found.put(
          ground.artifact(),
          new Protection(
              Protection.Kind.QUARANTINE, "it is in quarantine: %s".formatted(ground.text())));
    }
    Set<Long> wanted = new HashSet<>(ids);
    for (Served served : served(db)) {
      Protection protection =
          new Protection(
              Protection.Kind.SERVED, "it is being served from %s".formatted(served.destination()));
      if (wanted.contains(served.artifactId())) {
        found.put(served.artifactId(), protection);
      }
      served.modelId().filter(wanted::contains).ifPresent(id -> found.put(id, protection));
    }
    for (Ground ground : aliases(db, ids)) {
      found.put(ground.artifact(), new Protection(Protection.Kind.ALIAS, ground.text()));
    }
    for (Ground ground : liveRuns(db, ids)) {
      found.put(
          ground.artifact(),
          new Protection(
              Protection.Kind.LIVE_RUN, "run %s is not over and uses it".formatted(ground.text())));
    }
    return found;
  }

  private static List<Ground> quarantines(Db db, Collection<Long> ids) throws SQLException {
    return db.listIn(
        row -> new Ground(row.getLong(1), row.getString(2)),
        "SELECT \"artifact_id\", \"reason\" FROM \"pergola_quarantine\""
            + " WHERE \"lifted\" IS NULL AND \"artifact_id\" IN (%s)",
        ids);
  }

  private static List<Ground> aliases(Db db, Collection<Long> ids) throws SQLException {
    return db.listIn(
        row ->
            new Ground(
                row.getLong(1),
                "alias '%s' of %s points at it".formatted(row.getString(2), row.getString(3))),
        "SELECT \"artifact_id\", \"name\", \"pipeline\" FROM \"pergola_alias\""
            + " WHERE \"until\" IS NULL AND \"artifact_id\" IN (%s)",
        ids);
  }

  /** What nodes of runs that are not over read, wrote or took from the cache. */
  private static List<Ground> liveRuns(Db db, Collection<Long> ids) throws SQLException {
    Set<Long> wanted = new HashSet<>(ids);
    return db
        .list(
            row -> new Ground(row.getLong(1), row.getString(2)),
            "SELECT DISTINCT e.\"artifact_id\", r.\"id\" FROM \"pergola_run\" r"
                + " JOIN \"pergola_node\" n ON n.\"run_id\" = r.\"id\""
                + " JOIN \"Event\" e ON e.\"execution_id\" = n.\"execution_id\""
                + " WHERE r.\"state\" IN (?, ?)",
            RunState.CREATED,
            RunState.RUNNING)
        .stream()
        .filter(ground -> wanted.contains(ground.artifact()))
        .toList();
  }

  static List<Served> served(Db db) throws SQLException {
    Map<String, Push> newest = new TreeMap<>();
    for (Push push : pushes(db)) {
      newest.merge(
          push.directory(),
          push,
          (a, b) ->
              b.version() > a.version()
                      || (b.version() == a.version() && b.artifact() > a.artifact())
                  ? b
                  : a);
    }
    Map<Long, Long> models = models(db, newest.values().stream().map(Push::artifact).toList());
    List<Served> served = new ArrayList<>();
    newest.forEach(
        (directory, push) ->
            served.add(
                new Served(
                    push.artifact(),
                    Optional.ofNullable(models.get(push.artifact())),
                    directory,
                    push.destination(),
                    push.version())));
    return served;
  }

  private static List<Push> pushes(Db db) throws SQLException {
    return db.list(
        row -> new Push(row.getLong(1), row.getString(2), row.getLong(3)),
        "SELECT a.\"id\", d.\"string_value\", v.\"int_value\" FROM \"ArtifactProperty\" d"
            + " JOIN \"Artifact\" a ON a.\"id\" = d.\"artifact_id\" AND a.\"state\" <> ?"
            + " JOIN \"Type\" t ON t.\"id\" = a.\"type_id\" AND t.\"name\" = ?"
            + " JOIN \"ArtifactProperty\" v ON v.\"artifact_id\" = d.\"artifact_id\""
            + " AND v.\"name\" = ? AND v.\"int_value\" IS NOT NULL"
            + " WHERE d.\"name\" = ? AND d.\"string_value\" IS NOT NULL ORDER BY a.\"id\"",
        ArtifactState.DELETED.code(),
        PUSHED,
        VERSION,
        DESTINATION);
  }

  /** The model that each pushed model was made from. */
  private static Map<Long, Long> models(Db db, List<Long> pushed) throws SQLException {
    Map<Long, Long> models = new HashMap<>();
    for (long[] pair :
        db.listIn(
            row -> new long[] {row.getLong(1), row.getLong(2)},
            "SELECT o.\"artifact_id\", i.\"artifact_id\" FROM \"Event\" o"
                + " JOIN \"Event\" i ON i.\"execution_id\" = o.\"execution_id\" AND i.\"type\" IN "
                + LineageRows.INPUTS
                + " JOIN \"Artifact\" a ON a.\"id\" = i.\"artifact_id\""
                + " JOIN \"Type\" t ON t.\"id\" = a.\"type_id\" AND t.\"name\" = 'Model'"
                + " WHERE o.\"artifact_id\" IN (%s) AND o.\"type\" IN "
                + LineageRows.OUTPUTS
                + " ORDER BY i.\"artifact_id\" DESC",
            pushed)) {
      models.put(pair[0], pair[1]);
    }
    return models;
  }
}
