package io.pergola.schedule.daemon;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunCount;
import io.pergola.metadata.RunState;
import io.pergola.run.RunProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Says over HTTP how a daemon stands, as JSON; 503 where it cannot do its work. */
public final class DaemonHealth {
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Supplier<DaemonStatus> status;
  private final MetadataStore store;
  private final Clock clock;
  private final String version;

  DaemonHealth(Supplier<DaemonStatus> status, MetadataStore store, Clock clock, String version) {
    this.status = status;
    this.store = store;
    this.clock = clock;
    this.version = version;
  }

  /**
   * Starts to answer on this machine's own address.
   *
   * @param port 0 for any that is free
   * @param version of the product
   */
  public static StatusServer serve(
      Daemon daemon,
      DaemonMeters meters,
      MetadataStore store,
      InetAddress address,
      int port,
      String version)
      throws IOException {
    DaemonHealth health = new DaemonHealth(daemon::status, store, Clock.systemUTC(), version);
    return StatusServer.start(
        address, port, Map.of("/health", health::answer, "/metrics", () -> metrics(meters)));
  }

  private static StatusServer.Answer metrics(DaemonMeters meters) {
    try {
      return new StatusServer.Answer(
          200, "text/plain; version=0.0.4; charset=utf-8", meters.scrape());
    } catch (MetadataStoreException e) {
      return new StatusServer.Answer(
          503, "text/plain; charset=utf-8", "The database cannot be reached.\n");
    }
  }

  /** The health of the daemon. */
  StatusServer.Answer answer() {
    DaemonStatus now = status.get();
    ObjectNode json = JSON.createObjectNode();
    Optional<String> problem = now.problem();
    boolean well = now.databaseReachable();
    json.put("status", "ok");
    json.put("version", version);
    json.put("name", now.name());
    json.put("process", RunProcess.current().toString());
    json.put("started", now.started().toString());
    now.lastPass().ifPresent(time -> json.put("lastPass", time.toString()));
    now.highWater().ifPresent(time -> json.put("highWater", time.toString()));
    Instant heard = now.lastPass().orElse(now.started());
    if (Duration.between(heard, clock.instant()).compareTo(LONGEST_SILENCE) > 0) {
      well = false;
      problem = problem.or(() -> Optional.of("there was no pass since " + heard));
    }
    well = describeDatabase(json, now) && well;
    json.put("adopted", now.adopted());
    problem.ifPresent(text -> json.put("problem", text));
    json.put("status", well ? (problem.isPresent() ? "waiting" : "ok") : "failing");
    return new StatusServer.Answer(
        well ? 200 : 503, "application/json", json.toPrettyString() + "\n");
  }

  private boolean describeDatabase(ObjectNode json, DaemonStatus now) {
    try {
      List<RunCount> counts = store.runs().counts();
      json.put("database", "reachable");
      json.put("queued", count(counts, RunState.CREATED));
      json.put("running", count(counts, RunState.RUNNING));
      ArrayNode live = json.putArray("live");
      for (DaemonStatus.Live one : now.live()) {
        ObjectNode entry = live.addObject();
        entry.put("run", one.runId());
        entry.put("driver", one.driver());
        Optional<Lease> lease = store.leases().current(Lease.ofRun(one.runId()));
        lease.ifPresent(
            held -> {
              entry.put("leaseExpires", held.expires().toString());
              entry.put("epoch", held.epoch());
            });
      }
      return true;
    } catch (MetadataStoreException e) {
      // What the driver says may name hosts and files; it is in the log.
      json.put("database", "unreachable");
      return false;
    }
  }

  private static long count(List<RunCount> counts, RunState state) {
    return counts.stream().filter(one -> one.state() == state).mapToLong(RunCount::runs).sum();
  }
}
