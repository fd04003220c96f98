package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every metadata store does for runs that wait: slots, limits, claims. */
abstract class RunQueueContract extends StoreFixture {
  private static final Duration TERM = Duration.ofSeconds(20);
  private static final Instant MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z");
  private static final RunRequest.Slot DAY =
      new RunRequest.Slot("nightly", MIDNIGHT, MIDNIGHT.plus(Duration.ofDays(1)), 1);

  private static RunRequest request(String id, String pipeline) {
    return RunRequest.of(id, pipeline, new TreeMap<>(Map.of("definition", "acme.Taxi")));
  }

  private static RunDraft draft(String id, String pipeline) {
    return new RunDraft(
        id,
        pipeline,
        "{\"format\":1}",
        new TreeMap<>(Map.of("engine", "local")),
        List.of(new RunDraft.Node("gen", "CsvExampleGen"), new RunDraft.Node("train", "Trainer")));
  }

  private Optional<Claimed> claim() {
    return store.runs().claim("me", TERM, RunClaim.oldest());
  }

  private Optional<String> claimedId() {
    return claim().map(claimed -> claimed.run().id());
  }

  private RunState state(String run) {
    return store.runs().find(run).orElseThrow().state();
  }

  @Test
  void aQueuedRunHasNoGraphAndNoNodesUntilItIsDescribed() {
    StoredRun queued = store.runs().enqueue(request("r1", "taxi").slot(DAY));

    assertThat(queued.state()).isEqualTo(RunState.CREATED);
    assertThat(queued.graph()).isEmpty();
    assertThat(queued.attribute("definition")).contains("acme.Taxi");
    assertThat(store.runs().nodes("r1")).isEmpty();
    assertThat(store.runs().slot("r1")).contains(DAY);

    Claimed claimed = claim().orElseThrow();
    store.runs().describe(claimed.lease(), draft("r1", "taxi"));
    store.runs().describe(claimed.lease(), draft("r1", "taxi"));

    StoredRun described = store.runs().find("r1").orElseThrow();
    assertThat(described.graph()).isEqualTo("{\"format\":1}");
    assertThat(described.attributes())
        .isEqualTo(Map.of("definition", "acme.Taxi", "engine", "local"));
    assertThat(store.runs().nodes("r1")).extracting(StoredNode::id).containsExactly("gen", "train");

    store.runs().move(claimed.lease(), "r1", RunState.RUNNING, Optional.empty());
    assertThatThrownBy(() -> store.runs().describe(claimed.lease(), draft("r1", "taxi")))
        .hasMessage("Cannot describe run 'r1': it is RUNNING. Start a new run for another graph.");
  }

  @Test
  void aRunIsNotDescribedAsOneOfAnotherPipeline() {
    store.runs().enqueue(request("r1", "taxi"));
    Lease lease = claim().orElseThrow().lease();

    assertThatThrownBy(() -> store.runs().describe(lease, draft("r1", "penguins")))
        .hasMessage(
            "Cannot describe run 'r1': it is one of pipeline 'taxi', not of 'penguins'. Check its definition.");
  }

  @Test
  void rule09_theSecondRunOfASlotIsTheFirstOne() {
    store.runs().enqueue(request("r1", "taxi").slot(DAY));

    assertThat(store.runs().enqueue(request("r2", "taxi").slot(DAY)).id()).isEqualTo("r1");
    assertThat(store.runs().find("r2")).isEmpty();
    assertThat(store.runs().enqueue(request("r3", "penguins").slot(DAY)).id()).isEqualTo("r3");
    assertThat(store.runs().enqueue(request("r4", "taxi").slot(DAY.attempt(2))).id())
        .isEqualTo("r4");
    assertThat(
            store.runs().attempts("taxi", DAY.schedule(), DAY.start(), DAY.end()).stream()
                .map(StoredRun::id))
        .containsExactly("r1", "r4");
    assertThatThrownBy(() -> store.runs().begin(draft("r5", "taxi"), Optional.of(DAY), "me", TERM))
        .hasMessage(
            "Cannot create run 'r5': run 'r1' is attempt 1 of this interval. Take the next attempt.");
  }

  @Test
  void runsAreClaimedOldestFirstAndOnce() {
    store.runs().enqueue(request("r1", "taxi"));
    store.runs().enqueue(request("r2", "penguins"));
    store.runs().enqueue(request("r3", "taxi"));

    assertThat(claimedId()).contains("r1");
    assertThat(claimedId()).contains("r2");
    assertThat(claimedId()).contains("r3");
    assertThat(claimedId()).isEmpty();
  }

