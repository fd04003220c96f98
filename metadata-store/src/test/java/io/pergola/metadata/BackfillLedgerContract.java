package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pergola.metadata.BackfillInterval.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store does for backfills (rule 18). */
abstract class BackfillLedgerContract extends StoreFixture {
  private static final Duration TERM = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant FROM = Instant.parse("2025-12-01T00:00:00Z");

  private static BackfillDraft draft(String id, int days) {
    return new BackfillDraft(
        id,
        "nightly",
        FROM,
        FROM.plus(DAY.multipliedBy(days)),
        BackfillOrder.DESCENDING,
        2,
        BackfillChoice.MISSING,
        IntStream.range(0, days)
            .mapToObj(day -> FROM.plus(DAY.multipliedBy(days - 1 - day)))
            .map(start -> new BackfillDraft.Interval(start, start.plus(DAY)))
            .toList());
  }

  @BeforeEach
  void putSchedule() {
    store.schedules().put(new ScheduleDraft("nightly", "taxi", "daily", FROM));
  }

  private StoredBackfill create() {
    return store.backfills().create(draft("december", 3));
  }

  private StoredBackfill found() {
    return store.backfills().find("december").orElseThrow();
  }

  private BackfillInterval interval(int position) {
    return store.backfills().intervals("december").get(position);
  }

  private BackfillStep.Change starts(int position, String run) {
    BackfillInterval interval = interval(position);
    return new BackfillStep.Change(
        interval,
        Optional.of(
            RunRequest.of(run, "taxi", new TreeMap<>())
                .slot(new RunRequest.Slot("nightly", interval.start(), interval.end(), 1))));
  }

  private BackfillStep.Change ends(int position, State state) {
    return new BackfillStep.Change(
        interval(position).becomes(state, "As it is."), Optional.empty());
  }

  private Optional<List<StoredRun>> advance(StoredBackfill seen, BackfillStep.Change... changes) {
    return store.backfills().advance(new BackfillStep(seen, List.of(changes), clock.instant()));
  }

  @Test
  void rule18_aBackfillIsStoredWholeInItsOrder() {
    StoredBackfill created = create();

    assertThat(created)
        .isEqualTo(
            new StoredBackfill(
                "december",
                "nightly",
                FROM,
                FROM.plus(DAY.multipliedBy(3)),
                BackfillOrder.DESCENDING,
                2,
                BackfillChoice.MISSING,
                BackfillState.RUNNING,
                0,
                clock.instant(),
                Optional.empty(),
                new TreeMap<>(Map.of(State.PENDING, 3))));
    assertThat(found()).isEqualTo(created);
    assertThat(created.size()).isEqualTo(3);
    assertThat(created.count(State.STARTED)).isZero();
    assertThat(store.backfills().intervals("december"))
        .extracting(BackfillInterval::start)
        .containsExactly(FROM.plus(DAY.multipliedBy(2)), FROM.plus(DAY), FROM);
    assertThat(store.backfills().find("january")).isEmpty();
    assertThat(store.backfills().intervals("january")).isEmpty();
    assertThatThrownBy(this::create)
        .hasMessage(
            "Cannot create backfill 'december': there is one of this id. Choose another id.");
  }

  @Test
  void backfillsAreListedNewestFirstAndWorkedOldestFirst() {
    create();
    clock.advance(DAY);
    store.backfills().create(draft("later", 1));
    clock.advance(DAY);
    store.backfills().create(draft("over", 1));
    store.backfills().cancel("over");
    store.backfills().pause("later");

    assertThat(store.backfills().list())
        .extracting(StoredBackfill::id)
        .containsExactly("over", "later", "december");
    assertThat(store.backfills().active())
        .extracting(StoredBackfill::id)
        .containsExactly("december", "later");
  }

  @Test
  void rule18_aBackfillIsPausedResumedAndCancelledOnceEach() {
    create();
    assertThat(store.backfills().resume("december")).as("not paused").isFalse();
    assertThat(store.backfills().pause("december")).isTrue();
    assertThat(store.backfills().pause("december")).isFalse();
    assertThat(found().state()).isEqualTo(BackfillState.PAUSED);
    assertThat(store.backfills().resume("december")).isTrue();
    assertThat(found().state()).isEqualTo(BackfillState.RUNNING);
    assertThat(store.backfills().cancel("december")).isTrue();
    assertThat(store.backfills().cancel("december")).isFalse();
    assertThat(store.backfills().pause("december")).isFalse();
    assertThat(store.backfills().resume("december")).isFalse();
    assertThat(store.backfills().pause("january")).isFalse();

    assertThat(found().state()).isEqualTo(BackfillState.CANCELLED);
    assertThat(found().finished()).contains(clock.instant());
    assertThat(found().count(State.CANCELLED)).isEqualTo(3);
  }

