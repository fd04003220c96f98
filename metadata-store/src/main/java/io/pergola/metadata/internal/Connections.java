package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import java.sql.SQLException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * A few connections for all threads of a process: one writes, the others read. Whoever writes holds
 * the database's only write lock anyway, so that more connections would only wait elsewhere;
 * readers never wait for writers.
 *
 * <p>A transaction that was lost with its connection is begun again on another one, for a minute.
 * What happens inside one must therefore not depend on how often it is run.
 */
final class Connections implements AutoCloseable {
  private final Dialect dialect;
  private final Lane writer;
  private final Lane reader;
  private @Nullable CommitRows commits;
  private volatile boolean answered;

  Connections(Dialect dialect) {
    this.dialect = dialect;
    this.writer = new Lane(this, 1);
    this.reader = new Lane(this, dialect.readers());
  }

  /** What happens inside one transaction. */
  interface Work<T> {
    T run(Db db) throws SQLException;
  }

  /** What happens inside one transaction and has no result. */
  interface Step {
    void run(Db db) throws SQLException;
  }

  <T> T read(Work<T> work) {
    return reader.run("read", new Reading(), work);
  }

  <T> T write(Work<T> work) {
    return writer.run("write to", new Writing(), work);
  }

  void change(Step step) {
    Boolean done =
        write(
            db -> {
              step.run(db);
              return true;
            });
    assert done;
  }

  /** Prepares the database for concurrent use, outside any transaction. */
  void prepare() {
    writer.use("open", dialect::prepare);
  }

  /** From now on every commit can be asked for: the tables are there. */
  void rememberCommits(Clock clock) {
    commits = new CommitRows(clock);
  }

  /** The database answered: its address is right, and if it is gone it will be back. */
  void answered() {
    answered = true;
  }

  boolean hasAnswered() {
    return answered;
  }

  Dialect dialect() {
    return dialect;
  }

  @Override
  public void close() {
    writer.close();
    reader.close();
  }

  /** How a transaction begins, and what becomes of it if the answer to its commit is lost. */
  interface Kind {
    void begin(Db db) throws SQLException;

    /** Does what is to be done last before the commit. */
    void seal(Db db) throws SQLException;

    /** Asks a new connection whether the commit happened. */
    boolean happened(Db db) throws SQLException;
  }

  private final class Reading implements Kind {
    @Override
    public void begin(Db db) throws SQLException {
      dialect.beginRead(db);
    }

    @Override
    public void seal(Db db) {}

    @Override
    public boolean happened(Db db) {
      return false;
    }
  }

  private final class Writing implements Kind {
    private long stamp;

    @Override
    public void begin(Db db) throws SQLException {
      dialect.beginWrite(db);
    }

    @Override
    public void seal(Db db) throws SQLException {
      CommitRows rows = commits;
      stamp = rows == null ? 0 : rows.stamp(db);
    }

    @Override
    public boolean happened(Db db) throws SQLException {
      CommitRows rows = commits;
      if (rows == null || stamp == 0) {
        return false;
      }
      // The write lock: once it is ours, the transaction in question is over either way.
      begin(db);
      try {
        return rows.happened(db, stamp);
      } finally {
        db.execute("ROLLBACK");
      }
    }
  }

  MetadataStoreException failure(String verb, SQLException e) {
    String cause = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", "; ");
    if (dialect.isBusy(e)) {
      return new MetadataStoreException(
          ("Cannot %s %s: another process has locked it for a minute. End that process, or wait"
                  + " for it, and try again.")
              .formatted(verb, dialect.name()),
          e);
    }
    if (dialect.isDuplicate(e)) {
      return new MetadataStoreException(
          "Cannot %s %s: one of this name or external id is already there (%s). Choose another."
              .formatted(verb, dialect.name(), cause),
          e);
    }
    return new MetadataStoreException(
        "Cannot %s %s: %s. %s".formatted(verb, dialect.name(), cause, dialect.remedy()), e);
  }
}
