package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
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
    CyclicBarrier barrier = new CyclicBarrier(3, () -> clock.advance(Duration.ofHours(1)));
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<StoredRun> created = new ArrayList<>();
    try {
      List<Future<List<StoredRun>>> all =
          threads.invokeAll(List.of(racer("a", barrier), racer("b", barrier), racer("c", barrier)));
      for (Future<List<StoredRun>> one : all) {
        created.addAll(one.get());
      }
    } finally {
      threads.shutdownNow();
    }
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

  private Callable<List<StoredRun>> racer(String name, CyclicBarrier barrier) {
    return () -> {
      List<StoredRun> created = new ArrayList<>();
      try (MetadataStore own = open()) {
        Scheduler racing = Scheduler.over(own, clock, name);
        for (int hour = 0; hour < HOURS; hour++) {
          barrier.await();
          created.addAll(racing.tick().runs());
        }
      }
      return created;
    };
  }
}
