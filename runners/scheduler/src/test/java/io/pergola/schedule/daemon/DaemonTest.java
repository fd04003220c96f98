package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.PipelineBuilder;
import io.pergola.run.PipelineRunner;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunProcess;
import io.pergola.run.Workspace;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonTest {
  private static final Duration LEASE = Duration.ofMillis(400);

  @TempDir Path folder;
  private Workspace workspace;
  private DaemonMeters meters;
  private InProcessLauncher launcher;

  @BeforeEach
  void open() {
    Trivial.GATE.set(new CountDownLatch(0));
    workspace = Workspace.open(folder.resolve("home"));
    meters = new DaemonMeters(workspace.store());
    launcher = new InProcessLauncher(this::drive, 8);
  }

  @AfterEach
  void close() {
    launcher.close();
    meters.close();
    workspace.close();
  }

  private String drive(Claimed claimed) {
    Trivial pipeline =
        new Trivial(
            Long.parseLong(claimed.run().attribute("parameter.number").orElseThrow()),
            claimed.run().attribute("parameter.fails").filter("true"::equals).isPresent());
    return PipelineRunner.in(workspace)
        .drive(
            claimed.run().id(),
            claimed.lease(),
            PipelineBuilder.build(pipeline),
            RunOptions.defaults().lease(LEASE),
            RunListener.none())
        .getClass()
        .getSimpleName();
  }

  private Daemon daemon(String name, RunLauncher with) {
    return new Daemon(
        DaemonSettings.named(name).lease(LEASE).interval(Duration.ofMillis(20)),
        workspace.store(),
        Clock.systemUTC(),
        with,
        Ticks.none(),
        meters);
  }

  private void enqueue(String id, long number) {
    TreeMap<String, String> attributes = new TreeMap<>();
    attributes.put(RunAttributes.DEFINITION, Trivial.class.getName());
    attributes.put(RunAttributes.PARAMETER + "number", Long.toString(number));
    workspace.store().runs().enqueue(new RunRequest(id, "trivial", attributes, Optional.empty()));
  }

  private StoredRun run(String id) {
    return workspace.store().runs().find(id).orElseThrow();
  }

  private void passUntil(Daemon daemon, String id, RunState state) {
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              daemon.pass();
              return run(id).state() == state;
            });
  }

  @Test
  void queuedRunsAreStartedOldestFirstAsFarAsThereIsRoom() {
    Trivial.GATE.set(new CountDownLatch(1));
    enqueue("r1", 1);
    enqueue("r2", 2);
    enqueue("r3", 3);
    Daemon daemon = daemon("d", launcher);

    daemon.pass();
    assertThat(daemon.live()).containsExactlyInAnyOrder("r1", "r2");
    daemon.pass();
    assertThat(run("r3").state()).isEqualTo(RunState.CREATED);

    Trivial.GATE.get().countDown();
    passUntil(daemon, "r3", RunState.SUCCEEDED);
    assertThat(run("r1").attribute(Daemon.DAEMON)).contains("d");
  }

  @Test
  void aDaemonThatStopsStartsNothingMore() throws Exception {
    Trivial.GATE.set(new CountDownLatch(1));
    enqueue("r1", 1);
    Daemon daemon = daemon("d", launcher);
    daemon.pass();

    daemon.stop();
    enqueue("r2", 2);
    daemon.pass();
    assertThat(daemon.live()).containsExactly("r1");
    assertThat(daemon.await(Duration.ofMillis(50))).isFalse();
    Trivial.GATE.get().countDown();
    assertThat(daemon.await(Duration.ofSeconds(10))).isTrue();
    assertThat(run("r2").state()).isEqualTo(RunState.CREATED);
  }

  /** P5: a daemon claimed a run and died before anybody drove it. */
  @Test
  void p5_aRunWhoseLeaseRanOutGoesOnByItself() {
    enqueue("r1", 1);
    assertThat(workspace.store().runs().claim("elsewhere 1 1", LEASE, RunClaim.oldest()))
        .isPresent();
    Daemon daemon = daemon("d", launcher);

    daemon.pass();
    assertThat(daemon.live()).as("its lease is in force").isEmpty();
    long start = System.nanoTime();
    passUntil(daemon, "r1", RunState.SUCCEEDED);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LEASE.multipliedBy(8));
  }

  /** P5: the daemon died between claiming a run and the moment its driver would have taken over. */
  @Test
  void p5_aRunOfADaemonThatDiedBeforeItsDriverTookOverWaitsForTheClaimAndNotForALease() {
    enqueue("r1", 1);
    Duration claim = Duration.ofMillis(600);
    Daemon dying =
        new Daemon(
            DaemonSettings.named("dying")
                .lease(Duration.ofHours(1))
                .interval(Duration.ofMillis(20))
                .claim(claim),
            workspace.store(),
            Clock.systemUTC(),
            new NeverTakesOver(),
            Ticks.none(),
            meters);
    dying.pass();
    assertThat(dying.live()).containsExactly("r1");
    Instant claimed = Instant.now();
    assertThat(leaseOf("r1").expires()).isBeforeOrEqualTo(claimed.plus(claim));

    Daemon next = daemon("next", launcher);
    next.pass();
    assertThat(next.live()).as("its claim is in force").isEmpty();
    passUntil(next, "r1", RunState.SUCCEEDED);
    assertThat(Duration.between(claimed, Instant.now())).isLessThan(Duration.ofSeconds(15));
  }

  /** A JVM may take longer to start than a claim lasts. */
  @Test
  void p2_aDaemonKeepsItsClaimUntilTheDriverHasTakenOver() {
    enqueue("r1", 1);
    Duration claim = Duration.ofMillis(300);
    Daemon patient =
        new Daemon(
            DaemonSettings.named("patient").interval(Duration.ofMillis(20)).claim(claim),
            workspace.store(),
            Clock.systemUTC(),
            new NeverTakesOver(),
            Ticks.none(),
            meters);
    patient.pass();
    Lease first = leaseOf("r1");
    await()
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              patient.pass();
              return leaseOf("r1").expires().isAfter(first.expires().plus(claim));
            });
    assertThat(leaseOf("r1").epoch()).isEqualTo(first.epoch());

    Lease taken =
        workspace.store().leases().handOver(first, "driver", Duration.ofHours(1)).orElseThrow();
    patient.pass();
    assertThat(leaseOf("r1")).as("the driver's own").isEqualTo(taken);
  }

  private Lease leaseOf(String id) {
    return workspace.store().leases().current(Lease.ofRun(id)).orElseThrow();
  }

  /** A child that was started and has not got as far as taking its run over. */
  private static final class NeverTakesOver implements RunLauncher {
    @Override
    public LiveRun launch(Claimed claimed) {
      CompletableFuture<String> never = new CompletableFuture<>();
      return new LiveRun() {
        @Override
        public String runId() {
          return claimed.run().id();
        }

        @Override
        public String driver() {
          return "slow";
        }

        @Override
        public CompletableFuture<String> ended() {
          return never;
        }
      };
    }

    @Override
    public void close() {}
  }

  /** The driver was a process of this machine: nobody waits for its lease. */
  @Test
  void f5_aRunWhoseProcessDiedGoesOnAtOnceAndTheDeadOnePublishesNothing() throws Exception {
    enqueue("r1", 1);
    Process dead = new ProcessBuilder("/bin/sh", "-c", "exit 0").start();
    dead.waitFor();
    RunProcess here = RunProcess.current();
    String holder = new RunProcess(here.host(), dead.pid(), 1, here.scope()).holder();
    Claimed claimed =
        workspace
            .store()
            .runs()
            .claim(holder, Duration.ofHours(1), RunClaim.oldest())
            .orElseThrow();
    Trivial.GATE.set(new CountDownLatch(1));
    CompletableFuture<String> fenced = launcher.launch(claimed).ended();
    await().until(() -> run("r1").state() == RunState.RUNNING);
    Daemon daemon = daemon("d", launcher);

    daemon.pass();
    assertThat(daemon.live()).containsExactly("r1");
    Trivial.GATE.get().countDown();
    passUntil(daemon, "r1", RunState.SUCCEEDED);

    assertThat(fenced).succeedsWithin(Duration.ofSeconds(20)).asString().contains("lease");
    assertThat(workspace.history().artifactsOf("r1")).hasSize(1);
  }

  @Test
  void aRunWhoseDriversKeepDyingIsGivenUp() {
    enqueue("r1", 1);
    RunLauncher deadly =
        new RunLauncher() {
          @Override
          public LiveRun launch(Claimed claimed) {
            workspace
                .store()
                .runs()
                .move(claimed.lease(), "r1", RunState.RUNNING, Optional.empty());
            return new LiveRun() {
              @Override
              public String runId() {
                return claimed.run().id();
              }

              @Override
              public String driver() {
                return "nobody";
              }

              @Override
              public CompletableFuture<String> ended() {
                return CompletableFuture.completedFuture("exit code 137");
              }
            };
          }

          @Override
          public void close() {}
        };
    java.util.concurrent.atomic.AtomicReference<java.time.Instant> now =
        new java.util.concurrent.atomic.AtomicReference<>(java.time.Instant.now());
    Clock leaping =
        new Clock() {
          @Override
          public java.time.ZoneId getZone() {
            return java.time.ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public java.time.Instant instant() {
            return now.updateAndGet(time -> time.plusSeconds(60));
          }
        };
    Daemon daemon =
        new Daemon(
            DaemonSettings.named("d").lease(LEASE),
            workspace.store(),
            leaping,
            deadly,
            Ticks.none(),
            meters);

    passUntil(daemon, "r1", RunState.FAILED);

    assertThat(run("r1").reason().orElseThrow())
        .startsWith("its process died 5 times without completing another node.");
  }

  @Test
  void p6_aRunWhoseEndWasAskedForAfterItsDriverDiedIsCancelled() {
    enqueue("r1", 1);
    Claimed claimed =
        workspace.store().runs().claim("elsewhere 1 1", LEASE, RunClaim.oldest()).orElseThrow();
    workspace.store().runs().move(claimed.lease(), "r1", RunState.RUNNING, Optional.empty());
    workspace.store().runs().requestCancel("r1");

    passUntil(daemon("d", launcher), "r1", RunState.CANCELLED);
  }

  @Test
  void twoDaemonsOfOneNameAreRefusedUntilTheFirstEnds() {
    Daemon first = daemon("d", launcher);
    first.open();
    assertThatThrownBy(() -> daemon("d", launcher).open())
        .hasMessageStartingWith("Cannot start daemon 'd': one of this name is running (");
    daemon("other", launcher).open();
    first.close();
    daemon("d", launcher).open();
  }

  /** A restarted daemon counts what its predecessor started: --max-runs holds for both together. */
  @Test
  void liveRunsOfADeadDaemonOfThisNameCountAsItsOwn() {
    Trivial.GATE.set(new CountDownLatch(1));
    enqueue("r1", 1);
    enqueue("r2", 2);
    enqueue("r3", 3);
    Daemon dead = daemon("d", launcher);
    dead.pass();
    assertThat(dead.live()).hasSize(2);
    await().until(() -> run("r1").state() == RunState.RUNNING);
    await().until(() -> run("r2").state() == RunState.RUNNING);

    Daemon next = daemon("d", launcher);
    next.pass();
    assertThat(next.live()).isEmpty();
    assertThat(next.status().adopted()).isEqualTo(2);
    Trivial.GATE.get().countDown();
    passUntil(next, "r3", RunState.SUCCEEDED);
  }

  @Test
  void healthSaysHowTheDaemonStands() {
    enqueue("r1", 1);
    Trivial.GATE.set(new CountDownLatch(1));
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    StatusServer.Answer answer =
        new DaemonHealth(daemon::status, workspace.store(), Clock.systemUTC(), "1.0").answer();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .contains(
            "\"status\" : \"ok\"",
            "\"version\" : \"1.0\"",
            "\"name\" : \"d\"",
            "\"database\" : \"reachable\"",
            "\"run\" : \"r1\"",
            "\"epoch\" : 1");
    Trivial.GATE.get().countDown();
    await().until(() -> run("r1").state() == RunState.SUCCEEDED);
  }

  @Test
  void healthIs503WithCauseAndRemedyWhenTheDatabaseIsGone() throws Exception {
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    workspace.store().close();
    daemon.pass();
    StatusServer.Answer answer =
        new DaemonHealth(daemon::status, workspace.store(), Clock.systemUTC(), "1.0").answer();

    assertThat(answer.status()).isEqualTo(503);
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.path("status").asText()).isEqualTo("failing");
    assertThat(json.path("database").asText()).isEqualTo("unreachable");
    assertThat(json.path("problem").asText()).isEqualTo("The metadata store cannot be read.");
    assertThat(json.path("remedy").asText())
        .isEqualTo(
            "See that its database is running, or its file and disk are there; the daemon's log"
                + " says what it answered. The daemon goes on by itself once it can be reached.");
    assertThat(answer.body()).doesNotContain(folder.toString());
  }

  @Test
  void healthIs503WithCauseAndRemedyWhenThereWasNoPassForLong() throws Exception {
    Daemon daemon = daemon("d", launcher);
    daemon.pass();
    Instant last = daemon.status().lastPass().orElseThrow();
    DaemonHealth punctual =
        new DaemonHealth(
            daemon::status,
            workspace.store(),
            Clock.fixed(last.plusSeconds(30), ZoneOffset.UTC),
            "1.0");
    DaemonHealth late =
        new DaemonHealth(
            daemon::status,
            workspace.store(),
            Clock.fixed(last.plusMillis(30_001), ZoneOffset.UTC),
            "1.0");

    assertThat(punctual.answer().status()).isEqualTo(200);
    assertThat(late.answer().status()).isEqualTo(503);
    JsonNode json = new ObjectMapper().readTree(late.answer().body());
    assertThat(json.path("problem").asText())
        .isEqualTo(
            "There was no pass since %s; 30 s is the longest time between two.".formatted(last));
    assertThat(json.path("remedy").asText())
        .isEqualTo(
            "See the daemon's log. If it does not go on, end this process and start 'pergola"
                + " serve' again: the runs it started go on.");
  }

  /** What the database said of the failed pass may name hosts and files. */
  @Test
  void healthIs503WithoutTheDatabasesOwnWordsWhenOnlyTheLastPassFailed() throws Exception {
    DaemonStatus status =
        DaemonStatus.starting("d", Instant.parse("2026-01-01T00:00:00Z"))
            .failed("db.internal:5432");
    StatusServer.Answer answer =
        new DaemonHealth(
                () -> status,
                workspace.store(),
                Clock.fixed(Instant.parse("2026-01-01T00:00:01Z"), ZoneOffset.UTC),
                "1.0")
            .answer();

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).doesNotContain("db.internal");
    JsonNode json = new ObjectMapper().readTree(answer.body());
    assertThat(json.path("problem").asText())
        .isEqualTo("The last pass failed in the metadata store; there was none before.");
    assertThat(json.path("remedy").asText()).startsWith("See that its database is running");
  }

  @Test
  void metricsCountRunsAndTheQueue() {
    enqueue("r1", 1);
    Daemon daemon = daemon("d", launcher);
    passUntil(daemon, "r1", RunState.SUCCEEDED);
    enqueue("r2", 2);

    assertThat(meters.scrape())
        .contains("pergola_runs{pipeline=\"trivial\",state=\"SUCCEEDED\"} 1.0")
        .contains("pergola_runs{pipeline=\"trivial\",state=\"CREATED\"} 1.0")
        .contains("pergola_queue_length 1.0")
        .contains("pergola_runs_launched_total 1.0")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void theDriverOfAReleasedLeaseIsNotTheDaemons() {
    enqueue("r1", 1);
    Daemon daemon = daemon("d", launcher);
    passUntil(daemon, "r1", RunState.SUCCEEDED);
    daemon.pass();
    assertThat(workspace.store().leases().current(Lease.ofRun("r1"))).isEmpty();
  }
}
