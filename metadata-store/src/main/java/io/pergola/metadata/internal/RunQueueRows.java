package io.pergola.metadata.internal;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which runs wait, and which of them may start: at most as many live runs of a pipeline as its
 * limit says, first come, first served. A live run is one whose lease is in force.
 */
final class RunQueueRows {
  static final List<String> DDL =
      List.of(
          "CREATE TABLE \"pergola_run_request\" ("
              + "\"run_id\" VARCHAR(255) NOT NULL PRIMARY KEY REFERENCES \"pergola_run\"(\"id\"), "
              + "\"pipeline\" VARCHAR(255) NOT NULL, "
              + "\"queued\" BIGINT NOT NULL, "
              + "\"schedule\" VARCHAR(255), "
              + "\"interval_start\" BIGINT, "
              + "\"interval_end\" BIGINT, "
              + "\"attempt\" BIGINT, "
              + "UNIQUE (\"pipeline\", \"schedule\", \"interval_start\", \"interval_end\","
              + " \"attempt\"))",
          "CREATE TABLE \"pergola_run_limit\" ("
              + "\"pipeline\" VARCHAR(255) NOT NULL PRIMARY KEY, "
              + "\"runs\" BIGINT NOT NULL)");

  private static final String IN_FORCE =
      " JOIN \"pergola_lease\" l ON l.\"name\" = 'run/' || r.\"id\""
          + " AND l.\"holder\" IS NOT NULL AND l.\"expires\" > ? ";

  private RunQueueRows() {}

  /**
   * A run that waits.
   *
   * @param open whether anybody may claim it
   * @param abandoned whether the process that waited for it is gone
   */
  private record Waiting(String runId, String pipeline, boolean open, boolean abandoned) {}

  /** Records a run for somebody else to drive; the run that has its slot already, if there is. */
  static StoredRun enqueue(Db db, RunRequest request, Instant now) throws SQLException {
    Optional<StoredRun> there = inSlot(db, request.pipeline(), request.slot());
    if (there.isPresent()) {
      return there.get();
    }
    RunDraft draft =
        new RunDraft(request.id(), request.pipeline(), "", request.attributes(), List.of());
    StoredRun run = RunRows.insert(db, draft, now);
    putRequest(db, draft, request.slot(), 1);
    return run;
  }

  static Optional<Lease> begin(
      Db db,
      RunDraft draft,
      Optional<RunRequest.Slot> slot,
      String holder,
      Instant now,
      Duration term)
      throws SQLException {
    Optional<StoredRun> there = inSlot(db, draft.pipeline(), slot);
    if (there.isPresent()) {
      throw new MetadataStoreException(
          "Cannot create run '%s': run '%s' is attempt %d of this interval. Take the next attempt."
              .formatted(draft.id(), there.get().id(), slot.orElseThrow().attempt()));
    }
    RunRows.insert(db, draft, now);
    putRequest(db, draft, slot, 0);
    Instant expires = now.plus(term);
    if (mayStart(db, waiting(db, now), draft.id(), draft.pipeline(), now)) {
      return Optional.of(LeaseRows.take(db, Lease.ofRun(draft.id()), holder, expires));
    }
    LeaseRows.take(db, Lease.ofWaiting(draft.id()), holder, expires);
    return Optional.empty();
  }

  private static void putRequest(Db db, RunDraft draft, Optional<RunRequest.Slot> slot, int anybody)
      throws SQLException {
    db.update(
        "INSERT INTO \"pergola_run_request\" (\"run_id\", \"pipeline\", \"queued\", \"schedule\","
            + " \"interval_start\", \"interval_end\", \"attempt\") VALUES (?, ?, ?, ?, ?, ?, ?)",
        draft.id(),
        draft.pipeline(),
        anybody,
        slot.map(RunRequest.Slot::schedule),
        slot.map(RunRequest.Slot::start),
        slot.map(RunRequest.Slot::end),
        slot.map(RunRequest.Slot::attempt));
  }

