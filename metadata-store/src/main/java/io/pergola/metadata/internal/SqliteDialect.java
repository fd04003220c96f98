package io.pergola.metadata.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** SQLite in a file: write-ahead log, full synchronisation, one writer at a time. */
final class SqliteDialect implements Dialect {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int BUSY = 5;
  private static final int CONSTRAINT = 19;

  private final Path file;

  SqliteDialect(Path file) {
    this.file = file.toAbsolutePath();
  }

  @Override
  public String name() {
    return file.toString();
  }

  @Override
  public Connection connect() throws SQLException {
    Path folder = file.getParent();
    try {
      if (folder != null) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new SQLException("the folder cannot be made: " + e.getMessage(), e);
    }
    SqliteLibrary.prepare();
    Properties pragmas = new Properties();
    pragmas.setProperty("busy_timeout", Long.toString(PATIENCE.toMillis()));
    pragmas.setProperty("foreign_keys", "true");
    // As in PostgreSQL.
    pragmas.setProperty("case_sensitive_like", "true");
    // Commits must survive power loss: NORMAL would lose the last ones in WAL mode.
    pragmas.setProperty("synchronous", "FULL");
    // A file: URI, so that a question mark in the path is not read as the start of parameters.
    return DriverManager.getConnection(
        "jdbc:sqlite:" + file.toUri().toString().replaceFirst("^file:///", "file:/"), pragmas);
  }

  @Override
  public void prepare(Connection connection) throws SQLException {
    Db db = new Db(connection, this);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (mode(db, "PRAGMA journal_mode").equals("wal")
            || !mode(db, "PRAGMA journal_mode=WAL").isEmpty()) {
          return;
        }
      } catch (SQLException e) {
        // SQLite does not wait for locks when it changes the journal mode.
        if (!isBusy(e) || System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  private static String mode(Db db, String pragma) throws SQLException {
    return db.first(row -> row.getString(1), pragma).orElse("").toLowerCase(Locale.ROOT);
  }

  @Override
  public int readers() {
    return 1;
  }

  @Override
  public void beginRead(Db db) throws SQLException {
    db.execute("BEGIN");
  }

  @Override
  public void beginWrite(Db db) throws SQLException {
    db.execute("BEGIN IMMEDIATE");
  }

  @Override
  public String sql(String statement) {
    return statement;
  }

  @Override
  public Object bytes(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public Set<String> tables(Db db) throws SQLException {
    return new HashSet<>(
        db.list(
            row -> row.getString(1).toLowerCase(Locale.ROOT),
            "SELECT name FROM sqlite_master WHERE type = 'table'"));
  }

  /** Rows are stepped through as it is. */
  @Override
  public void stream(Connection connection) {}

  @Override
  public String storedOrder() {
    return " ORDER BY rowid";
  }

  @Override
  public String counter(StoreTables.Counter counter) {
    return "SELECT seq FROM sqlite_sequence WHERE name = '%s'".formatted(counter.table());
  }

  @Override
  public List<String> setCounter(StoreTables.Counter counter, long highest) {
    return List.of(
        "DELETE FROM sqlite_sequence WHERE name = '%s'".formatted(counter.table()),
        "INSERT INTO sqlite_sequence (name, seq) VALUES ('%s', %d)"
            .formatted(counter.table(), highest));
  }

  @Override
  public SchemaWords words() {
    return SchemaWords.SQLITE;
  }

  @Override
  public boolean isBusy(SQLException failure) {
    return (failure.getErrorCode() & 0xff) == BUSY;
  }

  @Override
  public boolean isDuplicate(SQLException failure) {
    return (failure.getErrorCode() & 0xff) == CONSTRAINT
        && String.valueOf(failure.getMessage()).contains("UNIQUE");
  }

  @Override
  public boolean isConflict(SQLException failure) {
    return false;
  }

  @Override
  public boolean isDisconnected(SQLException failure) {
    return false;
  }

  @Override
  public String remedy() {
    return "Check that it is a Pergola database and that its disk has space.";
  }
}
