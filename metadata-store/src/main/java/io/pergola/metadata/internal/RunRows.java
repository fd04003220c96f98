package io.pergola.metadata.internal;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.NodeChange;
import io.pergola.metadata.NodeStart;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunCount;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunLedger;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** Runs and their nodes. */
final class RunRows implements RunLedger {
  static final String PUT_ATTRIBUTE =
      "INSERT INTO \"pergola_run_attribute\" (\"run_id\", \"name\", \"value\") VALUES (?, ?, ?)"
          + " ON CONFLICT (\"run_id\", \"name\") DO UPDATE SET \"value\" = excluded.\"value\"";

  private static final String SELECT = "SELECT * FROM \"pergola_run\" ";

  private final Connections connections;
  private final Clock clock;

  RunRows(Connections connections, Clock clock) {
    this.connections = connections;
    this.clock = clock;
  }

  @Override
  public StoredRun create(RunDraft draft) {
    return connections.write(db -> insert(db, draft, clock.instant()));
  }

  @Override
  public Lease create(RunDraft draft, String holder, Duration term) {
    return connections.write(
        db -> {
          Instant now = clock.instant();
          insert(db, draft, now);
          return LeaseRows.take(db, Lease.ofRun(draft.id()), holder, now.plus(term));
        });
  }

  static StoredRun insert(Db db, RunDraft draft, Instant now) throws SQLException {
    if (find(db, draft.id()).isPresent()) {
      throw new MetadataStoreException(
          "Cannot create run '%s': there is one of this id. Choose another id."
              .formatted(draft.id()));
    }
    db.update(
        "INSERT INTO \"pergola_run\" (\"id\", \"pipeline\", \"state\", \"graph\", \"created\")"
            + " VALUES (?, ?, ?, ?, ?)",
        draft.id(),
        draft.pipeline(),
        RunState.CREATED,
        draft.graph(),
        now);
    for (Map.Entry<String, String> attribute : draft.attributes().entrySet()) {
      db.update(PUT_ATTRIBUTE, draft.id(), attribute.getKey(), attribute.getValue());
    }
    insertNodes(db, draft.id(), draft.nodes());
    return require(db, draft.id());
  }

  static void insertNodes(Db db, String runId, List<RunDraft.Node> nodes) throws SQLException {
    int position = 0;
    for (RunDraft.Node node : nodes) {
      db.update(
          "INSERT INTO \"pergola_node\" (\"run_id\", \"node_id\", \"position\", \"component\","
              + " \"state\") VALUES (?, ?, ?, ?, ?)",
          runId,
          node.id(),
          position++,
          node.component(),
          NodeState.PENDING);
    }
  }

  @Override
  public Optional<Lease> begin(
      RunDraft draft, Optional<RunRequest.Slot> slot, String holder, Duration term) {
    return connections.write(
        db -> RunQueueRows.begin(db, draft, slot, holder, clock.instant(), term));
  }

  @Override
  public StoredRun enqueue(RunRequest request) {
    return connections.write(db -> RunQueueRows.enqueue(db, request, clock.instant()));
  }

  @Override
  public Optional<Claimed> claim(String holder, Duration term, RunClaim what) {
    return connections.write(db -> RunQueueRows.claim(db, holder, clock.instant(), term, what));
  }

  @Override
  public void describe(Lease lease, RunDraft run) {
    connections.change(
        db -> {
          LeaseRows.require(db, lease);
          RunQueueRows.describe(db, run);
        });
  }

  @Override
  public List<StoredRun> ahead(String runId) {
    return connections.read(db -> RunQueueRows.ahead(db, runId, clock.instant()));
  }

  @Override
  public List<StoredRun> occupants(String pipeline) {
    return connections.read(db -> RunQueueRows.occupants(db, pipeline, clock.instant()));
  }

  @Override
  public List<StoredRun> interrupted() {
    return connections.read(db -> RunQueueRows.interrupted(db, clock.instant()));
  }

  @Override
  public OptionalInt limit(String pipeline) {
    return connections.read(db -> RunQueueRows.limit(db, pipeline));
  }

  @Override
  public SortedMap<String, Integer> limits() {
    return connections.read(RunQueueRows::limits);
  }

  @Override
  public void limit(String pipeline, int runs) {
    connections.change(db -> RunQueueRows.limit(db, pipeline, runs));
  }

  @Override
  public void removeLimit(String pipeline) {
    connections.change(db -> RunQueueRows.removeLimit(db, pipeline));
  }

  @Override
  public Optional<RunRequest.Slot> slot(String runId) {
    return connections.read(db -> RunQueueRows.slot(db, runId));
  }

  @Override
  public List<StoredRun> attempts(String pipeline, String schedule, Instant start, Instant end) {
    return connections.read(db -> RunQueueRows.attempts(db, pipeline, schedule, start, end));
  }

  @Override
  public Optional<StoredRun> find(String runId) {
    return connections.read(db -> find(db, runId));
  }

  static Optional<StoredRun> find(Db db, String runId) throws SQLException {
    return select(db, "WHERE \"id\" = ?", runId).stream().findFirst();
  }