  static Optional<Claimed> claim(Db db, String holder, Instant now, Duration term, RunClaim what)
      throws SQLException {
    List<Waiting> queue = new ArrayList<>();
    for (Waiting waiting : waiting(db, now)) {
      if (waiting.abandoned()) {
        RunRows.move(
            db,
            waiting.runId(),
            RunState.CANCELLED,
            Optional.of("the process that waited for its start is gone"),
            now);
      } else {
        queue.add(waiting);
      }
    }
    Instant expires = now.plus(term);
    if (what.runId().isPresent()) {
      StoredRun run = RunRows.require(db, what.runId().get());
      boolean open =
          run.state() == RunState.FAILED
              || (!run.state().isFinished() && run.cancelRequested().isEmpty());
      if (!open
          || isDriven(db, run.id(), now)
          || !mayStart(db, queue, run.id(), run.pipeline(), now)) {
        return Optional.empty();
      }
      return Optional.of(take(db, run, holder, now, expires));
    }
    for (Waiting waiting : queue) {
      if (waiting.open() && mayStart(db, queue, waiting.runId(), waiting.pipeline(), now)) {
        StoredRun run = RunRows.require(db, waiting.runId());
        return Optional.of(take(db, run, holder, now, expires));
      }
    }
    return Optional.empty();
  }

  /** A failed run is RUNNING from here on, so that it counts. */
  private static Claimed take(Db db, StoredRun run, String holder, Instant now, Instant expires)
      throws SQLException {
    Lease lease = LeaseRows.take(db, Lease.ofRun(run.id()), holder, expires);
    db.update("DELETE FROM \"pergola_lease\" WHERE \"name\" = ?", Lease.ofWaiting(run.id()));
    if (run.state() == RunState.FAILED) {
      db.update(
          RunRows.PUT_ATTRIBUTE,
          run.id(),
          StoredRun.FAILED,
          run.finished().orElseThrow().toString());
      RunRows.move(db, run.id(), RunState.RUNNING, Optional.empty(), now);
      db.update(
          "UPDATE \"pergola_run\" SET \"cancel_requested\" = NULL WHERE \"id\" = ?", run.id());
    }
    return new Claimed(RunRows.require(db, run.id()), lease);
  }

  static void describe(Db db, RunDraft draft) throws SQLException {
    StoredRun run = RunRows.require(db, draft.id());
    if (run.state() != RunState.CREATED && !run.graph().isEmpty()) {
      throw new MetadataStoreException(
          "Cannot describe run '%s': it is %s. Start a new run for another graph."
              .formatted(draft.id(), run.state()));
    }
    if (!run.pipeline().equals(draft.pipeline())) {
      throw new MetadataStoreException(
          "Cannot describe run '%s': it is one of pipeline '%s', not of '%s'. Check its definition."
              .formatted(draft.id(), run.pipeline(), draft.pipeline()));
    }
    db.update(
        "UPDATE \"pergola_run\" SET \"graph\" = ? WHERE \"id\" = ?", draft.graph(), draft.id());
    for (Map.Entry<String, String> attribute : draft.attributes().entrySet()) {
      db.update(RunRows.PUT_ATTRIBUTE, draft.id(), attribute.getKey(), attribute.getValue());
    }
    db.update("DELETE FROM \"pergola_node\" WHERE \"run_id\" = ?", draft.id());
    RunRows.insertNodes(db, draft.id(), draft.nodes());
  }

  static List<StoredRun> ahead(Db db, String runId, Instant now) throws SQLException {
    StoredRun run = RunRows.require(db, runId);
    List<Waiting> queue = waiting(db, now);
    if (run.state() != RunState.CREATED || mayStart(db, queue, runId, run.pipeline(), now)) {
      return List.of();
    }
    List<StoredRun> ahead = new ArrayList<>();
    for (String live : liveRuns(db, run.pipeline(), now)) {
      ahead.add(RunRows.require(db, live));
    }
    for (Waiting waiting : queuedBefore(queue, runId, run.pipeline())) {
      ahead.add(RunRows.require(db, waiting.runId()));
    }
    return ahead;
  }

