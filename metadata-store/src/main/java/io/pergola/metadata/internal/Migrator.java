package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a database to the schema that this release reads. The write lock is the migration's lock:
 * of two processes at once the second finds the work done.
 */
final class Migrator {
  /** ML Metadata's schema. */
  static final int MLMD_VERSION = 10;

  /** Our own tables. */
  static final int PERGOLA_VERSION = 2;

  private final Connections connections;
  private final Clock clock;
  private final StoreSchema schema;

  Migrator(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
    this.schema = new StoreSchema(connections.dialect().words());
  }

  void migrate() {
    if (!connections.read(this::isCurrent)) {
      connections.prepare();
      connections.change(this::upgrade);
    }
  }

  private boolean isCurrent(Db db) throws SQLException {
    Set<String> tables = connections.dialect().tables(db);
    return tables.contains("mlmdenv")
        && tables.contains("pergola_schema_version")
        && mlmdVersion(db) == MLMD_VERSION
        && pergolaVersion(db) == PERGOLA_VERSION;
  }

  private void upgrade(Db db) throws SQLException {
    Set<String> tables = connections.dialect().tables(db);
    if (tables.contains("mlmdenv")) {
      check("ML Metadata schema", mlmdVersion(db), MLMD_VERSION);
      if (mlmdVersion(db) < MLMD_VERSION) {
        throw new MetadataStoreException(
            ("Cannot open %s: its ML Metadata schema has version %d, and Pergola starts from %d."
                    + " Upgrade it with the ml-metadata tools, or choose another home.")
                .formatted(connections.dialect().name(), mlmdVersion(db), MLMD_VERSION));
      }
    } else if (tables.contains("artifact") || tables.contains("type")) {
      throw new MetadataStoreException(
          ("Cannot open %s: it has tables named like ours but no schema version. Choose another"
                  + " home.")
              .formatted(connections.dialect().name()));
    } else {
      for (String statement : schema.mlmd()) {
        db.execute(statement);
      }
      db.update("INSERT INTO \"MLMDEnv\" (\"schema_version\") VALUES (?)", MLMD_VERSION);
    }
    if (!tables.contains("pergola_schema_version")) {
      db.execute(
          "CREATE TABLE \"pergola_schema_version\""
              + " (\"version\" INTEGER PRIMARY KEY, \"applied\" BIGINT NOT NULL)");
    }
    int version = pergolaVersion(db);
    check("Pergola schema", version, PERGOLA_VERSION);
    for (int next = version + 1; next <= PERGOLA_VERSION; next++) {
      for (String statement : schema.pergola(next)) {
        db.execute(statement);
      }
      db.update(
          "INSERT INTO \"pergola_schema_version\" (\"version\", \"applied\") VALUES (?, ?)",
          next,
          clock.instant());
    }
  }

  private void check(String what, int found, int known) {
    if (found > known) {
      throw new MetadataStoreException(
          "Cannot open %s: its %s has version %d, and this Pergola knows %d. Use a newer Pergola."
              .formatted(connections.dialect().name(), what, found, known));
    }
  }

  private static int mlmdVersion(Db db) throws SQLException {
    return db.first(row -> row.getInt(1), "SELECT MAX(\"schema_version\") FROM \"MLMDEnv\"")
        .orElse(0);
  }

  private static int pergolaVersion(Db db) throws SQLException {
    Optional<Integer> version =
        db.first(row -> row.getInt(1), "SELECT MAX(\"version\") FROM \"pergola_schema_version\"");
    return version.orElse(0);
  }
}
