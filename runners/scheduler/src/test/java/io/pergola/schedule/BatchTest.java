package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.pipeline.Schedule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Schedules that are due together are written together, and stand or fall alone. */
class BatchTest extends SchedulerFixture {
  private static final int MANY = 45;

  private void applyMany() {
    for (int i = 0; i < MANY; i++) {
      apply(
          Schedule.of("s%02d".formatted(i), "acme.TaxiPipeline")
              .cron("0 * * * *")
              .startingAt(LocalDateTime.parse("2026-03-02T12:00")));
    }
  }

  @Test
  void rule10_schedulesThatAreDueTogetherShareATransaction() {
    applyMany();
    clock.set("2026-03-02T13:00:00Z");
    AtomicInteger transactions = new AtomicInteger();
    MetadataStore counted = TickFaults.around(store, transactions::incrementAndGet, () -> {});

    assertThat(Scheduler.over(counted, clock).tick().runs()).hasSize(MANY);
    assertThat(transactions).hasValue(3);
    assertThat(ticks("s44")).containsExactly("03-02T13:00 FIRED ON_TIME");
  }

  @Test
  void rule10_oneThatCannotBeWrittenHoldsUpNoneOfThoseItIsWrittenWith() {
    applyMany();
    store
        .runs()
        .enqueue(RunRequest.of("s07.20260302T1300Z.1", "another-pipeline", new TreeMap<>()));

    TickReport report = tickAt("2026-03-02T13:00:00Z");

    assertThat(report.runs()).hasSize(MANY - 1);
    assertThat(report.alerts()).extracting(TickReport.Alert::schedule).containsExactly("s07");
    assertThat(ticks("s07")).isEmpty();
    assertThat(store.schedules().find("s07").orElseThrow().cursor())
        .isEqualTo(Instant.parse("2026-03-02T12:00:00Z"));
    assertThat(ticks("s08")).containsExactly("03-02T13:00 FIRED ON_TIME");
  }

  @Test
  void f5_ofSchedulesWrittenTogetherOnlyTheOneThatWasChangedIsLeftOut() {
    applyMany();
    clock.set("2026-03-02T13:00:00Z");
    AtomicInteger transactions = new AtomicInteger();
    MetadataStore racing =
        TickFaults.around(
            store,
            () -> {
              if (transactions.getAndIncrement() == 0) {
                store.schedules().pause("s03", "Halt.");
              }
            },
            () -> {});

    assertThat(Scheduler.over(racing, clock).tick().runs()).hasSize(MANY - 1);
    assertThat(ticks("s03")).isEmpty();
  }
}
