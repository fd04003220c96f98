package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Marks.Deletion;
import io.pergola.metadata.Marks.Protection;
import io.pergola.metadata.Marks.Sweep;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Deletion in two phases: artifacts are marked, then deleted, then their files are gone. */
final class DeletionRows {
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_deletion\" (\"artifact_id\" BIGINT NOT NULL PRIMARY KEY,"
              + " \"reason\" TEXT NOT NULL, \"marked\" BIGINT NOT NULL, \"deleted\" BIGINT,"
              + " \"files_gone\" BIGINT)",
          "CREATE INDEX \"pergola_idx_deletion_files\" ON \"pergola_deletion\"(\"files_gone\")");

  private static final String DELETIONS =
      "SELECT \"artifact_id\", \"reason\", \"marked\", \"deleted\" FROM \"pergola_deletion\" ";

  private DeletionRows() {}

  /** Marks the live artifacts that nothing protects. */
  static Sweep mark(Db db, Map<Long, String> reasons, Instant now) throws SQLException {
    Map<Long, Protection> kept = ProtectionRows.find(db, reasons.keySet());
    List<Long> done = new ArrayList<>();
    for (Map.Entry<Long, String> each : new TreeMap<>(reasons).entrySet()) {
      long id = each.getKey();
      if (!kept.containsKey(id)
          && move(db, id, ArtifactState.LIVE, ArtifactState.MARKED_FOR_DELETION, now)) {
        db.update(
            "INSERT INTO \"pergola_deletion\" (\"artifact_id\", \"reason\", \"marked\")"
                + " VALUES (?, ?, ?) ON CONFLICT (\"artifact_id\") DO UPDATE SET"
                + " \"reason\" = excluded.\"reason\", \"marked\" = excluded.\"marked\"",
            id,
            each.getValue(),
            now);
        done.add(id);
      }
    }
    return new Sweep(done, kept);
  }

  /** Makes marked artifacts live again; returns those that were marked. */
  static List<Long> undo(Db db, Collection<Long> artifactIds, Instant now) throws SQLException {
    List<Long> undone = new ArrayList<>();
    for (long id : new TreeSet<>(artifactIds)) {
      if (unmark(db, id, now)) {
        undone.add(id);
      }
    }
    return undone;
  }

  /** Makes a marked artifact live again; false if it is not marked. */
  static boolean unmark(Db db, long id, Instant now) throws SQLException {
    if (!move(db, id, ArtifactState.MARKED_FOR_DELETION, ArtifactState.LIVE, now)) {
      return false;
    }
    db.update("DELETE FROM \"pergola_deletion\" WHERE \"artifact_id\" = ?", id);
    return true;
  }

  static List<Deletion> marked(Db db) throws SQLException {
    return db.list(
        DeletionRows::read,
        DELETIONS
            + "WHERE \"files_gone\" IS NULL AND \"deleted\" IS NULL"
            + " ORDER BY \"marked\", \"artifact_id\"");
  }

  /** Deletes the marked artifacts; those that something protects by now become live again. */
  static Sweep delete(Db db, Collection<Long> artifactIds, Instant now) throws SQLException {
    Map<Long, Protection> kept = ProtectionRows.find(db, artifactIds);
    List<Long> done = new ArrayList<>();
    for (long id : new TreeSet<>(artifactIds)) {
      if (kept.containsKey(id)) {
        unmark(db, id, now);
      } else if (move(db, id, ArtifactState.MARKED_FOR_DELETION, ArtifactState.DELETED, now)) {
        db.update(
            "UPDATE \"pergola_deletion\" SET \"deleted\" = ? WHERE \"artifact_id\" = ?", now, id);
        done.add(id);
      }
    }
    return new Sweep(done, kept);
  }

  static List<Deletion> deletedWithFiles(Db db) throws SQLException {
    return db.list(
        DeletionRows::read,
        DELETIONS
            + "WHERE \"files_gone\" IS NULL AND \"deleted\" IS NOT NULL"
            + " ORDER BY \"deleted\", \"artifact_id\"");
  }

  static void filesGone(Db db, Collection<Long> artifactIds, Instant now) throws SQLException {
    for (long id : artifactIds) {
      db.update(
          "UPDATE \"pergola_deletion\" SET \"files_gone\" = ? WHERE \"artifact_id\" = ?"
              + " AND \"deleted\" IS NOT NULL",
          now,
          id);
    }
  }

  private static boolean move(Db db, long id, ArtifactState from, ArtifactState to, Instant now)
      throws SQLException {
    return db.update(
            "UPDATE \"Artifact\" SET \"state\" = ?, "
                + EntityRows.TOUCH
                + " WHERE \"id\" = ? AND \"state\" = ?",
            to.code(),
            now,
            now,
            id,
            from.code())
        == 1;
  }

  private static Deletion read(ResultSet row) throws SQLException {
    return new Deletion(
        row.getLong("artifact_id"),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("marked")),
        Db.time(row, "deleted"));
  }
}
