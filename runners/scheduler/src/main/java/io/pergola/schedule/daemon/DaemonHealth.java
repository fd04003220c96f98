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
          503,
          "text/plain; charset=utf-8",
          "%s %s\n".formatted(Failing.UNREACHABLE.cause(), Failing.UNREACHABLE.remedy()));
    }
  }

  /**
   * Why the daemon cannot do its work, and what to do. What the database's driver says may name
   * hosts and files; it is in the log.
   */
  private record Failing(String cause, String remedy) {
    private static final Failing UNREACHABLE =
        new Failing(
            "The metadata store cannot be read.",
            "See that its database is running, or its file and disk are there; the daemon's log"
                + " says what it answered. The daemon goes on by itself once it can be reached.");

    static Failing pass(DaemonStatus now) {
      return new Failing(
          "The last pass failed in the metadata store; %s."
              .formatted(
                  now.lastPass()
                      .map("the last that did not was at %s"::formatted)
                      .orElse("there was none before")),
          UNREACHABLE.remedy);
    }

    static Failing silent(Instant heard) {
      return new Failing(
          "There was no pass since %s; %d s is the longest time between two."
              .formatted(heard, LONGEST_SILENCE.toSeconds()),
          "See the daemon's log. If it does not go on, end this process and start 'pergola serve'"
              + " again: the runs it started go on.");
    }
  }

  /** The health of the daemon. */
  StatusServer.Answer answer() {
    DaemonStatus now = status.get();
    ObjectNode json = JSON.createObjectNode();
    json.put("status", "ok");
    json.put("version", version);
    json.put("name", now.name());
    json.put("process", RunProcess.current().toString());
    json.put("started", now.started().toString());
    now.lastPass().ifPresent(time -> json.put("lastPass", time.toString()));
    now.highWater().ifPresent(time -> json.put("highWater", time.toString()));
    Optional<Failing> failing = failing(now, describeDatabase(json, now));
    json.put("adopted", now.adopted());
    if (failing.isPresent()) {
      json.put("status", "failing");
      json.put("problem", failing.get().cause());
      json.put("remedy", failing.get().remedy());
    } else if (now.problem().isPresent()) {
      json.put("status", "waiting");
      json.put("problem", now.problem().get());
    }
    return new StatusServer.Answer(
        failing.isPresent() ? 503 : 200, "application/json", json.toPrettyString() + "\n");
  }

  private Optional<Failing> failing(DaemonStatus now, boolean reachable) {
    Instant heard = now.lastPass().orElse(now.started());
    if (!reachable) {
      return Optional.of(Failing.UNREACHABLE);
    }
    if (!now.databaseReachable()) {
      return Optional.of(Failing.pass(now));
    }
    return Duration.between(heard, clock.instant()).compareTo(LONGEST_SILENCE) > 0
        ? Optional.of(Failing.silent(heard))
        : Optional.empty();
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
      json.put("database", "unreachable");
      return false;
    }
  }

  private static long count(List<RunCount> counts, RunState state) {
    return counts.stream().filter(one -> one.state() == state).mapToLong(RunCount::runs).sum();
  }
}