  static StoredRun require(Db db, String runId) throws SQLException {
    return find(db, runId)
        .orElseThrow(
            () ->
                new MetadataStoreException(
                    "Cannot change run '%s': there is none of this id. Create it first."
                        .formatted(runId)));
  }

  @Override
  public List<StoredRun> list(RunFilter filter) {
    return connections.read(db -> list(db, filter));
  }

  /**
   * A query for each state wanted: so each finds its newest runs at the end of an index, however
   * many there are.
   */
  private static List<StoredRun> list(Db db, RunFilter filter) throws SQLException {
    List<StoredRun> newest = new ArrayList<>();
    List<Optional<RunState>> states = new ArrayList<>();
    filter.states().forEach(state -> states.add(Optional.of(state)));
    if (states.isEmpty()) {
      states.add(Optional.empty());
    }
    for (Optional<RunState> state : states) {
      List<String> conditions = new ArrayList<>();
      List<Object> arguments = new ArrayList<>();
      if (filter.pipeline().isPresent()) {
        conditions.add("\"pipeline\" = ?");
        arguments.add(filter.pipeline().get());
      }
      if (state.isPresent()) {
        conditions.add("\"state\" = ?");
        arguments.add(state.get());
      }
      arguments.add(filter.limit());
      String where = conditions.isEmpty() ? "" : "WHERE " + String.join(" AND ", conditions);
      newest.addAll(
          db.list(
              RunRows::readRun,
              SELECT + where + " ORDER BY \"number\" DESC LIMIT ?",
              arguments.toArray()));
    }
    newest.sort(Comparator.comparingLong(StoredRun::number).reversed());
    return withAttributes(db, newest.subList(0, Math.min(filter.limit(), newest.size())));
  }

  @Override
  public List<RunCount> counts() {
    return connections.read(
        db ->
            db.list(
                row ->
                    new RunCount(
                        row.getString(1), RunState.valueOf(row.getString(2)), row.getLong(3)),
                "SELECT \"pipeline\", \"state\", COUNT(*) FROM \"pergola_run\""
                    + " GROUP BY \"pipeline\", \"state\" ORDER BY \"pipeline\", \"state\""));
  }

  static List<StoredRun> select(Db db, String where, Object... arguments) throws SQLException {
    return withAttributes(db, db.list(RunRows::readRun, SELECT + where, arguments));
  }

  private record Attribute(String run, String name, String value) {}

  private static List<StoredRun> withAttributes(Db db, List<StoredRun> runs) throws SQLException {
    Map<String, TreeMap<String, String>> all = new HashMap<>();
    for (Attribute attribute :
        db.listIn(
            row -> new Attribute(row.getString(1), row.getString(2), row.getString(3)),
            "SELECT \"run_id\", \"name\", \"value\" FROM \"pergola_run_attribute\""
                + " WHERE \"run_id\" IN (%s)",
            runs.stream().map(StoredRun::id).toList())) {
      all.computeIfAbsent(attribute.run(), run -> new TreeMap<>())
          .put(attribute.name(), attribute.value());
    }
    return runs.stream()
        .map(
            run ->
                new StoredRun(
                    run.number(),
                    run.id(),
                    run.pipeline(),
                    run.state(),
                    run.graph(),
                    all.getOrDefault(run.id(), new TreeMap<>()),
                    run.reason(),
                    run.created(),
                    run.started(),
                    run.finished(),
                    run.cancelRequested()))
        .toList();
  }

  private static StoredRun readRun(ResultSet row) throws SQLException {
    return new StoredRun(
        row.getLong("number"),
        row.getString("id"),
        row.getString("pipeline"),
        RunState.valueOf(row.getString("state")),
        row.getString("graph"),
        new TreeMap<>(),
        Db.text(row, "reason"),
        Instant.ofEpochMilli(row.getLong("created")),
        Db.time(row, "started"),
        Db.time(row, "finished"),
        Db.time(row, "cancel_requested"));
  }

  @Override
  public List<StoredNode> nodes(String runId) {
    return connections.read(
        db ->
            db.list(
                RunRows::readNode,
                "SELECT * FROM \"pergola_node\" WHERE \"run_id\" = ? ORDER BY \"position\"",
                runId));
  }

  @Override
  public Optional<StoredNode> node(String runId, String nodeId) {
    return connections.read(db -> node(db, runId, nodeId));
  }

  private static Optional<StoredNode> node(Db db, String runId, String nodeId) throws SQLException {
    return db.first(
        RunRows::readNode,
        "SELECT * FROM \"pergola_node\" WHERE \"run_id\" = ? AND \"node_id\" = ?",
        runId,
        nodeId);
  }

  private static StoredNode readNode(ResultSet row) throws SQLException {
    return new StoredNode(
        row.getString("run_id"),
        row.getString("node_id"),
        row.getInt("position"),
        row.getString("component"),
        NodeState.valueOf(row.getString("state")),
        row.getInt("attempt"),
        Db.number(row, "execution_id"),
        Db.text(row, "cache_key"),
        Db.text(row, "job_id"),
        row.getLong("rows"),
        Db.text(row, "reason"),
        Db.time(row, "started"),
        Db.time(row, "finished"));
  }