  @Test
  void aClaimThatRunsOutIsClaimedAgainAndFencesTheFirst() {
    store.runs().enqueue(request("r1", "taxi"));
    Lease first = claim().orElseThrow().lease();
    clock.advance(TERM);

    Lease second = claim().orElseThrow().lease();

    assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
    assertThatThrownBy(() -> store.runs().describe(first, draft("r1", "taxi")))
        .isInstanceOf(LeaseLostException.class);
  }

  @Test
  void rule14_aLimitCoversRunsOfEveryOrigin() {
    store.runs().limit("taxi", 1);
    Lease byHand =
        store.runs().begin(draft("hand", "taxi"), Optional.empty(), "me", TERM).orElseThrow();
    store.runs().move(byHand, "hand", RunState.RUNNING, Optional.empty());
    store.runs().enqueue(request("scheduled", "taxi"));
    store.runs().enqueue(request("other", "penguins"));

    assertThat(store.runs().begin(draft("second", "taxi"), Optional.empty(), "you", TERM))
        .isEmpty();
    assertThat(store.runs().ahead("second"))
        .extracting(StoredRun::id)
        .containsExactly("hand", "scheduled");
    assertThat(claimedId()).as("penguins has no limit").contains("other");
    assertThat(claimedId()).isEmpty();

    store.runs().move(byHand, "hand", RunState.SUCCEEDED, Optional.empty());
    store.leases().release(byHand);
    assertThat(store.runs().claim("you", TERM, RunClaim.of("second"))).as("not its turn").isEmpty();
    Lease scheduled = claim().orElseThrow().lease();
    assertThat(scheduled.name()).isEqualTo(Lease.ofRun("scheduled"));
    assertThat(store.runs().claim("you", TERM, RunClaim.of("second"))).isEmpty();

    store.runs().move(scheduled, "scheduled", RunState.RUNNING, Optional.empty());
    store.runs().move(scheduled, "scheduled", RunState.FAILED, Optional.of("x"));
    store.leases().release(scheduled);
    assertThat(store.runs().ahead("second")).isEmpty();
    assertThat(store.runs().claim("you", TERM, RunClaim.of("second"))).isPresent();
  }

  @Test
  void aLimitIsChangedAndRemoved() {
    store.runs().limit("taxi", 2);
    store.runs().limit("taxi", 3);
    assertThat(store.runs().limit("taxi")).hasValue(3);
    assertThat(store.runs().limits()).isEqualTo(Map.of("taxi", 3));
    store.runs().removeLimit("taxi");
    assertThat(store.runs().limit("taxi")).isEmpty();
    assertThatThrownBy(() -> store.runs().limit("taxi", 0))
        .hasMessage("Invalid limit of live runs: 0 (from 1)");
  }

  @Test
  void onlyItsOwnProcessStartsARunThatIsWaitedForAndOneWhoseProcessIsGoneGivesItsPlaceUp() {
    store.runs().limit("taxi", 1);
    Lease live =
        store.runs().begin(draft("live", "taxi"), Optional.empty(), "me", TERM).orElseThrow();
    assertThat(store.runs().begin(draft("gone", "taxi"), Optional.empty(), "a", TERM)).isEmpty();
    store.runs().enqueue(request("next", "taxi"));
    store.runs().move(live, "live", RunState.CANCELLED, Optional.empty());
    store.leases().release(live);

    assertThat(claimedId()).as("'gone' is first, and not for anybody").isEmpty();
    clock.advance(TERM);
    assertThat(claimedId()).contains("next");
    assertThat(store.runs().find("gone").orElseThrow())
        .satisfies(
            gone -> {
              assertThat(gone.state()).isEqualTo(RunState.CANCELLED);
              assertThat(gone.reason()).contains("the process that waited for its start is gone");
            });
  }

  @Test
  void p6_aQueuedRunIsCancelledAtOnceAndAClaimedOneByItsDriver() {
    store.runs().enqueue(request("r1", "taxi"));
    store.runs().requestCancel("r1");
    assertThat(state("r1")).isEqualTo(RunState.CANCELLED);

    store.runs().enqueue(request("r2", "taxi"));
    Lease lease = claim().orElseThrow().lease();
    store.runs().requestCancel("r2");
    assertThat(state("r2")).isEqualTo(RunState.CREATED);
    store.leases().release(lease);
    assertThat(claimedId()).as("its end was asked for").isEmpty();
  }

