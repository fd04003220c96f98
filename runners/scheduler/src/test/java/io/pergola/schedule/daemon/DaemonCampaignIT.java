package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pergola.metadata.EmbeddedPostgresServer;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.metadata.TickState;
import io.pergola.pipeline.Schedule;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.Invariants;
import io.pergola.run.RunProcess;
import io.pergola.run.Workspace;
import io.pergola.schedule.Schedules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * F5: three daemons, processes of their own, work off the intervals of one schedule. One of them is
 * stopped with SIGSTOP while it drives runs, until others have taken these over, and then goes on:
 * again and again. The short form has 60 intervals; {@code -Pfault-campaign} 2,000.
 */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class DaemonCampaignIT {
  static final Instant START = Instant.parse("2026-03-02T00:00:00Z");

  private static final boolean LONG = Boolean.getBoolean("pergola.fault-campaign");
  private static final int INTERVALS = LONG ? 2_000 : 60;

  /** A minute of the schedule takes 60,000 ms / SPEED. */
  private static final long SPEED = LONG ? 1_200 : 600;

  private static final Duration PATIENCE = LONG ? Duration.ofMinutes(12) : Duration.ofMinutes(2);

  /** The victim works so long between two stops. */
  private static final Duration EVERY = Duration.ofMillis(LONG ? 1_000 : 250);

  private static final Duration PROBE = Duration.ofMillis(400);
  private static final int MANY = 100_000;

  @TempDir Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private int pauses;
  private int takenOver;
  private int inTransaction;

  @AfterEach
  void end() {
    daemons.forEach(Process::destroyForcibly);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQLite", "PostgreSQL"})
  void f5_threeDaemonsOfWhichOneIsPausedPastItsLeasesRunEachIntervalOnce(String database)
      throws Exception {
    Path home = folder.resolve("home");
    String metadata =
        database.equals("SQLite")
            ? home.resolve("metadata.db").toString()
            : EmbeddedPostgresServer.shared().freshDatabase();
    try (Workspace workspace = Workspace.open(home, metadata)) {
      PublicationAudit audit = PublicationAudit.of(metadata);
      long begun = System.nanoTime();
      long base = System.currentTimeMillis();
      Schedules.over(workspace.store(), new CampaignDaemon.FastClock(START, base, SPEED))
          .apply(schedule(), "stamp");
      for (String name : List.of("a", "b", "c")) {
        daemons.add(start(home, metadata, name, base));
      }
      Process victim = daemons.get(0);
      await()
          .atMost(PATIENCE)
          .pollInterval(EVERY)
          .until(
              () -> {
                assertThat(daemons).as(this::logs).allMatch(Process::isAlive);
                pause(workspace, victim);
                return succeeded(workspace) >= INTERVALS;
              });
      long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
      // What was stopped last finds out.
      await().pollDelay(CampaignDaemon.LEASE.multipliedBy(2)).until(() -> true);
      daemons.forEach(Process::destroy);
      for (Process daemon : daemons) {
        assertThat(daemon.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }

      eachIntervalHasOneRun(workspace);
      nothingWasPublishedByAFencedEpoch(workspace, audit);
      await()
          .atMost(CampaignDaemon.LEASE.multipliedBy(20))
          .untilAsserted(() -> assertThat(Invariants.violationsAtRest(workspace)).isEmpty());
      List<String> fenced =
          drives(home).stream().filter(line -> !line.endsWith(" Succeeded")).toList();
      System.out.printf(
          "F5 %s: %d intervals in %d s, %d pauses past the lease, %d runs taken over,"
              + " %d stops within a transaction, %d drivers ended without success%n",
          database, INTERVALS, seconds, pauses, takenOver, inTransaction, fenced.size());
      assertThat(pauses).isPositive();
      assertThat(takenOver).isPositive();
      assertThat(fenced).isNotEmpty();
    }
  }

  private static Schedule schedule() {
    LocalDateTime start = LocalDateTime.ofInstant(START, ZoneOffset.UTC);
    return Schedule.of("stamps", Stamp.class.getName())
        .every(Duration.ofMinutes(1))
        .startingAt(start)
        .endingAt(start.plusMinutes(INTERVALS))
        .catchUp(Schedule.CatchUp.ALL)
        .maxCatchUpRuns(Math.min(INTERVALS, 1000))
        .overlap(Schedule.Overlap.ALLOW);
  }

  /**
   * Stops a daemon while it drives runs, and lets it go on once others have taken them. Stopped
   * within a transaction it would keep everybody from writing; it is let go on at once then, and
   * stopped again.
   */
  private void pause(Workspace workspace, Process victim) throws Exception {
    signal("STOP", victim);
    try {
      Map<String, Long> held = driven(workspace, victim);
      if (held.isEmpty()) {
        return;
      }
      if (!canBeWrittenTo(workspace)) {
        inTransaction++;
        return;
      }
      int stopped = held.size();
      long deadline = System.nanoTime() + CampaignDaemon.LEASE.multipliedBy(10).toNanos();
      while (!held.isEmpty() && System.nanoTime() < deadline) {
        Thread.sleep(20);
        held.entrySet()
            .removeIf(one -> workspace.store().leases().epoch(one.getKey()) > one.getValue());
      }
      pauses++;
      takenOver += stopped - held.size();
    } finally {
      signal("CONT", victim);
    }
  }

  /** The leases of the runs that a process drives, with their epochs. */
  private static Map<String, Long> driven(Workspace workspace, Process process) {
    Map<String, Long> held = new HashMap<>();
    for (StoredRun run :
        workspace.store().runs().list(RunFilter.newest(MANY).states(RunState.RUNNING))) {
      workspace
          .store()
          .leases()
          .current(Lease.ofRun(run.id()))
          .filter(
              lease ->
                  RunProcess.parse(lease.holder())
                      .filter(holder -> holder.pid() == process.pid())
                      .isPresent())
          .ifPresent(lease -> held.put(lease.name(), lease.epoch()));
    }
    return held;
  }

  /** Whether nobody who stands still holds, or waits for, the one lock of all who write. */
  private static boolean canBeWrittenTo(Workspace workspace) throws Exception {
    try {
      CompletableFuture.runAsync(
              () ->
                  workspace
                      .store()
                      .leases()
                      .release(workspace.store().leases().steal("probe", "probe", PROBE)))
          .get(PROBE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private static int succeeded(Workspace workspace) {
    return workspace.store().runs().list(RunFilter.newest(MANY).states(RunState.SUCCEEDED)).size();
  }

  /** None lost, none twice: ticks, runs and intervals are one to one. */
  private static void eachIntervalHasOneRun(Workspace workspace) {
    List<StoredTick> ticks = workspace.store().schedules().ticks("stamps", MANY);
    assertThat(ticks).hasSize(INTERVALS);
    Set<String> runs = new HashSet<>();
    for (int i = 0; i < INTERVALS; i++) {
      StoredTick tick = ticks.get(INTERVALS - 1 - i);
      assertThat(tick.start()).isEqualTo(START.plus(Duration.ofMinutes(i)));
      assertThat(tick.end()).isEqualTo(START.plus(Duration.ofMinutes(i + 1)));
      assertThat(tick.state()).isEqualTo(TickState.FIRED);
      assertThat(runs.add(tick.runId().orElseThrow())).isTrue();
      assertThat(workspace.store().runs().attempts("stamp", "stamps", tick.start(), tick.end()))
          .singleElement()
          .satisfies(run -> assertThat(tick.runId()).contains(run.id()))
          .satisfies(run -> assertThat(run.state()).isEqualTo(RunState.SUCCEEDED));
    }
    assertThat(workspace.store().runs().list(RunFilter.newest(MANY))).hasSize(INTERVALS);
  }

  private static void nothingWasPublishedByAFencedEpoch(Workspace workspace, PublicationAudit audit)
      throws Exception {
    Map<String, Long> published = new HashMap<>();
    Map<String, Long> ended = new HashMap<>();
    for (PublicationAudit.Entry entry : audit.entries()) {
      Map<String, Long> into = entry.what().equals("COMPLETE") ? published : ended;
      assertThat(into.put(entry.runId(), entry.epoch())).as("twice: %s", entry).isNull();
    }
    assertThat(published).hasSize(INTERVALS);
    assertThat(ended).hasSize(INTERVALS);
    for (Map.Entry<String, Long> one : published.entrySet()) {
      List<ArtifactRecord> artifacts = workspace.history().artifactsOf(one.getKey());
      assertThat(artifacts).hasSize(1);
      assertThat(Files.readString(artifacts.get(0).directory().resolve("epoch.txt")))
          .as("epoch of the driver that wrote what run %s published", one.getKey())
          .isEqualTo(Long.toString(one.getValue()));
      assertThat(ended.get(one.getKey())).isGreaterThanOrEqualTo(one.getValue());
    }
  }

  private static List<String> drives(Path home) throws IOException {
    List<String> all = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      Path file = home.resolve(name + ".drives");
      if (Files.exists(file)) {
        all.addAll(Files.readAllLines(file));
      }
    }
    return all;
  }

  private Process start(Path home, String metadata, String name, long base) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            CampaignDaemon.class.getName(),
            home.toString(),
            metadata,
            name,
            Long.toString(base),
            Long.toString(SPEED))
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name + ".log").toFile())
        .start();
  }

  private String logs() {
    StringBuilder all = new StringBuilder();
    for (String name : List.of("a", "b", "c")) {
      try {
        List<String> lines = Files.readAllLines(folder.resolve(name + ".log"));
        lines
            .subList(Math.max(0, lines.size() - 20), lines.size())
            .forEach(line -> all.append(name).append(": ").append(line).append('\n'));
      } catch (IOException e) {
        all.append(e);
      }
    }
    return all.toString();
  }
}