  @Override
  public void move(Lease lease, String runId, RunState state, Optional<String> reason) {
    connections.change(
        db -> {
          LeaseRows.require(db, lease);
          StoredRun run = require(db, runId);
          if (run.state() == state) {
            return;
          }
          if (!run.state().canBecome(state)) {
            throw new MetadataStoreException(
                "Cannot make run '%s' %s: it is %s. Start a new run."
                    .formatted(runId, state, run.state()));
          }
          move(db, runId, state, reason, clock.instant());
        });
  }

  static void move(Db db, String runId, RunState state, Optional<String> reason, Instant now)
      throws SQLException {
    db.update(
        "UPDATE \"pergola_run\" SET \"state\" = ?, \"reason\" = ?,"
            + " \"started\" = COALESCE(\"started\", ?), \"finished\" = ? WHERE \"id\" = ?",
        state,
        reason,
        state == RunState.RUNNING ? Optional.of(now) : Optional.empty(),
        state.isFinished() ? Optional.of(now) : Optional.empty(),
        runId);
  }

  @Override
  public void change(Lease lease, String runId, NodeChange change) {
    connections.change(
        db -> {
          LeaseRows.require(db, lease);
          change(db, runId, change, clock.instant());
        });
  }

  static void change(Db db, String runId, NodeChange change, Instant now) throws SQLException {
    StoredNode node =
        node(db, runId, change.nodeId())
            .orElseThrow(
                () ->
                    new MetadataStoreException(
                        "Cannot change node '%s' of run '%s': there is none. Create the run with it."
                            .formatted(change.nodeId(), runId)));
    RunState run = require(db, runId).state();
    if (run.isFinished()) {
      throw new MetadataStoreException(
          "Cannot change node '%s' of run '%s': the run is %s. Resume it if it failed, or start a new"
                  .formatted(node.id(), runId, run)
              + " one.");
    }
    NodeState state = change.state().orElse(node.state());
    if (node.state().isPublished() && state != node.state()) {
      throw new MetadataStoreException(
          "Cannot make node '%s' of run '%s' %s: it is %s, and its outputs are published. Start a"
                  .formatted(node.id(), runId, state, node.state())
              + " new run.");
    }
    boolean moved = state != node.state();
    // The job of an earlier attempt writes to that attempt's folders.
    boolean isNewAttempt = change.attempt().filter(n -> n != node.attempt()).isPresent();
    Optional<Instant> started =
        moved && state == NodeState.RUNNING ? Optional.of(now) : node.started();
    Optional<Instant> finished = node.finished();
    if (moved) {
      finished = state.isFinished() ? Optional.of(now) : Optional.empty();
    }
    db.update(
        "UPDATE \"pergola_node\" SET \"state\" = ?, \"attempt\" = ?, \"execution_id\" = ?,"
            + " \"cache_key\" = ?, \"job_id\" = ?, \"rows\" = ?, \"reason\" = ?, \"started\" = ?,"
            + " \"finished\" = ? WHERE \"run_id\" = ? AND \"node_id\" = ?",
        state,
        change.attempt().orElse(node.attempt()),
        change.executionId().or(node::executionId),
        change.cacheKey().or(node::cacheKey),
        change.jobId().or(() -> isNewAttempt ? Optional.empty() : node.jobId()),
        change.rows().orElse(node.rows()),
        moved ? change.reason() : change.reason().or(node::reason),
        started,
        finished,
        runId,
        change.nodeId());
  }

  @Override
  public Optional<NodeStart.Started> start(Lease lease, NodeStart start) {
    Instant now = clock.instant();
    return connections.write(
        db -> {
          LeaseRows.require(db, lease);
          Optional<Lease> claim = Optional.empty();
          if (start.claim().isPresent()) {
            claim = LeaseRows.claim(db, start.claim().get(), now);
            if (claim.isEmpty()) {
              return Optional.empty();
            }
          }
          long execution = EntityRows.EXECUTIONS.put(db, start.execution(), now);
          change(db, start.runId(), start.change().execution(execution), now);
          return Optional.of(new NodeStart.Started(execution, claim));
        });
  }

  @Override
  public void record(Lease lease, String runId, String name, String value) {
    connections.change(
        db -> {
          LeaseRows.require(db, lease);
          db.update(PUT_ATTRIBUTE, runId, name, value);
        });
  }

  @Override
  public void requestCancel(String runId) {
    connections.change(
        db -> {
          StoredRun run = require(db, runId);
          Instant now = clock.instant();
          if (run.state().isFinished()) {
            return;
          }
          db.update(
              "UPDATE \"pergola_run\" SET \"cancel_requested\" ="
                  + " COALESCE(\"cancel_requested\", ?) WHERE \"id\" = ?",
              now,
              runId);
          if (run.state() == RunState.CREATED && !RunQueueRows.isDriven(db, runId, now)) {
            move(db, runId, RunState.CANCELLED, Optional.of("cancelled while it was queued"), now);
          }
        });
  }
}