  @Test
  void p5_aRunThatNobodyDrivesAnyMoreIsInterruptedAndCanBeClaimedAgain() {
    store.runs().limit("taxi", 1);
    Lease lease =
        store.runs().begin(draft("r1", "taxi"), Optional.empty(), "me", TERM).orElseThrow();
    store.runs().move(lease, "r1", RunState.RUNNING, Optional.empty());
    store.runs().enqueue(request("r2", "taxi"));
    assertThat(store.runs().interrupted()).isEmpty();
    assertThat(store.runs().claim("you", TERM, RunClaim.of("r1"))).isEmpty();

    clock.advance(TERM);

    assertThat(store.runs().interrupted()).extracting(StoredRun::id).containsExactly("r1");
    assertThat(store.runs().claim("you", TERM, RunClaim.of("r1")))
        .as("before the queue: it has had its turn")
        .isPresent();
    assertThat(claimedId()).isEmpty();
  }

  @Test
  void aRunWhoseProcessDiedBeforeItsFirstStepIsInterrupted() {
    store.runs().begin(draft("r1", "taxi"), Optional.empty(), "me", TERM);
    store.runs().enqueue(request("r2", "taxi"));
    clock.advance(TERM);

    assertThat(store.runs().interrupted()).extracting(StoredRun::id).containsExactly("r1");
    assertThat(claimedId()).contains("r2");
    assertThat(state("r1")).isEqualTo(RunState.CREATED);
  }

  @Test
  void aFailedRunThatIsClaimedCountsAtOnce() {
    store.runs().limit("taxi", 1);
    Lease lease =
        store.runs().begin(draft("r1", "taxi"), Optional.empty(), "me", TERM).orElseThrow();
    store.runs().move(lease, "r1", RunState.FAILED, Optional.of("x"));
    store.leases().release(lease);

    assertThat(store.runs().claim("you", TERM, RunClaim.of("r1"))).isPresent();

    assertThat(state("r1")).isEqualTo(RunState.RUNNING);
    store.runs().enqueue(request("r2", "taxi"));
    assertThat(claimedId()).isEmpty();
  }

  @Test
  void aFailedRunThatIsClaimedKeepsWhenItFailedLast() {
    Instant first = fail("r1");
    assertThat(store.runs().find("r1").orElseThrow().attribute(StoredRun.FAILED)).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    Claimed again = store.runs().claim("you", TERM, RunClaim.of("r1")).orElseThrow();
    assertThat(again.run().attribute(StoredRun.FAILED)).contains(first.toString());

    clock.advance(Duration.ofMinutes(1));
    Instant second = clock.instant();
    store.runs().move(again.lease(), "r1", RunState.FAILED, Optional.of("y"));
    store.leases().release(again.lease());
    assertThat(
            store
                .runs()
                .claim("you", TERM, RunClaim.of("r1"))
                .orElseThrow()
                .run()
                .attribute(StoredRun.FAILED))
        .contains(second.toString());
  }

  private Instant fail(String id) {
    Lease lease = store.runs().begin(draft(id, "taxi"), Optional.empty(), "me", TERM).orElseThrow();
    store.runs().move(lease, id, RunState.FAILED, Optional.of("x"));
    store.leases().release(lease);
    return clock.instant();
  }

  private NodeStart nodeStart(String run, long after) {
    return new NodeStart(
        run,
        NodeChange.of("gen").to(NodeState.RUNNING).attempt(1).cacheKey("k"),
        ExecutionDraft.of("Step").state(ExecutionState.RUNNING),
        Optional.of(new NodeStart.Claim(Lease.ofNode("k"), run, TERM, after)));
  }

