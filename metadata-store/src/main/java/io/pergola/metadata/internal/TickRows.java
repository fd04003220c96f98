package io.pergola.metadata.internal;

import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleStep;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickCause;
import io.pergola.metadata.TickState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ticks of schedules: what was decided for each interval, and the run that came of it. */
final class TickRows {
  /** The table, which refers to that of the schedules. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_tick\" (\"schedule_id\" VARCHAR(255) NOT NULL"
              + " REFERENCES \"pergola_schedule\"(\"id\"), \"interval_start\" BIGINT NOT NULL,"
              + " \"interval_end\" BIGINT NOT NULL, \"state\" VARCHAR(16) NOT NULL,"
              + " \"cause\" VARCHAR(32) NOT NULL, \"reason\" TEXT NOT NULL,"
              + " \"due\" BIGINT NOT NULL, \"decided\" BIGINT NOT NULL,"
              + " \"intervals\" BIGINT NOT NULL, \"version\" BIGINT NOT NULL,"
              + " \"run_id\" VARCHAR(255), PRIMARY KEY (\"schedule_id\", \"interval_end\"))",
          "CREATE INDEX \"pergola_idx_tick_state\" ON \"pergola_tick\" (\"schedule_id\","
              + " \"state\")",
          "CREATE INDEX \"pergola_idx_tick_run\" ON \"pergola_tick\" (\"run_id\")");

  private TickRows() {}

  /** The newest ticks whose intervals end at {@code end} or before, newest first. */
  static List<StoredTick> until(Db db, String schedule, Instant end, int limit)
      throws SQLException {
    return db.list(
        TickRows::read,
        "SELECT * FROM \"pergola_tick\" WHERE \"schedule_id\" = ?"
            + " AND \"interval_end\" <= ? ORDER BY \"interval_end\" DESC LIMIT ?",
        schedule,
        end,
        limit);
  }

  static Optional<StoredTick> find(Db db, String schedule, Instant end) throws SQLException {
    return db.first(
        TickRows::read,
        "SELECT * FROM \"pergola_tick\" WHERE \"schedule_id\" = ? AND \"interval_end\" = ?",
        schedule,
        end);
  }

  static List<StoredTick> missedSince(Db db, String schedule, Instant time, int limit)
      throws SQLException {
    return db.list(
        TickRows::read,
        "SELECT * FROM \"pergola_tick\" WHERE \"schedule_id\" = ? AND \"state\" = 'MISSED'"
            + " AND \"decided\" >= ? ORDER BY \"decided\", \"interval_end\" LIMIT ?",
        schedule,
        time,
        limit);
  }

  static List<StoredTick> waiting(Db db, String schedule) throws SQLException {
    return db.list(
        TickRows::read,
        "SELECT * FROM \"pergola_tick\" WHERE \"schedule_id\" = ?"
            + " AND \"state\" = 'WAITING' ORDER BY \"interval_end\"",
        schedule);
  }

  /** The ticks whose runs are not over, with these runs, oldest interval first. */
  static List<ScheduleView.Live> live(Db db, String id, Instant now) throws SQLException {
    List<StoredTick> ticks =
        db.list(
            TickRows::read,
            "SELECT t.* FROM \"pergola_tick\" t JOIN \"pergola_run\" r ON r.\"id\" = t.\"run_id\""
                + " WHERE t.\"schedule_id\" = ? AND t.\"state\" = 'FIRED'"
                + " AND r.\"state\" IN (?, ?) ORDER BY t.\"interval_end\"",
            id,
            RunState.CREATED,
            RunState.RUNNING);
    List<ScheduleView.Live> live = new ArrayList<>();
    for (StoredTick tick : ticks) {
      String runId = tick.runId().orElseThrow();
      live.add(
          new ScheduleView.Live(
              tick, RunRows.require(db, runId), RunQueueRows.isDriven(db, runId, now)));
    }
    return live;
  }

  /** Keeps a tick as decided, and creates its run unless the interval has one. */
  static void write(Db db, ScheduleStep.Decided decided, Instant now, List<StoredRun> created)
      throws SQLException {
    StoredTick tick = decided.tick();
    if (decided.run().isPresent()) {
      StoredRun run = RunQueueRows.enqueue(db, decided.run().get(), now);
      tick = tick.run(run.id());
      if (run.id().equals(decided.run().get().id())) {
        created.add(run);
      }
    }
    db.update(
        "INSERT INTO \"pergola_tick\" (\"schedule_id\", \"interval_start\", \"interval_end\","
            + " \"state\", \"cause\", \"reason\", \"due\", \"decided\", \"intervals\", \"version\","
            + " \"run_id\") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT (\"schedule_id\", \"interval_end\") DO UPDATE SET"
            + " \"state\" = excluded.\"state\", \"cause\" = excluded.\"cause\","
            + " \"reason\" = excluded.\"reason\", \"decided\" = excluded.\"decided\","
            + " \"run_id\" = excluded.\"run_id\"",
        tick.schedule(),
        tick.start(),
        tick.end(),
        tick.state(),
        tick.cause(),
        tick.reason(),
        tick.due(),
        tick.decided(),
        tick.intervals(),
        tick.version(),
        tick.runId());
  }

  private static StoredTick read(ResultSet row) throws SQLException {
    return new StoredTick(
        row.getString("schedule_id"),
        Instant.ofEpochMilli(row.getLong("interval_start")),
        Instant.ofEpochMilli(row.getLong("interval_end")),
        TickState.valueOf(row.getString("state")),
        TickCause.valueOf(row.getString("cause")),
        row.getString("reason"),
        Instant.ofEpochMilli(row.getLong("due")),
        Instant.ofEpochMilli(row.getLong("decided")),
        row.getLong("intervals"),
        row.getLong("version"),
        Db.text(row, "run_id"));
  }
}
