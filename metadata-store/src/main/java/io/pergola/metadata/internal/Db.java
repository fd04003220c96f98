package io.pergola.metadata.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One connection inside one transaction. Arguments are bound, never spliced into the text. */
final class Db {
  /** How many values one {@code IN (...)} holds at most. */
  static final int CHUNK = 500;

  private static final int FETCH = 5_000;

  private final Connection connection;
  private final Dialect dialect;

  Db(Connection connection, Dialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
  }

  /** Makes a value of the row that the result set stands on. */
  interface Row<T> {
    T read(ResultSet row) throws SQLException;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(dialect.sql(sql));
    }
  }

  int update(String sql, @Nullable Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.sql(sql))) {
      bind(statement, arguments);
      return statement.executeUpdate();
    }
  }

  /** The same statement with one list of arguments after another. */
  void updateAll(String sql, List<@Nullable Object[]> rows) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.sql(sql))) {
      for (@Nullable Object[] arguments : rows) {
        bind(statement, arguments);
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** What is done with each row of a table. */
  interface Each {
    void row(StoreTables.Row row) throws SQLException;
  }

  /**
   * Visits the rows of a whole table in the order in which they stand there, without holding them
   * all. The connection is not to be used again after the transaction.
   */
  void each(String select, Each visitor) throws SQLException {
    dialect.stream(connection);
    try (PreparedStatement statement =
        connection.prepareStatement(dialect.sql(select + dialect.storedOrder()))) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          visitor.row(StoreTables.read(rows));
        }
      }
    }
  }

  /** The highest number that a column ever had; 0 for none. */
  long counter(StoreTables.Counter counter) throws SQLException {
    return first(row -> row.getLong(1), dialect.counter(counter)).orElse(0L);
  }

  /** Lets a column go on after a number. */
  void setCounter(StoreTables.Counter counter, long highest) throws SQLException {
    if (highest > 0) {
      for (String statement : dialect.setCounter(counter, highest)) {
        execute(statement);
      }
    }
  }

  /** Inserts a row of a table with an {@code id} column. */
  long insert(String sql, @Nullable Object... arguments) throws SQLException {
    return first(row -> row.getLong(1), sql + " RETURNING \"id\"", arguments)
        .orElseThrow(() -> new SQLException("No id was returned by: " + sql));
  }

  <T> List<T> list(Row<T> reader, String sql, @Nullable Object... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(dialect.sql(sql))) {
      bind(statement, arguments);
      try (ResultSet rows = statement.executeQuery()) {
        List<T> list = new ArrayList<>();
        while (rows.next()) {
          list.add(reader.read(rows));
        }
        return list;
      }
    }
  }

  <T> Optional<T> first(Row<T> reader, String sql, @Nullable Object... arguments)
      throws SQLException {
    return list(reader, sql, arguments).stream().findFirst();
  }

  /** Lists rows for many keys; {@code sql} has one {@code %s} where the keys' marks go. */
  <T> List<T> listIn(Row<T> reader, String sql, Collection<?> keys) throws SQLException {
    return listIn(reader, sql, keys, List.of());
  }

  /** Lists rows for many keys; {@code more} is bound after the keys. */
  <T> List<T> listIn(Row<T> reader, String sql, Collection<?> keys, List<?> more)
      throws SQLException {
    List<?> all = keys.stream().distinct().toList();
    List<T> list = new ArrayList<>();
    for (int from = 0; from < all.size(); from += CHUNK) {
      List<Object> chunk = new ArrayList<>(all.subList(from, Math.min(all.size(), from + CHUNK)));
      String marked = sql.formatted(marks(chunk.size()));
      chunk.addAll(more);
      list.addAll(list(reader, marked, chunk.toArray()));
    }
    return list;
  }

  /** So many question marks, for an {@code IN (...)}. */
  static String marks(int count) {
    return String.join(",", Collections.nCopies(count, "?"));
  }

  static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Optional<Long> number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return number(row, column).map(Instant::ofEpochMilli);
  }

  private void bind(PreparedStatement statement, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, sqlValue(arguments[i]));
    }
  }

  private @Nullable Object sqlValue(@Nullable Object argument) {
    if (argument instanceof Optional<?> optional) {
      return optional.isPresent() ? sqlValue(optional.get()) : null;
    }
    if (argument instanceof Instant instant) {
      return instant.toEpochMilli();
    }
    if (argument instanceof Enum<?> constant) {
      return constant.name();
    }
    return argument instanceof byte[] bytes ? dialect.bytes(bytes) : argument;
  }
}
