package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every metadata store does for deployments, notifications and leases that are handed on. */
abstract class DeploymentLedgerContract extends StoreFixture {
  private static final Duration TERM = Duration.ofSeconds(30);
  private static final String FIRST = "a".repeat(64);
  private static final String SECOND = "b".repeat(64);

  private static DeploymentDraft draft(String pipeline, String jar) {
    return new DeploymentDraft(
        pipeline, "acme.Taxi", jar, "taxi.jar", "{\"format\":1}", Optional.of("for tests"));
  }

  @Test
  void versionsAreNumberedFromOneForEachPipeline() {
    StoredDeployment first = store.deployments().deploy(draft("taxi", FIRST));
    clock.advance(Duration.ofHours(1));
    StoredDeployment second = store.deployments().deploy(draft("taxi", SECOND));
    StoredDeployment other = store.deployments().deploy(draft("penguins", FIRST));

    assertThat(first)
        .isEqualTo(
            new StoredDeployment(
                "taxi",
                1,
                "acme.Taxi",
                FIRST,
                "taxi.jar",
                "{\"format\":1}",
                Optional.of("for tests"),
                Instant.parse("2026-01-01T00:00:00Z")));
    assertThat(second.version()).isEqualTo(2);
    assertThat(other.version()).isEqualTo(1);
    assertThat(store.deployments().newest("taxi")).contains(second);
    assertThat(store.deployments().find("taxi", 1)).contains(first);
    assertThat(store.deployments().find("taxi", 3)).isEmpty();
    assertThat(store.deployments().newest("ships")).isEmpty();
    assertThat(store.deployments().newest()).containsExactly(other, second);
    assertThat(store.deployments().versions("taxi")).containsExactly(second, first);
  }

  @Test
  void theSameContentAgainIsNoNewVersionAndAnEarlierOneIs() {
    StoredDeployment first = store.deployments().deploy(draft("taxi", FIRST));

    assertThat(store.deployments().deploy(draft("taxi", FIRST))).isEqualTo(first);
    store.deployments().deploy(draft("taxi", SECOND));
    StoredDeployment back = store.deployments().deploy(draft("taxi", FIRST));

    assertThat(back.version()).isEqualTo(3);
    assertThat(back.jar()).isEqualTo(FIRST);
  }

  @Test
  void manyDeploymentsAtOnceAreNumberedWithoutGapOrDouble() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Long> versions = new ArrayList<>();
    try {
      List<Callable<Long>> deployments =
          IntStream.range(0, 8)
              .<Callable<Long>>mapToObj(
                  i ->
                      () -> {
                        try (MetadataStore own = open()) {
                          String jar = Integer.toString(i).repeat(64);
                          return own.deployments().deploy(draft("taxi", jar)).version();
                        }
                      })
              .toList();
      for (Future<Long> one : threads.invokeAll(deployments)) {
        versions.add(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(versions).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(store.deployments().versions("taxi")).hasSize(8);
  }

  @Test
  void aDeploymentNeedsAHash() {
    assertThatThrownBy(() -> draft("taxi", "../../etc/passwd"))
        .hasMessage("Invalid hash of jar 'taxi.jar': '../../etc/passwd' (64 hexadecimal digits)");
  }

  @Test
  void aLeaseThatIsHandedOnFencesItsFormerHolderOut() {
    Lease mine = store.leases().acquire("run/r1", "me", TERM).orElseThrow();

    Lease yours = store.leases().handOver(mine, "you", TERM).orElseThrow();

    assertThat(yours.epoch()).isEqualTo(mine.epoch() + 1);
    assertThat(store.leases().isHeld(mine)).isFalse();
    assertThat(store.leases().isHeld(yours)).isTrue();
    assertThat(store.leases().handOver(mine, "them", TERM)).as("lost").isEmpty();
    assertThat(store.leases().current("run/r1")).contains(yours);
  }

  private static NotificationDraft notification(String id) {
    return new NotificationDraft(id, "ops", "failure", "{}");
  }

  @Test
  void anEventIsPutOnceAndTakenByOneSenderAtATime() {
    assertThat(store.notifications().put(notification("run/1"))).isTrue();
    assertThat(store.notifications().put(notification("run/1"))).isFalse();

    StoredNotification taken = store.notifications().take(TERM).orElseThrow();
    assertThat(taken.draft()).isEqualTo(notification("run/1"));
    assertThat(taken.attempts()).isEqualTo(1);
    assertThat(store.notifications().take(TERM)).as("taken already").isEmpty();

    clock.advance(TERM);
    assertThat(store.notifications().take(TERM).orElseThrow().attempts())
        .as("its sender died")
        .isEqualTo(2);
    store.notifications().sent("run/1", "ops");
    clock.advance(TERM);
    assertThat(store.notifications().take(TERM)).isEmpty();
    assertThat(store.notifications().list(10))
        .extracting(StoredNotification::state)
        .containsExactly(StoredNotification.State.SENT);
  }

  @Test
  void whatFailedIsTriedAgainWhenItIsDueUntilItIsGivenUp() {
    store.notifications().put(notification("run/1"));
    store.notifications().take(TERM);
    store.notifications().retry("run/1", "ops", "503", clock.instant().plus(Duration.ofMinutes(5)));

    clock.advance(Duration.ofMinutes(4));
    assertThat(store.notifications().take(TERM)).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(store.notifications().take(TERM).orElseThrow().problem()).contains("503");
    store.notifications().giveUp("run/1", "ops", "x".repeat(1000));
    clock.advance(Duration.ofDays(1));

    assertThat(store.notifications().take(TERM)).isEmpty();
    StoredNotification over = store.notifications().list(10).get(0);
    assertThat(over.state()).isEqualTo(StoredNotification.State.FAILED);
    assertThat(over.problem().orElseThrow()).hasSize(500);
  }

  @Test
  void finishedRunsAreFoundInTheOrderInWhichTheyFinished() {
    Instant start = clock.instant();
    for (String id : List.of("r1", "r2", "r3")) {
      RunDraft draft = new RunDraft(id, "taxi", "{}", new TreeMap<>(), List.of());
      Lease lease = store.runs().create(draft, "me", TERM);
      if (!id.equals("r2")) {
        clock.advance(Duration.ofSeconds(1));
        store.runs().move(lease, id, RunState.FAILED, Optional.of("broken"));
      }
    }
    assertThat(store.notifications().finishedSince(start, 10)).containsExactly("r1", "r3");
    assertThat(store.notifications().finishedSince(start.plusSeconds(2), 10)).containsExactly("r3");

    assertThat(store.notifications().lookedUpTo()).isEmpty();
    store.notifications().lookedUpTo(start.plusSeconds(5));
    store.notifications().lookedUpTo(start);
    assertThat(store.notifications().lookedUpTo()).contains(start.plusSeconds(5));
  }
}
