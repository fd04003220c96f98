package io.pergola.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every metadata store does for schedules, their pauses and their ticks. */
abstract class ScheduleLedgerContract extends StoreFixture {
  private static final Duration TERM = Duration.ofMinutes(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Instant START = Instant.parse("2025-12-31T00:00:00Z");

  private static ScheduleDraft draft(String definition) {
    return new ScheduleDraft("nightly", "taxi", definition, START);
  }

  private StoredSchedule put() {
    return store.schedules().put(draft("daily"));
  }

  private StoredSchedule found() {
    return store.schedules().find("nightly").orElseThrow();
  }

  private Optional<List<StoredRun>> advance(ScheduleStep step) {
    return Optional.ofNullable(store.schedules().advance(List.of(step)).get(step.seen().id()));
  }

  /** The tick that ends so many days after the start. */
  private StoredTick tick(int day, TickState state, TickCause cause) {
    Instant end = START.plus(DAY.multipliedBy(day));
    return new StoredTick(
        "nightly",
        end.minus(DAY),
        end,
        state,
        cause,
        "It is due.",
        end,
        clock.instant(),
        1,
        1,
        Optional.empty());
  }

  private static RunRequest request(String id, StoredTick tick) {
    return RunRequest.of(id, "taxi", new TreeMap<>())
        .slot(new RunRequest.Slot("nightly", tick.start(), tick.end(), 1));
  }

  private ScheduleStep step(StoredSchedule seen, ScheduleStep.Decided... ticks) {
    return new ScheduleStep(
        seen,
        clock.instant(),
        clock.instant().plus(DAY),
        List.of(ticks),
        List.of(),
        clock.instant());
  }

  private static ScheduleStep.Decided fires(StoredTick tick, String run) {
    return new ScheduleStep.Decided(tick, Optional.of(request(run, tick)));
  }

  private static ScheduleStep.Decided noted(StoredTick tick) {
    return new ScheduleStep.Decided(tick, Optional.empty());
  }

  @Test
  void aScheduleIsStoredWhole() {
    assertThat(put())
        .isEqualTo(
            new StoredSchedule(
                "nightly",
                "taxi",
                "daily",
                1,
                1,
                START,
                0,
                Instant.EPOCH,
                Instant.parse("2026-01-01T00:00:00Z"),
                Optional.empty()));
    assertThat(found()).isEqualTo(put());
    assertThat(store.schedules().find("weekly")).isEmpty();
    store.schedules().put(new ScheduleDraft("early", "taxi", "daily", START));
    assertThat(store.schedules().list())
        .extracting(StoredSchedule::id)
        .containsExactly("early", "nightly");
  }

  @Test
  void rule01_theSameAgainIsNoVersionAndAnEditIsOne() {
    put();
    clock.advance(DAY);
    put();
    assertThat(store.schedules().versions("nightly"))
        .containsExactly(new ScheduleVersion(1, "daily", Instant.parse("2026-01-01T00:00:00Z")));

    StoredSchedule changed = store.schedules().put(draft("hourly"));
    assertThat(changed.version()).isEqualTo(2);
    assertThat(changed.nextDue()).as("to be looked at").isEqualTo(Instant.EPOCH);
    assertThat(store.schedules().versions("nightly"))
        .extracting(ScheduleVersion::definition)
        .containsExactly("daily", "hourly");
    assertThat(store.schedules().put(draft("daily")).version()).as("back is a change").isEqualTo(3);
  }

  @Test
  void rule13_anEditKeepsTheCursorOfAScheduleThatHasTicked() {
    Instant later = START.plus(DAY.multipliedBy(9));
    put();
    assertThat(store.schedules().put(new ScheduleDraft("nightly", "taxi", "v2", later)).cursor())
        .as("it has not ticked")
        .isEqualTo(later);
    advance(step(found(), noted(tick(1, TickState.SKIPPED, TickCause.PAUSED_SKIP))));

    StoredSchedule edited =
        store.schedules().put(new ScheduleDraft("nightly", "taxi", "v3", later.plus(DAY)));

    assertThat(edited.cursor()).isEqualTo(clock.instant());
    assertThat(edited.firstVersion()).isEqualTo(2);
    assertThatThrownBy(
            () -> store.schedules().put(new ScheduleDraft("nightly", "ships", "v3", later)))
        .isInstanceOf(MetadataStoreException.class)
        .hasMessage(
            "Cannot change schedule 'nightly': its runs so far are of pipeline 'taxi', not"
                + " 'ships'. Give the new schedule an id of its own.");
  }

  @Test
  void rule12_aPauseIsOnRecordFromItsBeginningToItsEnd() {
    put();
    Instant from = clock.instant();
    assertThat(store.schedules().pause("nightly", "Holidays.")).isTrue();
    assertThat(store.schedules().pause("nightly", "Again.")).isFalse();
    assertThat(found().pause()).contains(new StoredPause(from, Optional.empty(), "Holidays."));
    clock.advance(DAY);
    assertThat(store.schedules().unpause("nightly")).isTrue();
    assertThat(store.schedules().unpause("nightly")).isFalse();

    StoredPause pause = new StoredPause(from, Optional.of(clock.instant()), "Holidays.");
    assertThat(store.schedules().view("nightly").orElseThrow().pauses()).containsExactly(pause);
    assertThat(pause.covers(from)).isTrue();
    assertThat(pause.covers(clock.instant())).as("the end is exclusive").isFalse();
    assertThat(store.schedules().pause("weekly", "None.")).isFalse();
    assertThat(store.schedules().unpause("weekly")).isFalse();
  }

  @Test
  void aDeletedScheduleKeepsItsTicksAndComesBackWithThePauseItWasGone() {
    put();
    advance(step(found(), fires(tick(1, TickState.FIRED, TickCause.ON_TIME), "r1")));
    Instant gone = clock.instant();

    assertThat(store.schedules().delete("nightly")).isTrue();
    assertThat(store.schedules().delete("nightly")).isFalse();
    assertThat(store.schedules().find("nightly")).isEmpty();
    assertThat(store.schedules().view("nightly")).isEmpty();
    assertThat(store.schedules().list()).isEmpty();
    assertThat(store.schedules().due(clock.instant().plus(DAY))).isEmpty();
    assertThat(store.schedules().pause("nightly", "None.")).isFalse();
    assertThat(store.schedules().ticks("nightly", 10)).hasSize(1);
    assertThat(store.runs().find("r1")).isPresent();

    clock.advance(DAY);
    StoredSchedule back = put();
    assertThat(back.version()).as("the same definition").isEqualTo(1);
    assertThat(back.isPaused()).isFalse();
    assertThat(store.schedules().view("nightly").orElseThrow().pauses())
        .containsExactly(
            new StoredPause(gone, Optional.of(clock.instant()), "The schedule was deleted."));
  }

  @Test
  void rule10_aTickAndItsRunAreCreatedTogether() {
    StoredSchedule seen = put();
    StoredTick fired = tick(1, TickState.FIRED, TickCause.ON_TIME);
    StoredTick waiting = tick(2, TickState.WAITING, TickCause.OVERLAP);

    List<StoredRun> created = advance(step(seen, fires(fired, "r1"), noted(waiting))).orElseThrow();

    assertThat(created).extracting(StoredRun::id).containsExactly("r1");
    assertThat(store.schedules().tick("nightly", fired.end())).contains(fired.run("r1"));
    assertThat(store.schedules().ticks("nightly", 10)).containsExactly(waiting, fired.run("r1"));
    assertThat(store.schedules().ticks("nightly", 1)).containsExactly(waiting);
    assertThat(store.schedules().ticksUntil("nightly", fired.end(), 10))
        .containsExactly(fired.run("r1"));
    ScheduleView view = store.schedules().view("nightly").orElseThrow();
    assertThat(view.waiting()).containsExactly(waiting);
    assertThat(view.live()).extracting(live -> live.run().id()).containsExactly("r1");
    assertThat(view.live()).extracting(ScheduleView.Live::driven).containsExactly(false);
    assertThat(view.schedule().cursor()).isEqualTo(clock.instant());
    assertThat(view.schedule().revision()).isEqualTo(seen.revision() + 1);
    assertThat(store.schedules().highWater()).contains(clock.instant());
  }

  @Test
  void rule09_aSecondSchedulerThatReadTheSameWritesNothing() {
    StoredSchedule seen = put();
    advance(step(seen, fires(tick(1, TickState.FIRED, TickCause.ON_TIME), "r1")));

    assertThat(advance(step(seen, fires(tick(2, TickState.FIRED, TickCause.ON_TIME), "r2"))))
        .isEmpty();
    assertThat(store.runs().find("r2")).isEmpty();
    assertThat(store.schedules().ticks("nightly", 10)).hasSize(1);
  }

  @Test
  void rule09_aTickWhoseSlotIsTakenNamesTheRunThatIsThere() {
    StoredSchedule seen = put();
    StoredTick tick = tick(1, TickState.FIRED, TickCause.ON_TIME);
    store.runs().enqueue(request("byhand", tick));

    assertThat(advance(step(seen, fires(tick, "r1"))).orElseThrow()).isEmpty();
    assertThat(store.schedules().tick("nightly", tick.end()).orElseThrow().runId())
        .contains("byhand");
    assertThat(store.runs().find("r1")).isEmpty();
  }

  @Test
  void stepsOfSeveralSchedulesAreWrittenTogetherWithoutThoseThatHaveChanged() {
    StoredSchedule seen = put();
    StoredSchedule other =
        store.schedules().put(new ScheduleDraft("other", "taxi", "{}", seen.cursor()));
    store.schedules().pause("nightly", "a strike");

    Map<String, List<StoredRun>> advanced =
        store
            .schedules()
            .advance(
                List.of(
                    step(seen, fires(tick(1, TickState.FIRED, TickCause.ON_TIME), "r1")),
                    step(other)));

    assertThat(advanced).containsExactly(Map.entry("other", List.of()));
    assertThat(store.runs().find("r1")).isEmpty();
  }

  @Test
  void whatChangedSinceItWasReadIsLookedAtAgain() {
    StoredSchedule seen = put();
    store.schedules().pause("nightly", "Holidays.");
    assertThat(advance(step(seen))).as("paused since").isEmpty();
    seen = found();
    store.schedules().unpause("nightly");
    assertThat(advance(step(seen))).as("unpaused since").isEmpty();
    seen = found();
    store.schedules().put(draft("hourly"));
    assertThat(advance(step(seen))).as("edited since").isEmpty();
    seen = found();
    store.schedules().delete("nightly");
    assertThat(advance(step(seen))).as("deleted since").isEmpty();
  }

  @Test
  void aStepCancelsQueuedRunsAtOnceAndAsksTheDriversOfOthers() {
    StoredTick first = tick(1, TickState.FIRED, TickCause.ON_TIME);
    StoredTick second = tick(2, TickState.FIRED, TickCause.ON_TIME);
    advance(step(put(), fires(first, "r1"), fires(second, "r2")));
    assertThat(store.runs().claim("driver", TERM, RunClaim.of("r1"))).isPresent();

    advance(
        new ScheduleStep(
            found(),
            clock.instant(),
            clock.instant(),
            List.of(),
            List.of(
                new ScheduleStep.Cancel("r1", "a newer one is due"),
                new ScheduleStep.Cancel("r2", "a newer one is due")),
            clock.instant()));

    StoredRun driven = store.runs().find("r1").orElseThrow();
    assertThat(driven.state()).isEqualTo(RunState.CREATED);
    assertThat(driven.cancelRequested()).contains(clock.instant());
    StoredRun queued = store.runs().find("r2").orElseThrow();
    assertThat(queued.state()).isEqualTo(RunState.CANCELLED);
    assertThat(queued.reason()).contains("a newer one is due");
  }

  @Test
  void dueSchedulesComeLongestDueFirst() {
    put();
    store.schedules().put(new ScheduleDraft("early", "taxi", "daily", START));
    assertThat(store.schedules().due(clock.instant())).containsExactly("early", "nightly");
    StoredSchedule early = store.schedules().find("early").orElseThrow();
    advance(new ScheduleStep(early, START, clock.instant(), List.of(), List.of(), clock.instant()));

    assertThat(store.schedules().due(clock.instant().minusMillis(1))).containsExactly("nightly");
    assertThat(store.schedules().due(clock.instant())).containsExactly("nightly", "early");
  }

  @Test
  void rule16_missedTicksAreFoundByWhenTheyWereGivenUp() {
    StoredSchedule seen = put();
    StoredTick waiting = tick(1, TickState.WAITING, TickCause.OVERLAP);
    advance(step(seen, noted(waiting)));
    clock.advance(Duration.ofSeconds(30));
    StoredTick missed =
        waiting
            .becomes(TickState.MISSED, TickCause.START_DEADLINE, "Too late.")
            .decided(clock.instant());
    advance(step(found(), noted(missed), noted(tick(2, TickState.WAITING, TickCause.ON_TIME))));

    assertThat(store.schedules().missedSince("nightly", clock.instant(), 10))
        .containsExactly(missed);
    assertThat(store.schedules().missedSince("nightly", clock.instant().plusMillis(1), 10))
        .isEmpty();
    assertThat(store.schedules().missedSince("weekly", Instant.EPOCH, 10)).isEmpty();
  }

  @Test
  void anIntervalHasSucceededWhenARunOfItHas() {
    StoredTick tick = tick(1, TickState.FIRED, TickCause.ON_TIME);
    advance(step(put(), fires(tick, "r1")));
    assertThat(store.schedules().hasSucceeded("nightly", tick.end())).isFalse();

    Claimed claimed = store.runs().claim("driver", TERM, RunClaim.of("r1")).orElseThrow();
    store.runs().move(claimed.lease(), "r1", RunState.RUNNING, Optional.empty());
    store.runs().move(claimed.lease(), "r1", RunState.SUCCEEDED, Optional.empty());

    assertThat(store.schedules().hasSucceeded("nightly", tick.end())).isTrue();
    assertThat(store.schedules().hasSucceeded("weekly", tick.end())).isFalse();
    assertThat(store.schedules().view("nightly").orElseThrow().live()).isEmpty();
  }

  @Test
  void theHighWaterMarkNeverFalls() {
    assertThat(store.schedules().highWater()).isEmpty();
    store.schedules().raiseHighWater(START.plus(DAY));
    store.schedules().raiseHighWater(START);

    assertThat(store.schedules().highWater()).contains(START.plus(DAY));
  }

  /** Eight schedulers read the same and write at once, each on connections of its own. */
  @Test
  void rule09_ofManyStepsFromOneReadingOneIsWritten() throws Exception {
    StoredSchedule seen = put();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> steps =
          IntStream.range(0, 8)
              .<Callable<Boolean>>mapToObj(
                  i ->
                      () -> {
                        try (MetadataStore own = open()) {
                          return !own.schedules()
                              .advance(
                                  List.of(
                                      step(
                                          seen,
                                          fires(
                                              tick(1, TickState.FIRED, TickCause.ON_TIME),
                                              "r" + i))))
                              .isEmpty();
                        }
                      })
              .toList();
      int written = 0;
      for (Future<Boolean> one : threads.invokeAll(steps)) {
        written += one.get() ? 1 : 0;
      }
      assertThat(written).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.runs().list(RunFilter.newest(100))).hasSize(1);
    assertThat(store.schedules().ticks("nightly", 100)).hasSize(1);
  }
}
