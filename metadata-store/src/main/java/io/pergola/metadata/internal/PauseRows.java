package io.pergola.metadata.internal;

import io.pergola.metadata.StoredPause;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The pauses of schedules: a row each, the one in force without an end. */
final class PauseRows {
  /** The table, which refers to that of the schedules. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_schedule_pause\" (\"schedule_id\" VARCHAR(255) NOT NULL"
              + " REFERENCES \"pergola_schedule\"(\"id\"), \"paused\" BIGINT NOT NULL,"
              + " \"unpaused\" BIGINT, \"reason\" TEXT NOT NULL,"
              + " PRIMARY KEY (\"schedule_id\", \"paused\"))");

  private PauseRows() {}

  /** Pauses a schedule; false if it is paused. */
  static boolean begin(Db db, String id, Instant now, String reason) throws SQLException {
    boolean paused =
        db.first(
                row -> row.getLong(1),
                "SELECT \"paused\" FROM \"pergola_schedule_pause\" WHERE \"schedule_id\" = ?"
                    + " AND \"unpaused\" IS NULL",
                id)
            .isPresent();
    if (paused) {
      return false;
    }
    db.update(
        "INSERT INTO \"pergola_schedule_pause\" (\"schedule_id\", \"paused\", \"reason\")"
            + " VALUES (?, ?, ?) ON CONFLICT (\"schedule_id\", \"paused\") DO UPDATE SET"
            + " \"unpaused\" = NULL, \"reason\" = excluded.\"reason\"",
        id,
        now,
        reason);
    lookAgain(db, id);
    return true;
  }

  /** Ends the pause in force; false if there is none. */
  static boolean end(Db db, String id, Instant now) throws SQLException {
    int ended =
        db.update(
            "UPDATE \"pergola_schedule_pause\" SET \"unpaused\" = ? WHERE \"schedule_id\" = ?"
                + " AND \"unpaused\" IS NULL",
            now,
            id);
    lookAgain(db, id);
    return ended > 0;
  }

  private static void lookAgain(Db db, String id) throws SQLException {
    db.update(
        "UPDATE \"pergola_schedule\" SET \"next_due\" = 0, \"revision\" = \"revision\" + 1"
            + " WHERE \"id\" = ?",
        id);
  }

  /** The pauses of a schedule, oldest first. */
  static List<StoredPause> list(Db db, String id) throws SQLException {
    return db.list(
        row ->
            new StoredPause(
                Instant.ofEpochMilli(row.getLong("paused")),
                Db.time(row, "unpaused"),
                row.getString("reason")),
        "SELECT * FROM \"pergola_schedule_pause\" WHERE \"schedule_id\" = ? ORDER BY \"paused\"",
        id);
  }
}
