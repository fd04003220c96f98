package io.pergola.metadata.internal;

import io.pergola.metadata.DeploymentDraft;
import io.pergola.metadata.DeploymentLedger;
import io.pergola.metadata.StoredDeployment;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Deployed versions: a row each, numbered from 1 for each pipeline. */
final class DeploymentRows implements DeploymentLedger {
  /** The tables of this ledger. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_deployment\" (\"pipeline\" VARCHAR(255) NOT NULL,"
              + " \"version\" BIGINT NOT NULL, \"definition\" VARCHAR(255) NOT NULL,"
              + " \"jar\" VARCHAR(255) NOT NULL, \"file\" VARCHAR(255) NOT NULL,"
              + " \"description\" TEXT NOT NULL, \"note\" TEXT, \"created\" BIGINT NOT NULL,"
              + " PRIMARY KEY (\"pipeline\", \"version\"))");

  private static final String SELECT = "SELECT * FROM \"pergola_deployment\" ";

  private final Connections connections;
  private final Clock clock;

  DeploymentRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public StoredDeployment deploy(DeploymentDraft draft) {
    return connections.write(db -> deploy(db, draft, clock.instant()));
  }

  private static StoredDeployment deploy(Db db, DeploymentDraft draft, Instant now)
      throws SQLException {
    Optional<StoredDeployment> newest = newest(db, draft.pipeline());
    if (newest.isPresent()
        && newest.get().jar().equals(draft.jar())
        && newest.get().definition().equals(draft.definition())) {
      return newest.get();
    }
    db.update(
        "INSERT INTO \"pergola_deployment\" (\"pipeline\", \"version\", \"definition\", \"jar\","
            + " \"file\", \"description\", \"note\", \"created\") VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        draft.pipeline(),
        newest.map(StoredDeployment::version).orElse(0L) + 1,
        draft.definition(),
        draft.jar(),
        draft.file(),
        draft.description(),
        draft.note(),
        now);
    return newest(db, draft.pipeline())
        .orElseThrow(() -> new SQLException("Deployment was not written: " + draft.pipeline()));
  }

  /** The newest version of a pipeline, inside the transaction of another ledger. */
  static Optional<StoredDeployment> newest(Db db, String pipeline) throws SQLException {
    return db.first(
        DeploymentRows::read,
        SELECT + "WHERE \"pipeline\" = ? ORDER BY \"version\" DESC LIMIT 1",
        pipeline);
  }

  /** A version of a pipeline, inside the transaction of another ledger. */
  static Optional<StoredDeployment> find(Db db, String pipeline, long version) throws SQLException {
    return db.first(
        DeploymentRows::read,
        SELECT + "WHERE \"pipeline\" = ? AND \"version\" = ?",
        pipeline,
        version);
  }

  @Override
  public Optional<StoredDeployment> newest(String pipeline) {
    return connections.read(db -> newest(db, pipeline));
  }

  @Override
  public Optional<StoredDeployment> find(String pipeline, long version) {
    return connections.read(db -> find(db, pipeline, version));
  }

  @Override
  public List<StoredDeployment> newest() {
    return connections.read(
        db ->
            db.list(
                DeploymentRows::read,
                SELECT
                    + "AS \"d\" WHERE \"version\" = (SELECT MAX(\"version\") FROM"
                    + " \"pergola_deployment\" AS \"e\" WHERE \"e\".\"pipeline\" ="
                    + " \"d\".\"pipeline\") ORDER BY \"pipeline\""));
  }

  @Override
  public List<StoredDeployment> versions(String pipeline) {
    return connections.read(
        db ->
            db.list(
                DeploymentRows::read,
                SELECT + "WHERE \"pipeline\" = ? ORDER BY \"version\" DESC",
                pipeline));
  }

  private static StoredDeployment read(ResultSet row) throws SQLException {
    return new StoredDeployment(
        row.getString("pipeline"),
        row.getLong("version"),
        row.getString("definition"),
        row.getString("jar"),
        row.getString("file"),
        row.getString("description"),
        Db.text(row, "note"),
        Instant.ofEpochMilli(row.getLong("created")));
  }
}
