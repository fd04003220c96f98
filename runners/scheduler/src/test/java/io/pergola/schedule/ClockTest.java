package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.RunFilter;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.Schedule.CatchUp;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** F6: clocks that jump both ways, and machines that sleep. */
class ClockTest extends SchedulerFixture {
  private void isContiguousAndEachIntervalOnce() {
    List<StoredTick> ticks = store.schedules().ticks("nightly", 10_000);
    for (int i = 0; i + 1 < ticks.size(); i++) {
      assertThat(ticks.get(i).start()).isEqualTo(ticks.get(i + 1).end());
    }
  }

  @Test
  void f6_anHourBackDoesNothingUntilTheHighWaterMarkIsPassedAndSaysSo() {
    apply(daily().cron("0 * * * *").catchUp(CatchUp.ALL));
    tickAt("2026-03-02T12:00:10Z");
    store.runs().list(RunFilter.newest(99)).forEach(this::succeed);
    int before = ticks().size();

    TickReport report = tickAt("2026-03-02T11:00:10Z");
    assertThat(report.behind()).contains(Duration.ofHours(1));
    assertThat(tickAt("2026-03-02T12:00:09Z").behind()).contains(Duration.ofSeconds(1));
    assertThat(ticks()).hasSize(before);
    assertThat(Schedules.over(store, clock).explain("nightly").orElseThrow().remarks())
        .containsExactly(
            "The clock went back: no tick before 2026-03-02T12:00:10Z, when a scheduler has"
                + " worked.");
    assertThat(tickAt("2026-03-02T13:00:00Z").behind()).isEmpty();
    assertThat(ticks()).hasSize(before + 1);
    isContiguousAndEachIntervalOnce();
  }

  @Test
  void f6_aDayForwardAndBackRunsNothingTwice() {
    apply(daily().cron("0 * * * *"));
    tickAt("2026-03-02T12:00:10Z");
    tickAt("2026-03-03T12:00:10Z");
    List<String> forward = ticks();

    for (int hour = 13; hour < 24; hour++) {
      assertThat(tickAt("2026-03-02T%02d:00:00Z".formatted(hour)).runs()).isEmpty();
    }
    assertThat(tickAt("2026-03-03T12:00:09Z").runs()).isEmpty();
    assertThat(ticks()).isEqualTo(forward);
    tickAt("2026-03-03T13:00:00Z");
    assertThat(ticks()).hasSize(forward.size() + 1);
    isContiguousAndEachIntervalOnce();
  }

  @Test
  void f6_aDayBackIsRememberedAcrossARestart() {
    apply(daily());
    tickAt("2026-03-04T00:00:10Z");
    store.close();
    store = open();
    scheduler = Scheduler.over(store, clock);

    assertThat(tickAt("2026-03-03T00:00:10Z").behind()).contains(Duration.ofDays(1));
  }

  @Test
  void f6_asleepOverMidnightObeysCatchUp() {
    apply(daily());
    succeed(tickAt("2026-03-02T00:00:00Z").runs().get(0));
    tickAt("2026-03-02T23:50:00Z");

    TickReport awake = tickAt("2026-03-03T07:30:00Z");
    assertThat(ends(awake.runs())).containsExactly("2026-03-03T00:00:00Z");
    assertThat(ticks()).containsExactly("03-02 FIRED ON_TIME", "03-03 FIRED CATCH_UP");
  }

  @Test
  void f6_anHourForwardMissesNothingThatAScheduleMakesUpFor() {
    apply(daily().cron("*/15 * * * *").catchUp(CatchUp.ALL));
    tickAt("2026-03-01T00:15:00Z");
    store.runs().list(RunFilter.newest(9)).forEach(this::succeed);
    tickAt("2026-03-01T01:15:00Z");

    assertThat(ticks())
        .extracting(tick -> tick.substring(0, 11))
        .containsExactly("03-01T00:15", "03-01T00:30", "03-01T00:45", "03-01T01:00", "03-01T01:15");
    assertThat(ticks()).noneMatch(tick -> tick.contains("MISSED"));
    isContiguousAndEachIntervalOnce();
  }
}
