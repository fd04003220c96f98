package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.BackfillState;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.Schedule;
import io.pergola.pipeline.Schedule.CatchUp;
import io.pergola.pipeline.Schedule.Overlap;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What three schedulers on one database do together: every interval once. */
abstract class RaceContract extends SchedulerFixture {
  private static final int SCHEDULES = 6;
  private static final int HOURS = 12;

  @Test
  void rule09_threeSchedulersOnOneDatabaseShareTheWork() throws Exception {
    for (int i = 0; i < SCHEDULES; i++) {
      Schedule hourly =
          Schedule.of("s" + i, "acme.P")
              .cron("0 * * * *")
              .startingAt(LocalDateTime.parse("2026-03-02T12:00"))
              .catchUp(CatchUp.ALL)
              .overlap(Overlap.ALLOW);
      Schedules.over(store, clock).apply(hourly, PIPELINE);
    }
    clock.set("2026-03-02T12:00:00Z");
    List<StoredRun> created = race(() -> clock.advance(Duration.ofHours(1)), HOURS);
    scheduler.tick().runs().forEach(created::add);

    assertThat(created).extracting(StoredRun::id).doesNotHaveDuplicates();
    assertThat(created).hasSize(SCHEDULES * HOURS);
    assertThat(store.runs().list(RunFilter.newest(1000))).hasSize(SCHEDULES * HOURS);
    for (int i = 0; i < SCHEDULES; i++) {
      List<StoredTick> ticks = new ArrayList<>(store.schedules().ticks("s" + i, 1000));
      ticks.sort(Comparator.comparing(StoredTick::end));
      assertThat(ticks).hasSize(HOURS);
      for (int n = 1; n < ticks.size(); n++) {
        assertThat(ticks.get(n).start()).isEqualTo(ticks.get(n - 1).end());
      }
    }
    Map<String, Long> bySchedule =
        created.stream()
            .collect(
                Collectors.groupingBy(
                    run -> run.attribute("schedule").orElseThrow(), Collectors.counting()));
    assertThat(bySchedule.values()).allMatch(count -> count == HOURS);
  }

  /** Rule 18: a backfill is advanced in one transaction, and nobody holds it meanwhile. */
  @Test
  void rule18_threeSchedulersOnOneDatabaseShareABackfill() throws Exception {
    clock.set("2026-03-02T12:00:00Z");
    Schedule hourly =
        Schedule.of("s", "acme.P")
            .cron("0 * * * *")
            .startingAt(LocalDateTime.parse("2026-03-02T12:00"));
    Schedules.over(store, clock).apply(hourly, PIPELINE);
    Backfills.over(store, clock)
        .create(
            "all",
            new Backfills.Wish(
                "s",
                clock.instant().minus(Duration.ofHours(HOURS)),
                clock.instant(),
                BackfillOrder.ASCENDING,
                2,
                BackfillChoice.MISSING));
    List<Integer> live = new ArrayList<>();

    List<StoredRun> created =
        race(
            () -> {
              List<StoredRun> running =
                  store.runs().list(RunFilter.newest(100).states(RunState.CREATED));
              live.add(running.size());
              running.forEach(this::succeed);
            },
            HOURS);
    scheduler.tick();

    assertThat(created).extracting(StoredRun::id).doesNotHaveDuplicates();
    assertThat(created).hasSize(HOURS);
    assertThat(store.runs().list(RunFilter.newest(100))).hasSize(HOURS);
    assertThat(live).allMatch(count -> count <= 2);
    assertThat(store.backfills().find("all").orElseThrow().state()).isEqualTo(BackfillState.DONE);
  }

  /** F9: a backfill and the schedule's own catching up want the same intervals at once. */
  @Test
  void f9_rule09_aBackfillAndItsScheduleRunAnIntervalOnce() throws Exception {
    clock.set("2026-03-02T12:00:00Z");
    Schedule hourly =
        Schedule.of("s", "acme.P")
            .cron("0 * * * *")
            .startingAt(LocalDateTime.parse("2026-03-02T06:00"))
            .catchUp(CatchUp.ALL)
            .overlap(Overlap.ALLOW);
    Schedules.over(store, clock).apply(hourly, PIPELINE);
    Backfills.over(store, clock)
        .create(
            "all",
            new Backfills.Wish(
                "s",
                clock.instant().minus(Duration.ofHours(6)),
                clock.instant(),
                BackfillOrder.DESCENDING,
                6,
                BackfillChoice.MISSING));

    List<StoredRun> created = race(() -> {}, 3);

    assertThat(ends(created)).doesNotHaveDuplicates().hasSize(6);
    assertThat(store.runs().list(RunFilter.newest(100))).hasSize(6);
    created.forEach(this::succeed);
    scheduler.tick();
    assertThat(store.backfills().find("all").orElseThrow().state()).isEqualTo(BackfillState.DONE);
    assertThat(scheduler.tick().isQuiet()).isTrue();
  }

  /** What three schedulers create that tick together so often, after this was done each time. */
  private List<StoredRun> race(Runnable before, int rounds) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(3, before);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<StoredRun> created = new ArrayList<>();
    try {
      List<Future<List<StoredRun>>> all =
          threads.invokeAll(
              List.of(racer(barrier, rounds), racer(barrier, rounds), racer(barrier, rounds)));
      for (Future<List<StoredRun>> one : all) {
        created.addAll(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
    return created;
  }

  private Callable<List<StoredRun>> racer(CyclicBarrier barrier, int rounds) {
    return () -> {
      List<StoredRun> created = new ArrayList<>();
      try (MetadataStore own = open()) {
        Scheduler racing = Scheduler.over(own, clock);
        for (int round = 0; round < rounds; round++) {
          barrier.await();
          created.addAll(racing.tick().runs());
        }
      }
      return created;
    };
  }
}
