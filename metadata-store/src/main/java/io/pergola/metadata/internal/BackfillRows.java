package io.pergola.metadata.internal;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillDraft;
import io.pergola.metadata.BackfillInterval;
import io.pergola.metadata.BackfillInterval.State;
import io.pergola.metadata.BackfillLedger;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.BackfillState;
import io.pergola.metadata.BackfillStep;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Backfills: a row each, and one for each of their intervals. */
final class BackfillRows implements BackfillLedger {
  /** The tables of this ledger. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_backfill\" (\"id\" VARCHAR(255) NOT NULL PRIMARY KEY,"
              + " \"schedule_id\" VARCHAR(255) NOT NULL REFERENCES \"pergola_schedule\"(\"id\"),"
              + " \"range_start\" BIGINT NOT NULL, \"range_end\" BIGINT NOT NULL,"
              + " \"direction\" VARCHAR(16) NOT NULL, \"max_parallel\" BIGINT NOT NULL,"
              + " \"choice\" VARCHAR(16) NOT NULL, \"state\" VARCHAR(16) NOT NULL,"
              + " \"revision\" BIGINT NOT NULL, \"created\" BIGINT NOT NULL,"
              + " \"finished\" BIGINT)",
          "CREATE INDEX \"pergola_idx_backfill_state\" ON \"pergola_backfill\" (\"state\")",
          "CREATE TABLE \"pergola_backfill_interval\" (\"backfill_id\" VARCHAR(255) NOT NULL"
              + " REFERENCES \"pergola_backfill\"(\"id\"), \"position\" BIGINT NOT NULL,"
              + " \"interval_start\" BIGINT NOT NULL, \"interval_end\" BIGINT NOT NULL,"
              + " \"state\" VARCHAR(16) NOT NULL, \"run_id\" VARCHAR(255),"
              + " \"reason\" TEXT NOT NULL, PRIMARY KEY (\"backfill_id\", \"position\"))");

  private final Connections connections;
  private final Clock clock;

  BackfillRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public StoredBackfill create(BackfillDraft draft) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          if (find(db, draft.id()).isPresent()) {
            throw new MetadataStoreException(
                "Cannot create backfill '%s': there is one of this id. Choose another id."
                    .formatted(draft.id()));
          }
          insert(db, draft, now);
          return find(db, draft.id()).orElseThrow();
        });
  }

  private static void insert(Db db, BackfillDraft draft, Instant now) throws SQLException {
    db.update(
        "INSERT INTO \"pergola_backfill\" (\"id\", \"schedule_id\", \"range_start\","
            + " \"range_end\", \"direction\", \"max_parallel\", \"choice\", \"state\","
            + " \"revision\", \"created\") VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        draft.id(),
        draft.schedule(),
        draft.from(),
        draft.to(),
        draft.order(),
        draft.maxParallel(),
        draft.choice(),
        BackfillState.RUNNING,
        now);
    int position = 0;
    for (BackfillDraft.Interval interval : draft.intervals()) {
      db.update(
          "INSERT INTO \"pergola_backfill_interval\" (\"backfill_id\", \"position\","
              + " \"interval_start\", \"interval_end\", \"state\", \"reason\")"
              + " VALUES (?, ?, ?, ?, ?, '')",
          draft.id(),
          position++,
          interval.start(),
          interval.end(),
          State.PENDING);
    }
  }

  @Override
  public Optional<StoredBackfill> find(String id) {
    return connections.read(db -> find(db, id));
  }

  private static Optional<StoredBackfill> find(Db db, String id) throws SQLException {
    return select(db, "WHERE \"id\" = ?", id).stream().findFirst();
  }

  @Override
  public List<StoredBackfill> list() {
    return connections.read(db -> select(db, "ORDER BY \"created\" DESC, \"id\""));
  }

  @Override
  public List<StoredBackfill> active() {
    return connections.read(
        db ->
            select(
                db,
                "WHERE \"state\" IN (?, ?) ORDER BY \"created\", \"id\"",
                BackfillState.RUNNING,
                BackfillState.PAUSED));
  }

  private static List<StoredBackfill> select(Db db, String where, Object... arguments)
      throws SQLException {
    List<StoredBackfill> all = new ArrayList<>();
    for (String id :
        db.list(
            row -> row.getString(1),
            "SELECT \"id\" FROM \"pergola_backfill\" " + where,
            arguments)) {
      Map<State, Integer> counts = new TreeMap<>();
      db.list(
              row -> Map.entry(State.valueOf(row.getString(1)), row.getInt(2)),
              "SELECT \"state\", COUNT(*) FROM \"pergola_backfill_interval\""
                  + " WHERE \"backfill_id\" = ? GROUP BY \"state\"",
              id)
          .forEach(count -> counts.put(count.getKey(), count.getValue()));
      all.addAll(
          db.list(
              row -> read(row, counts), "SELECT * FROM \"pergola_backfill\" WHERE \"id\" = ?", id));
    }
    return all;
  }

  private static StoredBackfill read(ResultSet row, Map<State, Integer> counts)
      throws SQLException {
    return new StoredBackfill(
        row.getString("id"),
        row.getString("schedule_id"),
        Instant.ofEpochMilli(row.getLong("range_start")),
        Instant.ofEpochMilli(row.getLong("range_end")),
        BackfillOrder.valueOf(row.getString("direction")),
        row.getInt("max_parallel"),
        BackfillChoice.valueOf(row.getString("choice")),
        BackfillState.valueOf(row.getString("state")),
        row.getLong("revision"),
        Instant.ofEpochMilli(row.getLong("created")),
        Db.time(row, "finished"),
        new TreeMap<>(counts));
  }

  @Override
  public List<BackfillInterval> intervals(String id) {
    return connections.read(db -> intervals(db, id));
  }

  private static List<BackfillInterval> intervals(Db db, String id) throws SQLException {
    return db.list(
        row ->
            new BackfillInterval(
                row.getInt("position"),
                Instant.ofEpochMilli(row.getLong("interval_start")),
                Instant.ofEpochMilli(row.getLong("interval_end")),
                State.valueOf(row.getString("state")),
                Db.text(row, "run_id"),
                row.getString("reason")),
        "SELECT * FROM \"pergola_backfill_interval\" WHERE \"backfill_id\" = ?"
            + " ORDER BY \"position\"",
        id);
  }

  @Override
  public boolean pause(String id) {
    return connections.write(db -> move(db, id, BackfillState.PAUSED, BackfillState.RUNNING));
  }

  @Override
  public boolean resume(String id) {
    return connections.write(db -> move(db, id, BackfillState.RUNNING, BackfillState.PAUSED));
  }

  private static boolean move(Db db, String id, BackfillState to, BackfillState from)
      throws SQLException {
    return db.update(
            "UPDATE \"pergola_backfill\" SET \"state\" = ?, \"revision\" = \"revision\" + 1"
                + " WHERE \"id\" = ? AND \"state\" = ?",
            to,
            id,
            from)
        == 1;
  }

  @Override
  public boolean cancel(String id) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          int ended =
              db.update(
                  "UPDATE \"pergola_backfill\" SET \"state\" = ?, \"finished\" = ?,"
                      + " \"revision\" = \"revision\" + 1 WHERE \"id\" = ?"
                      + " AND \"state\" IN (?, ?)",
                  BackfillState.CANCELLED,
                  now,
                  id,
                  BackfillState.RUNNING,
                  BackfillState.PAUSED);
          if (ended == 0) {
            return false;
          }
          String reason = "backfill %s was cancelled".formatted(id);
          for (BackfillInterval interval : intervals(db, id)) {
            if (interval.state() == State.STARTED) {
              ScheduleSteps.cancel(db, interval.runId().orElseThrow(), reason, now);
            }
            if (interval.state() == State.PENDING || interval.state() == State.STARTED) {
              update(db, id, interval.becomes(State.CANCELLED, "The backfill was cancelled."));
            }
          }
          return true;
        });
  }

  private static void update(Db db, String id, BackfillInterval interval) throws SQLException {
    db.update(
        "UPDATE \"pergola_backfill_interval\" SET \"state\" = ?, \"run_id\" = ?, \"reason\" = ?"
            + " WHERE \"backfill_id\" = ? AND \"position\" = ?",
        interval.state(),
        interval.runId(),
        interval.reason(),
        id,
        interval.position());
  }

  @Override
  public Optional<List<StoredRun>> advance(BackfillStep step) {
    String id = step.seen().id();
    return connections.write(
        db -> {
          int moved =
              db.update(
                  "UPDATE \"pergola_backfill\" SET \"revision\" = \"revision\" + 1"
                      + " WHERE \"id\" = ? AND \"revision\" = ?",
                  id,
                  step.seen().revision());
          if (moved == 0) {
            return Optional.empty();
          }
          List<StoredRun> created = new ArrayList<>();
          for (BackfillStep.Change change : step.changes()) {
            write(db, id, change, step.now(), created);
          }
          boolean open =
              intervals(db, id).stream()
                  .anyMatch(one -> one.state() == State.PENDING || one.state() == State.STARTED);
          if (!open) {
            db.update(
                "UPDATE \"pergola_backfill\" SET \"state\" = ?, \"finished\" = ? WHERE \"id\" = ?",
                BackfillState.DONE,
                step.now(),
                id);
          }
          return Optional.of(created);
        });
  }

  private static void write(
      Db db, String id, BackfillStep.Change change, Instant now, List<StoredRun> created)
      throws SQLException {
    BackfillInterval interval = change.interval();
    if (change.run().isPresent()) {
      StoredRun run = RunQueueRows.enqueue(db, change.run().get(), now);
      if (!run.id().equals(change.run().get().id())) {
        return;
      }
      created.add(run);
      interval =
          new BackfillInterval(
              interval.position(),
              interval.start(),
              interval.end(),
              State.STARTED,
              Optional.of(run.id()),
              interval.reason());
    }
    update(db, id, interval);
  }
}
