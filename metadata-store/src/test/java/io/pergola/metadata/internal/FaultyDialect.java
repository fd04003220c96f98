package io.pergola.metadata.internal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;

/** A database whose i-th JDBC call fails. Calls are counted from when the fault is armed. */
final class FaultyDialect implements Dialect {
  /** How a call fails. */
  enum Fault {
    /** The call does nothing. The disk is full, say. */
    REFUSED,
    /** The connection breaks before the call does anything. */
    RESET,
    /** The call does what it should, but the connection breaks before the answer is there. */
    UNANSWERED
  }

  private final Dialect dialect;
  private final Fault fault;
  private long calls;
  private long at = Long.MAX_VALUE;
  private boolean struck;

  FaultyDialect(Dialect dialect, Fault fault) {
    this.dialect = dialect;
    this.fault = fault;
  }

  /** The i-th call from now on fails, from 1; 0 for none. */
  synchronized void arm(long call) {
    calls = 0;
    struck = false;
    at = call == 0 ? Long.MAX_VALUE : call;
  }

  synchronized long calls() {
    return calls;
  }

  synchronized boolean struck() {
    return struck;
  }

  private synchronized boolean strikes() {
    calls++;
    boolean now = calls == at;
    struck |= now;
    return now;
  }

  private SQLException failure() {
    return fault == Fault.REFUSED
        ? new SQLException("the injected fault", "58030")
        : new SQLException("the injected reset", "08006");
  }

  @Override
  public Connection connect() throws SQLException {
    Connection real = dialect.connect();
    return wrap(Connection.class, real, real);
  }

  private <T> T wrap(Class<T> type, Object real, Connection connection) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> call(real, connection, method, arguments)));
  }

  private Object call(Object real, Connection connection, Method method, Object[] arguments)
      throws Throwable {
    String name = method.getName();
    boolean counts =
        name.startsWith("execute")
            || name.startsWith("prepare")
            || name.equals("createStatement")
            || name.equals("next");
    boolean now = counts && strikes();
    if (now && fault != Fault.UNANSWERED) {
      if (fault == Fault.RESET) {
        connection.close();
      }
      throw failure();
    }
    Object result;
    try {
      result = method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    if (now) {
      connection.close();
      throw failure();
    }
    if (result instanceof PreparedStatement) {
      return wrap(PreparedStatement.class, result, connection);
    }
    if (result instanceof Statement) {
      return wrap(Statement.class, result, connection);
    }
    return result instanceof ResultSet ? wrap(ResultSet.class, result, connection) : result;
  }

  @Override
  public boolean isDisconnected(SQLException failure) {
    return dialect.isDisconnected(failure);
  }

  @Override
  public String name() {
    return dialect.name();
  }

  @Override
  public void prepare(Connection connection) throws SQLException {
    dialect.prepare(connection);
  }

  @Override
  public int readers() {
    return dialect.readers();
  }

  @Override
  public void beginRead(Db db) throws SQLException {
    dialect.beginRead(db);
  }

  @Override
  public void beginWrite(Db db) throws SQLException {
    dialect.beginWrite(db);
  }

  @Override
  public String sql(String statement) {
    return dialect.sql(statement);
  }

  @Override
  public Object bytes(byte[] bytes) {
    return dialect.bytes(bytes);
  }

  @Override
  public Set<String> tables(Db db) throws SQLException {
    return dialect.tables(db);
  }

  @Override
  public void stream(Connection connection) throws SQLException {
    dialect.stream(connection);
  }

  @Override
  public String storedOrder() {
    return dialect.storedOrder();
  }

  @Override
  public String counter(StoreTables.Counter counter) {
    return dialect.counter(counter);
  }

  @Override
  public List<String> setCounter(StoreTables.Counter counter, long highest) {
    return dialect.setCounter(counter, highest);
  }

  @Override
  public SchemaWords words() {
    return dialect.words();
  }

  @Override
  public boolean isBusy(SQLException failure) {
    return dialect.isBusy(failure);
  }

  @Override
  public boolean isDuplicate(SQLException failure) {
    return dialect.isDuplicate(failure);
  }

  @Override
  public boolean isConflict(SQLException failure) {
    return dialect.isConflict(failure);
  }

  @Override
  public String remedy() {
    return dialect.remedy();
  }
}
