package io.pergola.metadata.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * What differs between databases. All other SQL here is understood alike by SQLite and PostgreSQL:
 * quoted identifiers, {@code RETURNING}, {@code ON CONFLICT}, recursive common table expressions,
 * and flags bound as {@code Boolean}.
 */
interface Dialect {
  /** What the store is called in messages; never with a password. */
  String name();

  /** Opens a connection that reads its own snapshot and waits for locks instead of failing. */
  Connection connect() throws SQLException;

  /** Prepares a database for concurrent use, before anything is in it. Called once an opening. */
  void prepare(Connection connection) throws SQLException;

  /** How many reads of one process may go on at once. */
  int readers();

  /** Begins a transaction that only reads. */
  void beginRead(Db db) throws SQLException;

  /**
   * Begins a transaction that writes and, by a lock taken here and not at the first write, has no
   * other writer beside it.
   */
  void beginWrite(Db db) throws SQLException;

  /** A statement in this database's spelling of names. */
  String sql(String statement);

  /** Bytes as this database's ML Metadata keeps them. */
  Object bytes(byte[] bytes);

  /** The names of all tables, in lower case. */
  Set<String> tables(Db db) throws SQLException;

  /** Lets the open transaction's queries hand out their rows as they come. */
  void stream(Connection connection) throws SQLException;

  /** The end of a query that asks for the rows of a table as they were put. */
  String storedOrder();

  /** The query for the highest number that was ever counted. */
  String counter(StoreTables.Counter counter);

  /** The statements that make a column count on after a number. */
  List<String> setCounter(StoreTables.Counter counter, long highest);

  /** The types of columns. */
  SchemaWords words();

  /** Whether the failure is that another process held the lock for too long. */
  boolean isBusy(SQLException failure);

  /** Whether the failure is a unique key that has this value already. */
  boolean isDuplicate(SQLException failure);

  /**
   * Whether the failure is one of two transactions that could not both be, so that it may try
   * again.
   */
  boolean isConflict(SQLException failure);

  /** Whether the connection is gone, so that nothing is known but what was answered before. */
  boolean isDisconnected(SQLException failure);

  /** What to do about a failure that nothing more is known of. */
  String remedy();
}
