package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.StoredRun;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rule 25: a schedule says when it ticks, and why it did or did not run. */
class ExplainTest extends SchedulerFixture {
  @Test
  void rule25_theNextFiveTicksWithIntervalLocalTimeUtcAndNotes() {
    apply(daily().cron("30 2 * * *").zone("Europe/Berlin"));
    Explanation explanation =
        Schedules.over(store, clock)
            .explain("nightly", Instant.parse("2027-03-26T12:00:00Z"))
            .orElseThrow();

    assertThat(explanation.next())
        .extracting(
            tick -> "%s %s %d".formatted(tick.interval().end(), tick.local(), tick.notes().size()))
        .containsExactly(
            "2027-03-27T01:30:00Z 2027-03-27T02:30+01:00[Europe/Berlin] 0",
            "2027-03-28T01:00:00Z 2027-03-28T03:00+02:00[Europe/Berlin] 2",
            "2027-03-29T00:30:00Z 2027-03-29T02:30+02:00[Europe/Berlin] 0",
            "2027-03-30T00:30:00Z 2027-03-30T02:30+02:00[Europe/Berlin] 0",
            "2027-03-31T00:30:00Z 2027-03-31T02:30+02:00[Europe/Berlin] 0");
    assertThat(explanation.next().get(1).notes())
        .containsExactly(
            "Clocks go from 02:00 to 03:00 on 2027-03-28.",
            "A tick between the two is moved to 03:00.");
    assertThat(explanation.next().get(1).interval().start()).isEqualTo("2027-03-27T01:30:00Z");
  }

  @Test
  void rule25_whyTheLastOnesDidOrDidNotRunWithThreeTimes() {
    apply(daily());
    StoredRun first = tickAt("2026-03-02T00:00:00Z").runs().get(0);
    clock.set("2026-03-02T00:10:00Z");
    succeed(first);
    tickAt("2026-03-04T00:00:00Z");
    store.schedules().pause("nightly", "The source moves.");
    tickAt("2026-03-05T00:00:00Z");
    Explanation explanation = Schedules.over(store, clock).explain("nightly").orElseThrow();

    assertThat(explanation.last())
        .extracting(past -> line(past.tick()))
        .containsExactly(
            "03-05 SKIPPED PAUSED_SKIP",
            "03-04 FIRED ON_TIME",
            "03-03 MISSED NO_CATCH_UP",
            "03-02 FIRED ON_TIME");
    Explanation.Past ran = explanation.last().get(3);
    assertThat(ran.interval().start()).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(ran.tick().due()).isEqualTo("2026-03-02T00:00:00Z");
    assertThat(ran.started()).contains(Instant.parse("2026-03-02T00:10:00Z"));
    assertThat(explanation.remarks())
        .containsExactly(
            "Paused since 2026-03-04T00:00:00Z (The source moves.) Intervals that end meanwhile"
                + " are skipped.");
    assertThat(explanation.last().get(0).tick().reason())
        .isEqualTo("Its interval ended while the schedule was paused: The source moves.");
  }
}