  static List<StoredRun> occupants(Db db, String pipeline, Instant now) throws SQLException {
    OptionalInt limit = limit(db, pipeline);
    List<StoredRun> occupants = new ArrayList<>();
    for (String live : liveRuns(db, pipeline, now)) {
      occupants.add(RunRows.require(db, live));
    }
    for (Waiting waiting : waiting(db, now)) {
      if (waiting.pipeline().equals(pipeline) && !waiting.abandoned()) {
        occupants.add(RunRows.require(db, waiting.runId()));
      }
    }
    return limit.isEmpty() || occupants.size() < limit.getAsInt() ? List.of() : occupants;
  }

  static List<StoredRun> interrupted(Db db, Instant now) throws SQLException {
    List<String> ids =
        db.list(
            row -> row.getString(1),
            "SELECT r.\"id\" FROM \"pergola_run\" r LEFT"
                + IN_FORCE
                + "LEFT JOIN \"pergola_run_request\" q ON q.\"run_id\" = r.\"id\""
                + " LEFT JOIN \"pergola_lease\" w ON w.\"name\" = 'waiting/' || r.\"id\""
                + " WHERE l.\"name\" IS NULL AND (r.\"state\" = ? OR (r.\"state\" = ?"
                + " AND w.\"name\" IS NULL AND COALESCE(q.\"queued\", 0) = 0))"
                + " ORDER BY r.\"number\"",
            now,
            RunState.RUNNING,
            RunState.CREATED);
    List<StoredRun> runs = new ArrayList<>();
    for (String id : ids) {
      runs.add(RunRows.require(db, id));
    }
    return runs;
  }

  /** Whether the limit leaves room for this run beside the live ones and those before it. */
  private static boolean mayStart(
      Db db, List<Waiting> queue, String runId, String pipeline, Instant now) throws SQLException {
    OptionalInt limit = limit(db, pipeline);
    if (limit.isEmpty()) {
      return true;
    }
    int before = liveRuns(db, pipeline, now).size() + queuedBefore(queue, runId, pipeline).size();
    return before < limit.getAsInt();
  }

  /** None for a run that is not in the queue: one that goes on has had its turn. */
  private static List<Waiting> queuedBefore(List<Waiting> queue, String runId, String pipeline) {
    List<Waiting> before = new ArrayList<>();
    for (Waiting waiting : queue) {
      if (waiting.runId().equals(runId)) {
        return before;
      }
      if (waiting.pipeline().equals(pipeline) && !waiting.abandoned()) {
        before.add(waiting);
      }
    }
    return List.of();
  }

  private static List<String> liveRuns(Db db, String pipeline, Instant now) throws SQLException {
    return db.list(
        row -> row.getString(1),
        "SELECT r.\"id\" FROM \"pergola_run\" r"
            + IN_FORCE
            + "WHERE r.\"state\" IN (?, ?) AND r.\"pipeline\" = ? ORDER BY r.\"number\"",
        now,
        RunState.CREATED,
        RunState.RUNNING,
        pipeline);
  }

  static boolean isDriven(Db db, String runId, Instant now) throws SQLException {
    return db.first(
            row -> row.getString(1),
            "SELECT r.\"id\" FROM \"pergola_run\" r" + IN_FORCE + "WHERE r.\"id\" = ?",
            now,
            runId)
        .isPresent();
  }

  /** The runs that nobody drives yet, oldest first. */
  private static List<Waiting> waiting(Db db, Instant now) throws SQLException {
    return db.list(
        row -> waiting(row, now),
        "SELECT r.\"id\", r.\"pipeline\", q.\"queued\", "
            + " w.\"holder\" AS \"waiter\", w.\"expires\" AS \"until\""
            + " FROM \"pergola_run\" r"
            + " JOIN \"pergola_run_request\" q ON q.\"run_id\" = r.\"id\""
            + " LEFT JOIN \"pergola_lease\" w ON w.\"name\" = 'waiting/' || r.\"id\""
            + " LEFT"
            + IN_FORCE
            + "WHERE r.\"state\" = ? AND r.\"cancel_requested\" IS NULL AND l.\"name\" IS NULL"
            + " AND (q.\"queued\" = 1 OR w.\"name\" IS NOT NULL) ORDER BY r.\"number\"",
        now,
        RunState.CREATED);
  }

