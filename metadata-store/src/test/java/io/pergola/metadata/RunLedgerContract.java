package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What every metadata store does for runs, leases and digests. */
abstract class RunLedgerContract extends StoreFixture {
  private static final Duration TERM = Duration.ofSeconds(30);

  private static RunDraft draft(String id, String pipeline) {
    return new RunDraft(
        id,
        pipeline,
        "{\"format\":1}",
        new TreeMap<>(Map.of("engine", "local")),
        List.of(new RunDraft.Node("gen", "CsvExampleGen"), new RunDraft.Node("train", "Trainer")));
  }

  @Test
  void aNewRunIsCreatedWithAllNodesPending() {
    StoredRun run = store.runs().create(draft("r1", "taxi"));

    assertThat(run)
        .isEqualTo(
            new StoredRun(
                run.number(),
                "r1",
                "taxi",
                RunState.CREATED,
                "{\"format\":1}",
                new TreeMap<>(Map.of("engine", "local")),
                Optional.empty(),
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty()));
    assertThat(store.runs().find("r1")).contains(run);
    assertThat(store.runs().nodes("r1"))
        .extracting(StoredNode::id, StoredNode::component, StoredNode::state, StoredNode::attempt)
        .containsExactly(
            tuple("gen", "CsvExampleGen", NodeState.PENDING, 0),
            tuple("train", "Trainer", NodeState.PENDING, 0));
    assertThatThrownBy(() -> store.runs().create(draft("r1", "taxi")))
        .hasMessage("Cannot create run 'r1': there is one of this id. Choose another id.");
  }

  @Test
  void runsAreFoundNewestFirst() {
    store.runs().create(draft("r1", "taxi"));
    store.runs().create(draft("r2", "penguins"));
    Lease lease = store.runs().create(draft("r3", "taxi"), "me", TERM);
    store.runs().move(lease, "r3", RunState.RUNNING, Optional.empty());

    assertThat(ids(RunFilter.newest(2))).containsExactly("r3", "r2");
    assertThat(ids(RunFilter.newest(9).pipeline("taxi"))).containsExactly("r3", "r1");
    assertThat(ids(RunFilter.newest(9).states(RunState.CREATED))).containsExactly("r2", "r1");
    assertThat(store.runs().latest().map(StoredRun::id)).contains("r3");
    assertThat(store.runs().latest("penguins").map(StoredRun::id)).contains("r2");
    assertThat(store.runs().latest("nothing")).isEmpty();
  }

  private List<String> ids(RunFilter filter) {
    return store.runs().list(filter).stream().map(StoredRun::id).toList();
  }

  @Test
  void aRunMovesThroughItsStatesAndKeepsTheTimes() {
    Lease lease = store.runs().create(draft("r", "taxi"), "me", TERM);
    Instant created = clock.instant();
    clock.advance(Duration.ofSeconds(1));
    store.runs().move(lease, "r", RunState.RUNNING, Optional.empty());
    clock.advance(Duration.ofSeconds(1));
    store.runs().move(lease, "r", RunState.FAILED, Optional.of("disk full"));

    StoredRun failed = store.runs().find("r").orElseThrow();
    assertThat(failed.state()).isEqualTo(RunState.FAILED);
    assertThat(failed.reason()).contains("disk full");
    assertThat(failed.started()).contains(created.plusSeconds(1));
    assertThat(failed.finished()).contains(created.plusSeconds(2));

    clock.advance(Duration.ofSeconds(1));
    store.runs().move(lease, "r", RunState.RUNNING, Optional.empty());
    assertThat(store.runs().find("r").orElseThrow())
        .satisfies(
            resumed -> {
              assertThat(resumed.finished()).isEmpty();
              assertThat(resumed.reason()).isEmpty();
              assertThat(resumed.started()).contains(created.plusSeconds(1));
            });

    store.runs().move(lease, "r", RunState.SUCCEEDED, Optional.empty());
    assertThatThrownBy(() -> store.runs().move(lease, "r", RunState.RUNNING, Optional.empty()))
        .hasMessage("Cannot make run 'r' RUNNING: it is SUCCEEDED. Start a new run.");
  }

  @Test
  void aNewAttemptHasNoJobYet() {
    Lease lease = store.runs().create(draft("r", "taxi"), "me", TERM);
    store.runs().change(lease, "r", NodeChange.of("train").to(NodeState.RUNNING).attempt(1));
    store.runs().change(lease, "r", NodeChange.of("train").job("flink-7"));
    store.runs().change(lease, "r", NodeChange.of("train").attempt(1).rows(5));
    assertThat(store.runs().node("r", "train").orElseThrow().jobId()).contains("flink-7");

    store.runs().change(lease, "r", NodeChange.of("train").attempt(2));

    assertThat(store.runs().node("r", "train").orElseThrow().jobId()).isEmpty();
  }

  @Test
  void aNodeChangesWhatIsGivenAndKeepsTheRest() {
    Lease lease = store.runs().create(draft("r", "taxi"), "me", TERM);
    clock.advance(Duration.ofSeconds(1));
    Instant started = clock.instant();
    store
        .runs()
        .change(lease, "r", NodeChange.of("train").to(NodeState.RUNNING).attempt(1).cacheKey("k1"));
    store.runs().change(lease, "r", NodeChange.of("train").job("flink-7").rows(5));
    clock.advance(Duration.ofSeconds(1));
    store
        .runs()
        .change(lease, "r", NodeChange.of("train").to(NodeState.FAILED).because("NaN loss"));

    assertThat(store.runs().node("r", "train"))
        .contains(
            new StoredNode(
                "r",
                "train",
                1,
                "Trainer",
                NodeState.FAILED,
                1,
                Optional.empty(),
                Optional.of("k1"),
                Optional.of("flink-7"),
                5,
                Optional.of("NaN loss"),
                Optional.of(started),
                Optional.of(started.plusSeconds(1))));
    assertThatThrownBy(() -> store.runs().change(lease, "r", NodeChange.of("none").rows(1)))
        .hasMessage("Cannot change node 'none' of run 'r': there is none. Create the run with it.");
  }

