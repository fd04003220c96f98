package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.Marks;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.StoredArtifact;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Aliases, quarantines and staleness; what is to be deleted stands in {@link DeletionRows}. */
final class MarkRows implements Marks {
  /** The tables, for version 2 of our schema. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_alias\" (\"pipeline\" VARCHAR(255) NOT NULL,"
              + " \"name\" VARCHAR(255) NOT NULL, \"sequence\" BIGINT NOT NULL,"
              + " \"artifact_id\" BIGINT NOT NULL, \"since\" BIGINT NOT NULL,"
              + " \"by\" VARCHAR(255) NOT NULL, \"until\" BIGINT, \"until_by\" VARCHAR(255),"
              + " PRIMARY KEY (\"pipeline\", \"name\", \"sequence\"))",
          "CREATE INDEX \"pergola_idx_alias_artifact\" ON \"pergola_alias\"(\"artifact_id\")",
          "CREATE TABLE \"pergola_quarantine\" (\"artifact_id\" BIGINT NOT NULL,"
              + " \"sequence\" BIGINT NOT NULL, \"reason\" TEXT NOT NULL, \"since\" BIGINT NOT NULL,"
              + " \"by\" VARCHAR(255) NOT NULL, \"lifted\" BIGINT, \"lifted_by\" VARCHAR(255),"
              + " PRIMARY KEY (\"artifact_id\", \"sequence\"))",
          "CREATE TABLE \"pergola_stale\" (\"artifact_id\" BIGINT NOT NULL PRIMARY KEY,"
              + " \"reason\" TEXT NOT NULL, \"since\" BIGINT NOT NULL)");

  private static final String ALIASES =
      "SELECT \"pipeline\", \"name\", \"artifact_id\", \"since\", \"by\", \"until\""
          + " FROM \"pergola_alias\" ";
  private static final String QUARANTINES =
      "SELECT \"artifact_id\", \"reason\", \"since\", \"by\", \"lifted\", \"lifted_by\""
          + " FROM \"pergola_quarantine\" ";
  private final Connections connections;
  private final Clock clock;

  MarkRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public Alias setAlias(String pipeline, String name, long artifactId, String by) {
    return connections.write(db -> point(db, pipeline, name, artifactId, by));
  }

  @Override
  public Alias moveAlias(String pipeline, String name, long from, long to, String by) {
    return connections.write(
        db -> {
          Optional<Alias> now = alias(db, pipeline, name);
          if (now.map(Alias::artifactId).filter(id -> id == from).isEmpty()) {
            throw new MetadataStoreException(
                "Cannot move alias '%s' of '%s' from artifact %d: it points at %s. Look again, then decide."
                    .formatted(
                        name,
                        pipeline,
                        from,
                        now.map(alias -> "artifact " + alias.artifactId()).orElse("nothing")));
          }
          return point(db, pipeline, name, to, by);
        });
  }

  private Alias point(Db db, String pipeline, String name, long artifactId, String by)
      throws SQLException {
    check("pipeline name", pipeline);
    check("alias", name);
    ArtifactState state = require(db, artifactId, "point an alias at").state();
    if (state != ArtifactState.LIVE) {
      throw new MetadataStoreException(
          "Cannot point alias '%s' at artifact %d: it is %s. Choose a live one."
              .formatted(name, artifactId, state));
    }
    Optional<Alias> before = alias(db, pipeline, name);
    if (before.isPresent() && before.get().artifactId() == artifactId) {
      return before.get();
    }
    Instant now = clock.instant();
    close(db, pipeline, name, by, now);
    db.update(
        "INSERT INTO \"pergola_alias\" (\"pipeline\", \"name\", \"sequence\", \"artifact_id\","
            + " \"since\", \"by\") VALUES (?, ?, (SELECT COALESCE(MAX(\"sequence\"), 0) + 1 FROM"
            + " \"pergola_alias\" WHERE \"pipeline\" = ? AND \"name\" = ?), ?, ?, ?)",
        pipeline,
        name,
        pipeline,
        name,
        artifactId,
        now,
        by);
    return new Alias(pipeline, name, artifactId, millis(now), by, Optional.empty());
  }

  private static void close(Db db, String pipeline, String name, String by, Instant now)
      throws SQLException {
    db.update(
        "UPDATE \"pergola_alias\" SET \"until\" = ?, \"until_by\" = ? WHERE \"pipeline\" = ?"
            + " AND \"name\" = ? AND \"until\" IS NULL",
        now,
        by,
        pipeline,
        name);
  }

  @Override
  public Optional<Alias> removeAlias(String pipeline, String name, String by) {
    return connections.write(
        db -> {
          Optional<Alias> before = alias(db, pipeline, name);
          close(db, pipeline, name, by, clock.instant());
          return before;
        });
  }

  @Override
  public Optional<Alias> alias(String pipeline, String name) {
    return connections.read(db -> alias(db, pipeline, name));
  }

  private static Optional<Alias> alias(Db db, String pipeline, String name) throws SQLException {
    return db.first(
        MarkRows::readAlias,
        ALIASES + "WHERE \"pipeline\" = ? AND \"name\" = ? AND \"until\" IS NULL",
        pipeline,
        name);
  }

  @Override
  public List<Alias> aliases() {
    return connections.read(
        db ->
            db.list(
                MarkRows::readAlias,
                ALIASES + "WHERE \"until\" IS NULL ORDER BY \"pipeline\", \"name\""));
  }

  @Override
  public List<Alias> aliasHistory(String pipeline, String name) {
    return connections.read(
        db ->
            db.list(
                MarkRows::readAlias,
                ALIASES + "WHERE \"pipeline\" = ? AND \"name\" = ? ORDER BY \"sequence\" DESC",
                pipeline,
                name));
  }

  @Override
  public Quarantine quarantine(long artifactId, String reason, String by) {
    return connections.write(
        db -> {
          require(db, artifactId, "quarantine");
          Optional<Quarantine> before = inForce(db, artifactId);
          if (before.isPresent()) {
            return before.get();
          }
          Instant now = clock.instant();
          db.update(
              "INSERT INTO \"pergola_quarantine\" (\"artifact_id\", \"sequence\", \"reason\","
                  + " \"since\", \"by\") VALUES (?, (SELECT COALESCE(MAX(\"sequence\"), 0) + 1 FROM"
                  + " \"pergola_quarantine\" WHERE \"artifact_id\" = ?), ?, ?, ?)",
              artifactId,
              artifactId,
              reason,
              now,
              by);
          return inForce(db, artifactId).orElseThrow();
        });
  }

  @Override
  public Optional<Quarantine> lift(long artifactId, String by) {
    return connections.write(
        db -> {
          Optional<Quarantine> before = inForce(db, artifactId);
          Instant now = clock.instant();
          db.update(
              "UPDATE \"pergola_quarantine\" SET \"lifted\" = ?, \"lifted_by\" = ?"
                  + " WHERE \"artifact_id\" = ? AND \"lifted\" IS NULL",
              now,
              by,
              artifactId);
          return before.map(
              q ->
                  new Quarantine(
                      q.artifactId(),
                      q.reason(),
                      q.since(),
                      q.by(),
                      Optional.of(millis(now)),
                      Optional.of(by)));
        });
  }

  private static Optional<Quarantine> inForce(Db db, long artifactId) throws SQLException {
    return db.first(
        MarkRows::readQuarantine,
        QUARANTINES + "WHERE \"artifact_id\" = ? AND \"lifted\" IS NULL",
        artifactId);
  }

  @Override
  public List<Quarantine> quarantines() {
    return connections.read(MarkRows::quarantines);
  }

  private static List<Quarantine> quarantines(Db db) throws SQLException {
    return db.list(
        MarkRows::readQuarantine,
        QUARANTINES + "WHERE \"lifted\" IS NULL ORDER BY \"since\" DESC, \"artifact_id\" DESC");
  }

  @Override
  public List<Quarantine> quarantineHistory() {
    return connections.read(
        db ->
            db.list(
                MarkRows::readQuarantine,
                QUARANTINES + "ORDER BY \"since\" DESC, \"artifact_id\" DESC, \"sequence\" DESC"));
  }

  @Override
  public Map<Long, Quarantine> quarantined(Collection<Long> artifactIds) {
    return connections.read(
        db -> {
          Map<Long, Quarantine> inForce = new TreeMap<>();
          quarantines(db).forEach(q -> inForce.put(q.artifactId(), q));
          Map<Long, Quarantine> covered = new TreeMap<>();
          if (inForce.isEmpty()) {
            return covered;
          }
          for (LineageRows.Ancestor found : LineageRows.quarantinedAncestors(db, artifactIds)) {
            Quarantine quarantine = inForce.get(found.ancestor());
            if (quarantine != null
                && (found.isItself() || !covered.containsKey(found.artifact()))) {
              covered.put(found.artifact(), quarantine);
            }
          }
          return covered;
        });
  }

  @Override
  public Stale markStale(long artifactId, String reason) {
    return connections.write(
        db -> {
          require(db, artifactId, "mark as stale");
          db.update(
              "INSERT INTO \"pergola_stale\" (\"artifact_id\", \"reason\", \"since\")"
                  + " VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
              artifactId,
              reason,
              clock.instant());
          return stale(db, List.of(artifactId)).values().iterator().next();
        });
  }

  @Override
  public void markFresh(Collection<Long> artifactIds) {
    connections.change(
        db -> {
          for (long id : artifactIds) {
            db.update("DELETE FROM \"pergola_stale\" WHERE \"artifact_id\" = ?", id);
          }
        });
  }

  @Override
  public Map<Long, Stale> stale(Collection<Long> artifactIds) {
    return connections.read(db -> stale(db, artifactIds));
  }

  private static Map<Long, Stale> stale(Db db, Collection<Long> artifactIds) throws SQLException {
    Map<Long, Stale> stale = new TreeMap<>();
    for (Stale found :
        db.listIn(
            row ->
                new Stale(
                    row.getLong("artifact_id"),
                    row.getString("reason"),
                    Instant.ofEpochMilli(row.getLong("since"))),
            "SELECT \"artifact_id\", \"reason\", \"since\" FROM \"pergola_stale\""
                + " WHERE \"artifact_id\" IN (%s)",
            artifactIds)) {
      stale.put(found.artifactId(), found);
    }
    return stale;
  }

  @Override
  public List<Served> served() {
    return connections.read(ProtectionRows::served);
  }

  @Override
  public Map<Long, Protection> protections(Collection<Long> artifactIds) {
    return connections.read(db -> ProtectionRows.find(db, artifactIds));
  }

  @Override
  public Sweep markForDeletion(Map<Long, String> reasons) {
    return connections.write(db -> DeletionRows.mark(db, reasons, clock.instant()));
  }

  @Override
  public List<Long> undoDeletion(Collection<Long> artifactIds) {
    return connections.write(db -> DeletionRows.undo(db, artifactIds, clock.instant()));
  }

  @Override
  public List<Deletion> markedForDeletion() {
    return connections.read(DeletionRows::marked);
  }

  @Override
  public Sweep delete(Collection<Long> artifactIds) {
    return connections.write(db -> DeletionRows.delete(db, artifactIds, clock.instant()));
  }

  @Override
  public List<Deletion> deletedWithFiles() {
    return connections.read(DeletionRows::deletedWithFiles);
  }

  @Override
  public void filesGone(Collection<Long> artifactIds) {
    connections.change(db -> DeletionRows.filesGone(db, artifactIds, clock.instant()));
  }

  private static StoredArtifact require(Db db, long id, String verb) throws SQLException {
    return EntityRows.ARTIFACTS
        .find(db, id)
        .orElseThrow(
            () ->
                new MetadataStoreException(
                    "Cannot %s artifact %d: there is none. List them: pergola artifacts."
                        .formatted(verb, id)));
  }

  private static void check(String what, String name) {
    if (name.isEmpty() || name.length() > 255) {
      throw new IllegalArgumentException(
          "Invalid %s: '%s' (1 to 255 characters)"
              .formatted(what, name.length() > 40 ? name.substring(0, 40) + "..." : name));
    }
  }

  /** As the store gives it back. */
  private static Instant millis(Instant time) {
    return Instant.ofEpochMilli(time.toEpochMilli());
  }

  private static Alias readAlias(ResultSet row) throws SQLException {
    return new Alias(
        row.getString("pipeline"),
        row.getString("name"),
        row.getLong("artifact_id"),
        Instant.ofEpochMilli(row.getLong("since")),
        row.getString("by"),
        Db.time(row, "until"));
  }

  private static Quarantine readQuarantine(ResultSet row) throws SQLException {
    return new Quarantine(
        row.getLong("artifact_id"),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("since")),
        row.getString("by"),
        Db.time(row, "lifted"),
        Db.text(row, "lifted_by"));
  }
}