  @Test
  void cancellingEndsQueuedRunsAsksTheDriversOfOthersAndKeepsWhatIsDone() {
    advance(create(), starts(0, "r0"), starts(1, "r1"), ends(2, State.NEEDLESS));
    assertThat(store.runs().claim("driver", TERM, RunClaim.of("r0"))).isPresent();

    assertThat(store.backfills().cancel("december")).isTrue();

    assertThat(store.backfills().intervals("december"))
        .extracting(BackfillInterval::state)
        .containsExactly(State.CANCELLED, State.CANCELLED, State.NEEDLESS);
    StoredRun driven = store.runs().find("r0").orElseThrow();
    assertThat(driven.state()).isEqualTo(RunState.CREATED);
    assertThat(driven.cancelRequested()).isPresent();
    StoredRun queued = store.runs().find("r1").orElseThrow();
    assertThat(queued.state()).isEqualTo(RunState.CANCELLED);
    assertThat(queued.reason()).contains("backfill december was cancelled");
  }

  @Test
  void anIntervalStartsTogetherWithItsRunAndTheLastOneEndsTheBackfill() {
    List<StoredRun> created = advance(create(), starts(0, "r0"), starts(1, "r1")).orElseThrow();

    assertThat(created).extracting(StoredRun::id).containsExactly("r0", "r1");
    assertThat(interval(0).state()).isEqualTo(State.STARTED);
    assertThat(interval(0).runId()).contains("r0");
    assertThat(found().counts()).isEqualTo(Map.of(State.STARTED, 2, State.PENDING, 1));
    assertThat(found().revision()).isEqualTo(1);

    advance(found(), ends(0, State.SUCCEEDED), ends(2, State.NEEDLESS));
    assertThat(found().state()).as("one is live").isEqualTo(BackfillState.RUNNING);
    clock.advance(Duration.ofSeconds(1));
    advance(found(), ends(1, State.FAILED));
    assertThat(found().state()).isEqualTo(BackfillState.DONE);
    assertThat(found().finished()).contains(clock.instant());
    assertThat(interval(0).runId()).as("stays on record").contains("r0");
    assertThat(store.backfills().active()).isEmpty();
  }

  @Test
  void rule09_anIntervalWhoseSlotWasTakenSinceStaysPending() {
    StoredBackfill seen = create();
    BackfillStep.Change change = starts(0, "r0");
    store
        .runs()
        .enqueue(
            RunRequest.of("byhand", "taxi", new TreeMap<>())
                .slot(change.run().orElseThrow().slot().orElseThrow()));

    assertThat(advance(seen, change).orElseThrow()).isEmpty();
    assertThat(interval(0).state()).isEqualTo(State.PENDING);
    assertThat(store.runs().find("r0")).isEmpty();
  }

  @Test
  void rule18_aStepFromAnOldReadingWritesNothing() {
    StoredBackfill seen = create();
    BackfillStep.Change change = starts(0, "r0");
    store.backfills().pause("december");
    assertThat(advance(seen, change)).as("paused since").isEmpty();
    assertThat(store.backfills().resume("december")).isTrue();
    assertThat(advance(seen, change)).as("resumed since").isEmpty();

    StoredBackfill resumed = found();
    assertThat(store.runs().find("r0")).isEmpty();
    assertThat(interval(0).state()).isEqualTo(State.PENDING);
    assertThat(advance(resumed, change).orElseThrow()).hasSize(1);
    assertThat(advance(resumed, starts(1, "r1"))).as("another scheduler was faster").isEmpty();
    assertThat(store.runs().find("r1")).isEmpty();
    assertThat(interval(1).state()).isEqualTo(State.PENDING);
  }

  @Test
  void parallelRunsAreAtLeastOne() {
    assertThatThrownBy(
            () ->
                new BackfillDraft(
                    "x",
                    "nightly",
                    FROM,
                    FROM.plus(DAY),
                    BackfillOrder.ASCENDING,
                    0,
                    BackfillChoice.ALL,
                    List.of()))
        .hasMessage("Invalid number of parallel runs: 0 (from 1)");
  }
}