  @Test
  void f9_oneOfTwoRunsStartsANodeAndTheOtherLooksAgainAfterIt() {
    store.putType(MetadataType.execution("Step"));
    Lease first =
        store.runs().begin(draft("r1", "taxi"), Optional.empty(), "a", TERM).orElseThrow();
    Lease second =
        store.runs().begin(draft("r2", "taxi"), Optional.empty(), "b", TERM).orElseThrow();

    NodeStart.Started started = store.runs().start(first, nodeStart("r1", 0)).orElseThrow();

    assertThat(store.runs().node("r1", "gen").orElseThrow())
        .satisfies(
            node -> {
              assertThat(node.state()).isEqualTo(NodeState.RUNNING);
              assertThat(node.executionId()).contains(started.executionId());
            });
    assertThat(store.runs().start(second, nodeStart("r2", 1))).as("it is held").isEmpty();
    assertThat(store.runs().node("r2", "gen").orElseThrow().state()).isEqualTo(NodeState.PENDING);

    store.publish(
        Publication.of(started.executionId(), ExecutionState.COMPLETE)
            .node("r1", NodeChange.of("gen").to(NodeState.COMPLETE))
            .under(first)
            .releasing(started.claim().orElseThrow()));
    assertThat(store.leases().current(Lease.ofNode("k"))).isEmpty();
    assertThat(store.runs().start(second, nodeStart("r2", 0)))
        .as("somebody had it since the second run looked")
        .isEmpty();
    assertThat(store.leases().epoch(Lease.ofNode("k"))).isEqualTo(1);
    assertThat(store.runs().start(second, nodeStart("r2", 1))).isPresent();
  }

  @Test
  void p4_aNodeWhoseClaimWasTakenOverPublishesNothing() {
    store.putType(MetadataType.execution("Step"));
    Lease first =
        store.runs().begin(draft("r1", "taxi"), Optional.empty(), "a", TERM).orElseThrow();
    Lease second =
        store.runs().begin(draft("r2", "taxi"), Optional.empty(), "b", TERM).orElseThrow();
    NodeStart.Started paused = store.runs().start(first, nodeStart("r1", 0)).orElseThrow();
    clock.advance(TERM);
    assertThat(store.runs().start(second, nodeStart("r2", 1))).isPresent();

    Publication late =
        Publication.of(paused.executionId(), ExecutionState.COMPLETE)
            .node("r1", NodeChange.of("gen").to(NodeState.COMPLETE))
            .under(first)
            .releasing(paused.claim().orElseThrow());

    assertThatThrownBy(() -> store.publish(late)).isInstanceOf(LeaseLostException.class);
    assertThat(store.execution(paused.executionId()).orElseThrow().state())
        .isEqualTo(ExecutionState.RUNNING);
  }

  @Test
  void f9_eightProcessesClaimEachRunOnceAndNeverPassTheLimit() throws Exception {
    store.runs().limit("taxi", 3);
    for (int i = 0; i < 24; i++) {
      store.runs().enqueue(request("r" + i, "taxi"));
    }
    List<List<String>> claimed =
        atOnce(
            8,
            () -> {
              List<String> own = new ArrayList<>();
              try (MetadataStore mine = open()) {
                while (own.size() < 3) {
                  Optional<Claimed> next = mine.runs().claim("x", TERM, RunClaim.oldest());
                  if (next.isPresent()) {
                    String id = next.get().run().id();
                    own.add(id);
                    mine.runs().move(next.get().lease(), id, RunState.RUNNING, Optional.empty());
                    assertThat(mine.runs().list(RunFilter.newest(99).states(RunState.RUNNING)))
                        .hasSizeLessThanOrEqualTo(3);
                    mine.runs().move(next.get().lease(), id, RunState.SUCCEEDED, Optional.empty());
                    mine.leases().release(next.get().lease());
                  }
                }
              }
              return own;
            });

    Set<String> distinct = new HashSet<>();
    claimed.forEach(distinct::addAll);
    assertThat(distinct).hasSize(24);
  }

  @Test
  void p2_eightProcessesGetOneRunOfASlot() throws Exception {
    List<String> ids =
        atOnce(
            8,
            () -> {
              try (MetadataStore mine = open()) {
                String id = "r-" + Thread.currentThread().getName();
                return mine.runs().enqueue(request(id, "taxi").slot(DAY)).id();
              }
            });

    assertThat(new HashSet<>(ids)).hasSize(1);
    assertThat(store.runs().list(RunFilter.newest(99))).hasSize(1);
  }

  private static <T> List<T> atOnce(int count, Callable<T> work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(count);
    ExecutorService pool = Executors.newFixedThreadPool(count);
    try {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        futures.add(
            pool.submit(
                () -> {
                  start.await();
                  return work.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } finally {
      pool.shutdownNow();
    }
  }
}