  @Test
  void aHolderThatWasReplacedChangesNothing() {
    Lease old = store.runs().create(draft("r", "taxi"), "old", TERM);
    Lease stolen = store.leases().steal(Lease.ofRun("r"), "new", TERM);

    assertThat(stolen.epoch()).isEqualTo(old.epoch() + 1);
    assertThatThrownBy(() -> store.runs().move(old, "r", RunState.RUNNING, Optional.empty()))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(
            () -> store.runs().change(old, "r", NodeChange.of("gen").to(NodeState.RUNNING)))
        .isInstanceOf(LeaseLostException.class);
    assertThatThrownBy(() -> store.runs().record(old, "r", "a", "b"))
        .isInstanceOf(LeaseLostException.class);
    assertThat(store.runs().find("r").orElseThrow().state()).isEqualTo(RunState.CREATED);
    assertThat(store.leases().renew(old, TERM)).isEmpty();
    store.leases().release(old);
    assertThat(store.leases().isHeld(stolen)).isTrue();
    assertThat(store.leases().isHeld(old)).isFalse();
  }

  @Test
  void aLeaseIsHeldUntilItExpires() {
    Lease first = store.leases().acquire("x", "a", TERM).orElseThrow();

    assertThat(store.leases().acquire("x", "b", TERM)).isEmpty();
    assertThat(store.leases().acquire("x", "a", TERM)).as("not even by its holder").isEmpty();
    clock.advance(TERM.minusMillis(1));
    assertThat(store.leases().acquire("x", "b", TERM)).isEmpty();
    clock.advance(Duration.ofMillis(1));

    Lease second = store.leases().acquire("x", "b", TERM).orElseThrow();
    assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
    assertThat(second.expires()).isEqualTo(clock.instant().plus(TERM));
    assertThat(store.leases().current("x")).contains(second);
  }

  @Test
  void aRenewedLeaseLastsAnotherTerm() {
    Lease lease = store.leases().acquire("x", "a", TERM).orElseThrow();
    clock.advance(Duration.ofSeconds(20));
    Lease renewed = store.leases().renew(lease, TERM).orElseThrow();
    clock.advance(Duration.ofSeconds(20));

    assertThat(renewed.epoch()).isEqualTo(lease.epoch());
    assertThat(store.leases().acquire("x", "b", TERM)).isEmpty();
    clock.advance(Duration.ofSeconds(20));
    assertThat(store.leases().renew(renewed, TERM)).as("expired, but nobody took it").isPresent();
  }

  @Test
  void aReleasedLeaseIsFreeAndItsEpochStaysUsed() {
    Lease lease = store.leases().acquire("x", "a", TERM).orElseThrow();
    store.leases().release(lease);

    assertThat(store.leases().current("x")).isEmpty();
    assertThat(store.leases().isHeld(lease)).isFalse();
    assertThat(store.leases().acquire("x", "a", TERM).orElseThrow().epoch())
        .isEqualTo(lease.epoch() + 1);
  }

  @Test
  void aCancelRequestIsRememberedOnceAndOnlyWhileTheRunLives() {
    Lease lease = store.runs().create(draft("r", "taxi"), "me", TERM);
    Instant asked = clock.instant();
    store.runs().requestCancel("r");
    clock.advance(Duration.ofSeconds(1));
    store.runs().requestCancel("r");
    assertThat(store.runs().find("r").orElseThrow().cancelRequested()).contains(asked);

    store.runs().create(draft("done", "taxi"));
    Lease other = store.leases().steal(Lease.ofRun("done"), "me", TERM);
    store.runs().move(other, "done", RunState.CANCELLED, Optional.empty());
    store.runs().requestCancel("done");
    assertThat(store.runs().find("done").orElseThrow().cancelRequested()).isEmpty();
    assertThat(store.leases().isHeld(lease)).isTrue();
  }

  @Test
  void anAttributeIsRecordedInPlaceOfTheOldOne() {
    Lease lease = store.runs().create(draft("r", "taxi"), "me", TERM);
    store.runs().record(lease, "r", "engine", "flink");
    store.runs().record(lease, "r", "log", "x.log");

    assertThat(store.runs().find("r").orElseThrow().attributes())
        .isEqualTo(Map.of("engine", "flink", "log", "x.log"));
  }

  @Test
  void aDigestCountsWhileSizeAndTimeStay() {
    Instant modified = Instant.parse("2026-02-03T04:05:06.123456789Z");
    store.digests().put("/data/a.csv", 10, modified, "d1");

    assertThat(store.digests().find("/data/a.csv", 10, modified)).contains("d1");
    assertThat(store.digests().find("/data/a.csv", 11, modified)).isEmpty();
    assertThat(store.digests().find("/data/a.csv", 10, modified.plusNanos(1))).isEmpty();
    store.digests().put("/data/a.csv", 11, modified, "d2");
    assertThat(store.digests().find("/data/a.csv", 10, modified)).isEmpty();
    assertThat(store.digests().find("/data/a.csv", 11, modified)).contains("d2");
  }

  @Test
  void whatWasWrittenIsThereAfterReopening() {
    store.runs().create(draft("r", "taxi"), "me", TERM);
    store.close();
    store = open();

    assertThat(store.runs().latest().map(StoredRun::id)).contains("r");
    assertThat(store.leases().current(Lease.ofRun("r")).map(Lease::holder)).contains("me");
  }
}
