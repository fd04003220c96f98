package io.pergola.metadata.internal;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PostgreSQL on a server. Writers wait for one advisory lock, so that a transaction sees what the
 * one before it did, as in SQLite; readers have a snapshot and wait for nobody.
 */
final class PostgresDialect implements Dialect {
  /** The lock of all who write: "Pergola" in ASCII. */
  private static final long LOCK = 0x506572676f6c61L;

  private static final int OLDEST = 120_000;
  private static final int READERS = 4;
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");

  /**
   * A writer that is stopped, or cut off without a word, must not hold the lock for ever; whoever
   * waits for it gives up after a minute. What was acknowledged survives a crash of the server.
   */
  private static final String SESSION =
      "SET lock_timeout = '60s'; SET idle_in_transaction_session_timeout = '30s';"
          + " SET client_min_messages = warning;"
          + " SELECT set_config('synchronous_commit', 'on', false)"
          + " WHERE current_setting('synchronous_commit') = 'off'";

  private final PostgresLocation location;

  PostgresDialect(PostgresLocation location) {
    this.location = location;
  }

  @Override
  public String name() {
    return location.name();
  }

  @Override
  public Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(location.url(), location.properties());
    boolean ready = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute(SESSION);
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  private record Server(int version, String encoding) {}

  @Override
  public void prepare(Connection connection) throws SQLException {
    Server server =
        new Db(connection, this)
            .first(
                row -> new Server(row.getInt(1), row.getString(2)),
                "SELECT current_setting('server_version_num')::int,"
                    + " current_setting('server_encoding')")
            .orElseThrow();
    if (server.version() < OLDEST) {
      throw new SQLException(
          "the server is PostgreSQL %d, and Pergola needs 12 or later"
              .formatted(server.version() / 10_000));
    }
    if (!server.encoding().equals("UTF8")) {
      throw new SQLException(
          "the database is encoded in %s, and Pergola needs UTF8".formatted(server.encoding()));
    }
  }

  @Override
  public int readers() {
    return READERS;
  }

  @Override
  public void beginRead(Db db) throws SQLException {
    db.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  }

  @Override
  public void beginWrite(Db db) throws SQLException {
    // Each statement after the lock sees all that was committed before the lock was taken.
    db.execute(
        "BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE;"
            + " SELECT pg_advisory_xact_lock("
            + LOCK
            + ")");
  }

  /** ML Metadata does not quote its names, so that PostgreSQL keeps them in lower case. */
  @Override
  public String sql(String statement) {
    return QUOTED
        .matcher(statement)
        .replaceAll(name -> Matcher.quoteReplacement(name.group().toLowerCase(Locale.ROOT)));
  }

  @Override
  public Object bytes(byte[] bytes) {
    return bytes;
  }

  @Override
  public Set<String> tables(Db db) throws SQLException {
    return new HashSet<>(
        db.list(
            row -> row.getString(1),
            "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()"));
  }

  /** The driver fetches all rows at once unless it believes that it began the transaction. */
  @Override
  public void stream(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
  }

  @Override
  public String storedOrder() {
    return " ORDER BY ctid";
  }

  @Override
  public String counter(StoreTables.Counter counter) {
    return "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM \"%s_%s_seq\""
        .formatted(counter.table(), counter.column());
  }

  @Override
  public List<String> setCounter(StoreTables.Counter counter, long highest) {
    return List.of(
        "SELECT setval('\"%s_%s_seq\"', %d)".formatted(counter.table(), counter.column(), highest));
  }

  @Override
  public SchemaWords words() {
    return SchemaWords.POSTGRESQL;
  }

  @Override
  public boolean isBusy(SQLException failure) {
    return state(failure).equals("55P03");
  }

  @Override
  public boolean isDuplicate(SQLException failure) {
    return state(failure).equals("23505");
  }

  @Override
  public boolean isConflict(SQLException failure) {
    return state(failure).equals("40001") || state(failure).equals("40P01");
  }

  /** A connection that broke; a server that stops, starts or ended the session. */
  @Override
  public boolean isDisconnected(SQLException failure) {
    String state = state(failure);
    return state.startsWith("08")
        || state.startsWith("57P0")
        || state.equals("25P03")
        || state.equals("53300");
  }

  private static String state(SQLException failure) {
    return String.valueOf(failure.getSQLState());
  }

  @Override
  public String remedy() {
    return "Check that the server runs, that the user may create and write tables, and its log.";
  }
}