  private static Waiting waiting(ResultSet row, Instant now) throws SQLException {
    boolean open = row.getInt("queued") == 1;
    boolean waitedFor =
        Db.text(row, "waiter").isPresent()
            && Db.time(row, "until").filter(until -> until.isAfter(now)).isPresent();
    return new Waiting(row.getString("id"), row.getString("pipeline"), open, !open && !waitedFor);
  }

  static OptionalInt limit(Db db, String pipeline) throws SQLException {
    Optional<Integer> limit =
        db.first(
            row -> row.getInt(1),
            "SELECT \"runs\" FROM \"pergola_run_limit\" WHERE \"pipeline\" = ?",
            pipeline);
    return limit.isPresent() ? OptionalInt.of(limit.get()) : OptionalInt.empty();
  }

  static SortedMap<String, Integer> limits(Db db) throws SQLException {
    Map<String, Integer> limits = new HashMap<>();
    db.list(
            row -> Map.entry(row.getString(1), row.getInt(2)),
            "SELECT \"pipeline\", \"runs\" FROM \"pergola_run_limit\"")
        .forEach(limit -> limits.put(limit.getKey(), limit.getValue()));
    return new TreeMap<>(limits);
  }

  static void limit(Db db, String pipeline, int runs) throws SQLException {
    if (runs < 1) {
      throw new IllegalArgumentException("Invalid limit of live runs: %d (from 1)".formatted(runs));
    }
    db.update(
        "INSERT INTO \"pergola_run_limit\" (\"pipeline\", \"runs\") VALUES (?, ?)"
            + " ON CONFLICT (\"pipeline\") DO UPDATE SET \"runs\" = excluded.\"runs\"",
        pipeline,
        runs);
  }

  static void removeLimit(Db db, String pipeline) throws SQLException {
    db.update("DELETE FROM \"pergola_run_limit\" WHERE \"pipeline\" = ?", pipeline);
  }

  static Optional<RunRequest.Slot> slot(Db db, String runId) throws SQLException {
    return db.first(
        row ->
            new RunRequest.Slot(
                row.getString("schedule"),
                Instant.ofEpochMilli(row.getLong("interval_start")),
                Instant.ofEpochMilli(row.getLong("interval_end")),
                row.getInt("attempt")),
        "SELECT * FROM \"pergola_run_request\" WHERE \"run_id\" = ? AND \"schedule\" IS NOT NULL",
        runId);
  }

  private static Optional<StoredRun> inSlot(Db db, String pipeline, Optional<RunRequest.Slot> slot)
      throws SQLException {
    if (slot.isEmpty()) {
      return Optional.empty();
    }
    int attempt = slot.get().attempt();
    for (StoredRun run :
        attempts(db, pipeline, slot.get().schedule(), slot.get().start(), slot.get().end())) {
      if (slot(db, run.id()).filter(there -> there.attempt() == attempt).isPresent()) {
        return Optional.of(run);
      }
    }
    return Optional.empty();
  }

  static List<StoredRun> attempts(
      Db db, String pipeline, String schedule, Instant start, Instant end) throws SQLException {
    List<String> ids =
        db.list(
            row -> row.getString(1),
            "SELECT \"run_id\" FROM \"pergola_run_request\" WHERE \"pipeline\" = ?"
                + " AND \"schedule\" = ? AND \"interval_start\" = ? AND \"interval_end\" = ?"
                + " ORDER BY \"attempt\"",
            pipeline,
            schedule,
            start,
            end);
    List<StoredRun> runs = new ArrayList<>();
    for (String id : ids) {
      runs.add(RunRows.require(db, id));
    }
    return runs;
  }
}
