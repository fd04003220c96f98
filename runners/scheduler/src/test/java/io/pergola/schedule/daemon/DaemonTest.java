package io.pergola.schedule.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.RunState;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a daemon starts, how much of it at once, and under which name. */
class DaemonTest extends DaemonFixture {
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
  void theDriverOfAReleasedLeaseIsNotTheDaemons() {
    enqueue("r1", 1);
    Daemon daemon = daemon("d", launcher);
    passUntil(daemon, "r1", RunState.SUCCEEDED);
    daemon.pass();
    assertThat(workspace.store().leases().current(Lease.ofRun("r1"))).isEmpty();
  }

  /** A variable that its schedule refers to may be missing: trying again would not help. */
  @Test
  void aRunThatCannotBeStartedAsItWasAskedForFailsAtOnceAndSaysWhy() {
    enqueue("r1", 1);
    AtomicInteger launches = new AtomicInteger();
    RunLauncher picky =
        new RunLauncher() {
          @Override
          public LiveRun launch(Claimed claimed) {
            launches.incrementAndGet();
            throw new IllegalArgumentException("Invalid heap: 'lots'");
          }

          @Override
          public void close() {}
        };
    Daemon daemon = daemon("d", picky);

    daemon.pass();
    daemon.pass();

    assertThat(run("r1").state()).isEqualTo(RunState.FAILED);
    assertThat(run("r1").reason()).contains("Invalid heap: 'lots'");
    assertThat(launches).hasValue(1);
    assertThat(daemon.live()).isEmpty();
    assertThat(workspace.store().leases().current(Lease.ofRun("r1"))).isEmpty();
  }
}
