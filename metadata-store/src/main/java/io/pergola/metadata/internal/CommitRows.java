package io.pergola.metadata.internal;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Which transaction of an open store was the last to be committed. Each writing transaction writes
 * its number; where the answer to a commit was lost, the number tells whether it happened. (A
 * database's own transaction ids cannot: after a crash of the server they are used again.)
 *
 * <p>Not thread-safe: for the one writer of a store.
 */
final class CommitRows {
  /** The table, for version 2 of our schema. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_commit\" (\"writer\" VARCHAR(255) NOT NULL PRIMARY KEY,"
              + " \"number\" BIGINT NOT NULL, \"time\" BIGINT NOT NULL)");

  private static final Duration KEPT = Duration.ofDays(7);

  private final String writer = UUID.randomUUID().toString();
  private final Clock clock;
  private long number;

  CommitRows(Clock clock) {
    this.clock = clock;
  }

  /** Writes the number of this transaction; the first also removes what long gone stores left. */
  long stamp(Db db) throws SQLException {
    Instant now = clock.instant();
    if (number == 0) {
      db.update("DELETE FROM \"pergola_commit\" WHERE \"time\" < ?", now.minus(KEPT));
    }
    number++;
    db.update(
        "INSERT INTO \"pergola_commit\" (\"writer\", \"number\", \"time\") VALUES (?, ?, ?)"
            + " ON CONFLICT (\"writer\") DO UPDATE SET \"number\" = excluded.\"number\","
            + " \"time\" = excluded.\"time\"",
        writer,
        number,
        now);
    return number;
  }

  /** Whether the transaction of this number was committed, asked while no other one is open. */
  boolean happened(Db db, long stamp) throws SQLException {
    return db.first(
            row -> row.getLong(1),
            "SELECT \"number\" FROM \"pergola_commit\" WHERE \"writer\" = ?",
            writer)
        .filter(last -> last == stamp)
        .isPresent();
  }
}
