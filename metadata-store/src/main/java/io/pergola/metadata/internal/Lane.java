package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/** Connections of one kind, kept open, each used by one thread at a time. */
final class Lane implements AutoCloseable {
  private final Connections owner;
  private final Dialect dialect;
  private final Semaphore places;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private boolean closed;

  Lane(Connections owner, int places) {
    this.owner = owner;
    this.dialect = owner.dialect();
    this.places = new Semaphore(places, true);
  }

  /** What is done with a connection outside any transaction. */
  interface Use {
    void run(Connection connection) throws SQLException;
  }

  /** One transaction, begun again if it was lost or had to give way; happens once or not at all. */
  <T> T run(String verb, Connections.Kind kind, Connections.Work<T> work) {
    places.acquireUninterruptibly();
    try {
      Retries retries = new Retries(dialect);
      while (true) {
        try {
          return once(verb, kind, work);
        } catch (SQLException e) {
          if (!retries.again(e, connectedBefore())) {
            throw owner.failure(verb, e);
          }
        }
      }
    } finally {
      places.release();
    }
  }

  private <T> T once(String verb, Connections.Kind kind, Connections.Work<T> work)
      throws SQLException {
    Connection connection = take(verb);
    boolean usable = false;
    try {
      Db db = new Db(connection, dialect);
      kind.begin(db);
      T result;
      boolean sealed = false;
      try {
        result = work.run(db);
        kind.seal(db);
        sealed = true;
      } finally {
        if (!sealed) {
          usable = rolledBack(db);
        }
      }
      try {
        db.execute("COMMIT");
        usable = true;
      } catch (SQLException e) {
        // A transaction whose commit failed may be open still, and would block the question.
        discard(connection);
        if (!happened(verb, kind, e)) {
          throw e;
        }
      }
      return result;
    } finally {
      if (usable) {
        giveBack(connection);
      } else {
        discard(connection);
      }
    }
  }

  private boolean happened(String verb, Connections.Kind kind, SQLException unanswered) {
    Retries retries = new Retries(dialect);
    while (true) {
      try {
        Connection connection = take(verb);
        try {
          return kind.happened(new Db(connection, dialect));
        } finally {
          discard(connection);
        }
      } catch (SQLException e) {
        if (!retries.again(e, connectedBefore())) {
          MetadataStoreException unknown =
              new MetadataStoreException(
                  ("Cannot tell whether a change of %s was made: the answer was lost, and it cannot"
                          + " be asked (%s). Look at what was changed once it is back.")
                      .formatted(dialect.name(), e.getMessage()),
                  unanswered);
          unknown.addSuppressed(e);
          throw unknown;
        }
      }
    }
  }

  /** A connection that cannot even roll back is of no use any more. */
  private static boolean rolledBack(Db db) {
    try {
      db.execute("ROLLBACK");
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  void use(String verb, Use use) {
    places.acquireUninterruptibly();
    try {
      Connection connection = take(verb);
      try {
        use.run(connection);
      } finally {
        giveBack(connection);
      }
    } catch (SQLException e) {
      throw owner.failure(verb, e);
    } finally {
      places.release();
    }
  }

  private Connection take(String verb) throws SQLException {
    synchronized (this) {
      if (closed) {
        throw new MetadataStoreException(
            "Cannot %s %s: the store was closed. Open it again.".formatted(verb, dialect.name()));
      }
      Connection open = idle.pollLast();
      if (open != null) {
        return open;
      }
    }
    Connection fresh = dialect.connect();
    owner.answered();
    return fresh;
  }

  private synchronized boolean connectedBefore() {
    return owner.hasAnswered() && !closed;
  }

  private void giveBack(Connection connection) {
    synchronized (this) {
      if (!closed) {
        idle.addLast(connection);
        return;
      }
    }
    discard(connection);
  }

  /** What closing says is of no use: the connection is not trusted any more. */
  private static void discard(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      return;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(Lane::discard);
    idle.clear();
  }
}
