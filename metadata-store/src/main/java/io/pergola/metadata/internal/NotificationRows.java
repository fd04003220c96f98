package io.pergola.metadata.internal;

import io.pergola.metadata.NotificationDraft;
import io.pergola.metadata.NotificationLedger;
import io.pergola.metadata.StoredNotification;
import io.pergola.metadata.StoredNotification.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Notifications: a row for each event and channel. */
final class NotificationRows implements NotificationLedger {
  /** The tables of this ledger. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_notification\" (\"id\" VARCHAR(255) NOT NULL,"
              + " \"channel\" VARCHAR(255) NOT NULL, \"event\" VARCHAR(255) NOT NULL,"
              + " \"body\" TEXT NOT NULL, \"state\" VARCHAR(255) NOT NULL,"
              + " \"attempts\" BIGINT NOT NULL, \"created\" BIGINT NOT NULL,"
              + " \"due\" BIGINT NOT NULL, \"problem\" TEXT, PRIMARY KEY (\"id\", \"channel\"))",
          "CREATE INDEX \"pergola_idx_notification_due\" ON \"pergola_notification\""
              + " (\"state\", \"due\")",
          "CREATE TABLE \"pergola_notification_mark\" (\"name\" VARCHAR(255) PRIMARY KEY,"
              + " \"time\" BIGINT NOT NULL)",
          "CREATE INDEX \"pergola_idx_run_finished\" ON \"pergola_run\" (\"finished\")");

  private static final String MARK = "looked-up-to";
  private static final int LONGEST_PROBLEM = 500;

  /** What is over stays so, whatever a slower sender says. */
  private static final String OPEN = " AND \"state\" = 'PENDING'";

  private final Connections connections;
  private final Clock clock;

  NotificationRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public boolean put(NotificationDraft draft) {
    return connections.write(
        db ->
            db.update(
                    "INSERT INTO \"pergola_notification\" (\"id\", \"channel\", \"event\","
                        + " \"body\", \"state\", \"attempts\", \"created\", \"due\")"
                        + " VALUES (?, ?, ?, ?, ?, 0, ?, ?)"
                        + " ON CONFLICT (\"id\", \"channel\") DO NOTHING",
                    draft.id(),
                    draft.channel(),
                    draft.event(),
                    draft.body(),
                    State.PENDING,
                    clock.instant(),
                    clock.instant())
                == 1);
  }

  @Override
  public Optional<StoredNotification> take(Duration term) {
    Instant now = clock.instant();
    if (connections.read(db -> due(db, now)).isEmpty()) {
      return Optional.empty();
    }
    return connections.write(
        db -> {
          Optional<StoredNotification> next = due(db, now);
          if (next.isPresent()) {
            db.update(
                "UPDATE \"pergola_notification\" SET \"due\" = ?, \"attempts\" = \"attempts\" + 1"
                    + " WHERE \"id\" = ? AND \"channel\" = ?",
                now.plus(term),
                next.get().draft().id(),
                next.get().draft().channel());
            return find(db, next.get().draft().id(), next.get().draft().channel());
          }
          return Optional.empty();
        });
  }

  private static Optional<StoredNotification> due(Db db, Instant now) throws SQLException {
    return db.first(
        NotificationRows::read,
        "SELECT * FROM \"pergola_notification\" WHERE \"state\" = ? AND \"due\" <= ?"
            + " ORDER BY \"due\", \"id\", \"channel\" LIMIT 1",
        State.PENDING,
        now);
  }

  private static Optional<StoredNotification> find(Db db, String id, String channel)
      throws SQLException {
    return db.first(
        NotificationRows::read,
        "SELECT * FROM \"pergola_notification\" WHERE \"id\" = ? AND \"channel\" = ?",
        id,
        channel);
  }

  /** What has arrived has, even if another sender had given it up. */
  @Override
  public void sent(String id, String channel) {
    end(id, channel, State.SENT, Optional.empty(), clock.instant(), "");
  }

  @Override
  public void retry(String id, String channel, String problem, Instant due) {
    end(id, channel, State.PENDING, Optional.of(problem), due, OPEN);
  }

  @Override
  public void giveUp(String id, String channel, String problem) {
    end(id, channel, State.FAILED, Optional.of(problem), clock.instant(), OPEN);
  }

  private void end(
      String id,
      String channel,
      State state,
      Optional<String> problem,
      Instant due,
      String condition) {
    connections.change(
        db -> {
          db.update(
              "UPDATE \"pergola_notification\" SET \"state\" = ?, \"problem\" = ?, \"due\" = ?"
                  + " WHERE \"id\" = ? AND \"channel\" = ?"
                  + condition,
              state,
              problem.map(text -> text.substring(0, Math.min(text.length(), LONGEST_PROBLEM))),
              due,
              id,
              channel);
        });
  }

  @Override
  public List<StoredNotification> list(int limit) {
    return connections.read(
        db ->
            db.list(
                NotificationRows::read,
                "SELECT * FROM \"pergola_notification\" ORDER BY \"created\" DESC, \"id\","
                    + " \"channel\" LIMIT ?",
                limit));
  }

  @Override
  public Optional<Instant> lookedUpTo() {
    return connections.read(
        db ->
            db.first(
                row -> Instant.ofEpochMilli(row.getLong(1)),
                "SELECT \"time\" FROM \"pergola_notification_mark\" WHERE \"name\" = ?",
                MARK));
  }

  @Override
  public void lookedUpTo(Instant time) {
    connections.change(
        db -> {
          db.update(
              "INSERT INTO \"pergola_notification_mark\" (\"name\", \"time\") VALUES (?, ?)"
                  + " ON CONFLICT (\"name\") DO UPDATE SET \"time\" = excluded.\"time\""
                  + " WHERE \"pergola_notification_mark\".\"time\" < excluded.\"time\"",
              MARK,
              time);
        });
  }

  @Override
  public List<String> finishedSince(Instant time, int limit) {
    return connections.read(
        db ->
            db.list(
                row -> row.getString(1),
                "SELECT \"id\" FROM \"pergola_run\" WHERE \"finished\" >= ?"
                    + " ORDER BY \"finished\", \"number\" LIMIT ?",
                time,
                limit));
  }

  private static StoredNotification read(ResultSet row) throws SQLException {
    return new StoredNotification(
        new NotificationDraft(
            row.getString("id"),
            row.getString("channel"),
            row.getString("event"),
            row.getString("body")),
        State.valueOf(row.getString("state")),
        row.getInt("attempts"),
        Instant.ofEpochMilli(row.getLong("created")),
        Instant.ofEpochMilli(row.getLong("due")),
        Db.text(row, "problem"));
  }
}
