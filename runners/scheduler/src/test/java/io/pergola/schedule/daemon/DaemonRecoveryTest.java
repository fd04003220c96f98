package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunState;
import io.pergola.run.RunProcess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Runs whose driver is gone, or has not come yet: each goes on once, or is given up. */
class DaemonRecoveryTest extends DaemonFixture {
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
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    Clock leaping =
        new Clock() {
          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
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
}
