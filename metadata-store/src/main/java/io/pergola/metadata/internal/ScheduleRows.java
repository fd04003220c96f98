package io.pergola.metadata.internal;

import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunState;
import io.pergola.metadata.ScheduleDraft;
import io.pergola.metadata.ScheduleLedger;
import io.pergola.metadata.ScheduleStep;
import io.pergola.metadata.ScheduleVersion;
import io.pergola.metadata.ScheduleView;
import io.pergola.metadata.StoredPause;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredSchedule;
import io.pergola.metadata.StoredTick;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schedules: a row each, beside one for each version; their pauses and ticks stand elsewhere. */
final class ScheduleRows implements ScheduleLedger {
  /** The tables of this ledger. */
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_schedule\" (\"id\" VARCHAR(255) NOT NULL PRIMARY KEY,"
              + " \"pipeline\" VARCHAR(255) NOT NULL, \"version\" BIGINT NOT NULL,"
              + " \"first_version\" BIGINT NOT NULL, \"cursor\" BIGINT NOT NULL,"
              + " \"revision\" BIGINT NOT NULL, \"next_due\" BIGINT NOT NULL,"
              + " \"created\" BIGINT NOT NULL, \"deleted\" BIGINT)",
          "CREATE INDEX \"pergola_idx_schedule_due\" ON \"pergola_schedule\" (\"next_due\")",
          "CREATE TABLE \"pergola_schedule_version\" (\"schedule_id\" VARCHAR(255) NOT NULL"
              + " REFERENCES \"pergola_schedule\"(\"id\"), \"version\" BIGINT NOT NULL,"
              + " \"definition\" TEXT NOT NULL, \"applied\" BIGINT NOT NULL,"
              + " PRIMARY KEY (\"schedule_id\", \"version\"))",
          "CREATE INDEX \"pergola_idx_run_request_interval\" ON \"pergola_run_request\""
              + " (\"schedule\", \"interval_end\")",
          "CREATE TABLE \"pergola_scheduler\" (\"name\" VARCHAR(255) NOT NULL PRIMARY KEY,"
              + " \"high_water\" BIGINT NOT NULL)");

  private static final String SCHEDULES =
      "SELECT s.*, v.\"definition\", p.\"paused\", p.\"reason\" AS \"pause_reason\""
          + " FROM \"pergola_schedule\" s JOIN \"pergola_schedule_version\" v"
          + " ON v.\"schedule_id\" = s.\"id\" AND v.\"version\" = s.\"version\""
          + " LEFT JOIN \"pergola_schedule_pause\" p ON p.\"schedule_id\" = s.\"id\""
          + " AND p.\"unpaused\" IS NULL ";
  private static final String MARK = "all";
  private static final String GONE = "The schedule was deleted.";

  private final Connections connections;
  private final Clock clock;

  ScheduleRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public StoredSchedule put(ScheduleDraft draft) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          Optional<StoredSchedule> there = any(db, draft.id());
          if (there.isEmpty()) {
            insert(db, draft, now);
          } else {
            change(db, draft, there.get(), now);
          }
          return any(db, draft.id()).orElseThrow();
        });
  }

  private static void insert(Db db, ScheduleDraft draft, Instant now) throws SQLException {
    db.update(
        "INSERT INTO \"pergola_schedule\" (\"id\", \"pipeline\", \"version\", \"first_version\","
            + " \"cursor\", \"revision\", \"next_due\", \"created\") VALUES (?, ?, 1, 1, ?, 0, 0, ?)",
        draft.id(),
        draft.pipeline(),
        draft.cursor(),
        now);
    putVersion(db, draft.id(), 1, draft.definition(), now);
  }

  private static void putVersion(Db db, String id, long version, String definition, Instant now)
      throws SQLException {
    db.update(
        "INSERT INTO \"pergola_schedule_version\" (\"schedule_id\", \"version\", \"definition\","
            + " \"applied\") VALUES (?, ?, ?, ?)",
        id,
        version,
        definition,
        now);
  }

  private static void change(Db db, ScheduleDraft draft, StoredSchedule there, Instant now)
      throws SQLException {
    boolean ticked =
        db.first(
                row -> row.getLong(1),
                "SELECT 1 FROM \"pergola_tick\" WHERE \"schedule_id\" = ? LIMIT 1",
                draft.id())
            .isPresent();
    if (ticked && !there.pipeline().equals(draft.pipeline())) {
      throw new MetadataStoreException(
          ("Cannot change schedule '%s': its runs so far are of pipeline '%s', not '%s'. Give the"
                  + " new schedule an id of its own.")
              .formatted(draft.id(), there.pipeline(), draft.pipeline()));
    }
    int back =
        db.update(
            "UPDATE \"pergola_schedule\" SET \"deleted\" = NULL, \"next_due\" = 0,"
                + " \"revision\" = \"revision\" + 1 WHERE \"id\" = ? AND \"deleted\" IS NOT NULL",
            draft.id());
    if (back == 1) {
      PauseRows.end(db, draft.id(), now);
    }
    if (there.definition().equals(draft.definition())) {
      return;
    }
    long version = there.version() + 1;
    putVersion(db, draft.id(), version, draft.definition(), now);
    db.update(
        "UPDATE \"pergola_schedule\" SET \"pipeline\" = ?, \"version\" = ?,"
            + " \"first_version\" = ?, \"cursor\" = ?, \"next_due\" = 0,"
            + " \"revision\" = \"revision\" + 1 WHERE \"id\" = ?",
        draft.pipeline(),
        version,
        ticked ? there.firstVersion() : version,
        ticked ? there.cursor() : draft.cursor(),
        draft.id());
  }

  @Override
  public Optional<StoredSchedule> find(String id) {
    return connections.read(db -> find(db, id));
  }

  private static Optional<StoredSchedule> find(Db db, String id) throws SQLException {
    return db.first(
        ScheduleRows::readSchedule, SCHEDULES + "WHERE s.\"id\" = ? AND s.\"deleted\" IS NULL", id);
  }

  private static Optional<StoredSchedule> any(Db db, String id) throws SQLException {
    return db.first(ScheduleRows::readSchedule, SCHEDULES + "WHERE s.\"id\" = ?", id);
  }

  @Override
  public List<StoredSchedule> list() {
    return connections.read(
        db ->
            db.list(
                ScheduleRows::readSchedule,
                SCHEDULES + "WHERE s.\"deleted\" IS NULL ORDER BY s.\"id\""));
  }

  @Override
  public List<ScheduleVersion> versions(String id) {
    return connections.read(db -> versions(db, id, 1));
  }

  private static List<ScheduleVersion> versions(Db db, String id, long first) throws SQLException {
    return db.list(
        row ->
            new ScheduleVersion(
                row.getLong("version"),
                row.getString("definition"),
                Instant.ofEpochMilli(row.getLong("applied"))),
        "SELECT * FROM \"pergola_schedule_version\" WHERE \"schedule_id\" = ?"
            + " AND \"version\" >= ? ORDER BY \"version\"",
        id,
        first);
  }

  @Override
  public boolean delete(String id) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          int deleted =
              db.update(
                  "UPDATE \"pergola_schedule\" SET \"deleted\" = ?,"
                      + " \"revision\" = \"revision\" + 1 WHERE \"id\" = ? AND \"deleted\" IS NULL",
                  now,
                  id);
          if (deleted == 1) {
            PauseRows.begin(db, id, now, GONE);
          }
          return deleted == 1;
        });
  }

  @Override
  public boolean pause(String id, String reason) {
    Instant now = clock.instant();
    return connections.write(
        db -> find(db, id).isPresent() && PauseRows.begin(db, id, now, reason));
  }

  @Override
  public boolean unpause(String id) {
    Instant now = clock.instant();
    return connections.write(db -> find(db, id).isPresent() && PauseRows.end(db, id, now));
  }

  @Override
  public List<StoredTick> ticks(String id, int limit) {
    return ticksUntil(id, Instant.ofEpochMilli(Long.MAX_VALUE), limit);
  }

  @Override
  public List<StoredTick> ticksUntil(String id, Instant end, int limit) {
    return connections.read(db -> TickRows.until(db, id, end, limit));
  }

  @Override
  public List<StoredTick> missedSince(String id, Instant time, int limit) {
    return connections.read(db -> TickRows.missedSince(db, id, time, limit));
  }

  @Override
  public Optional<StoredTick> tick(String id, Instant end) {
    return connections.read(db -> TickRows.find(db, id, end));
  }

  @Override
  public boolean hasSucceeded(String id, Instant end) {
    return connections.read(
        db ->
            db.first(
                    row -> row.getString(1),
                    "SELECT r.\"id\" FROM \"pergola_run_request\" q JOIN \"pergola_run\" r"
                        + " ON r.\"id\" = q.\"run_id\" WHERE q.\"schedule\" = ?"
                        + " AND q.\"interval_end\" = ? AND r.\"state\" = ? LIMIT 1",
                    id,
                    end,
                    RunState.SUCCEEDED)
                .isPresent());
  }

  @Override
  public List<String> due(Instant now) {
    return connections.read(
        db ->
            db.list(
                row -> row.getString(1),
                "SELECT \"id\" FROM \"pergola_schedule\" WHERE \"next_due\" <= ?"
                    + " AND \"deleted\" IS NULL ORDER BY \"next_due\", \"id\"",
                now));
  }

  @Override
  public Optional<ScheduleView> view(String id) {
    return connections.read(
        db -> {
          Optional<StoredSchedule> schedule = find(db, id);
          if (schedule.isEmpty()) {
            return Optional.empty();
          }
          return Optional.of(
              new ScheduleView(
                  schedule.get(),
                  versions(db, id, schedule.get().firstVersion()),
                  PauseRows.list(db, id),
                  TickRows.waiting(db, id),
                  TickRows.live(db, id, clock.instant())));
        });
  }

  @Override
  public Map<String, List<StoredRun>> advance(List<ScheduleStep> steps) {
    return connections.write(
        db -> {
          Map<String, List<StoredRun>> advanced = new LinkedHashMap<>();
          for (ScheduleStep step : steps) {
            if (ScheduleSteps.moved(db, step)) {
              advanced.put(step.seen().id(), ScheduleSteps.write(db, step));
            }
          }
          for (ScheduleStep step : steps) {
            raise(db, step.now());
          }
          return advanced;
        });
  }

  @Override
  public Optional<Instant> highWater() {
    return connections.read(
        db ->
            db.first(
                row -> Instant.ofEpochMilli(row.getLong(1)),
                "SELECT \"high_water\" FROM \"pergola_scheduler\" WHERE \"name\" = ?",
                MARK));
  }

  @Override
  public void raiseHighWater(Instant now) {
    connections.change(db -> raise(db, now));
  }

  private static void raise(Db db, Instant now) throws SQLException {
    db.update(
        "INSERT INTO \"pergola_scheduler\" (\"name\", \"high_water\") VALUES (?, ?)"
            + " ON CONFLICT (\"name\") DO UPDATE SET \"high_water\" = excluded.\"high_water\""
            + " WHERE \"pergola_scheduler\".\"high_water\" < excluded.\"high_water\"",
        MARK,
        now);
  }

  private static StoredSchedule readSchedule(ResultSet row) throws SQLException {
    Optional<Instant> paused = Db.time(row, "paused");
    String reason = Db.text(row, "pause_reason").orElse("");
    return new StoredSchedule(
        row.getString("id"),
        row.getString("pipeline"),
        row.getString("definition"),
        row.getLong("version"),
        row.getLong("first_version"),
        Instant.ofEpochMilli(row.getLong("cursor")),
        row.getLong("revision"),
        Instant.ofEpochMilli(row.getLong("next_due")),
        Instant.ofEpochMilli(row.getLong("created")),
        paused.map(from -> new StoredPause(from, Optional.empty(), reason)));
  }
}
