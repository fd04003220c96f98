package io.pergola.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pergola.metadata.BackfillChoice;
import io.pergola.metadata.BackfillOrder;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Schedule;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a scheduler leaves that is killed, or stopped, at the transaction of a tick. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class TickFaultContract extends SchedulerFixture {
  private static final String DUE = "2026-03-02T13:00:00Z";
  private static final String LATER = "2026-03-02T13:00:31Z";
  private static final String NEXT_DUE = "2026-03-02T14:00:00Z";

  abstract String location();

  @Override
  MetadataStore open() {
    return MetadataStore.open(location(), clock);
  }

  @BeforeEach
  void applySchedule() {
    apply(
        Schedule.of("nightly", "acme.TaxiPipeline")
            .cron("0 * * * *")
            .startingAt(LocalDateTime.parse("2026-03-02T12:00"))
            .overlap(Schedule.Overlap.ALLOW));
  }

  @Test
  void f1_aSchedulerKilledBeforeTheTickTransactionLeavesTheIntervalToTheNextOne() throws Exception {
    killAt(DUE, "before");

    assertThat(runs()).isEmpty();
    assertThat(ticks()).isEmpty();
    assertThat(ends(tickAt(LATER).runs())).containsExactly(DUE);
    assertThat(scheduler.tick().runs()).isEmpty();
    assertThat(runs()).hasSize(1);
    assertThat(ticks()).containsExactly("03-02T13:00 FIRED ON_TIME");
  }

  @Test
  void f1_aSchedulerKilledAfterTheTickTransactionHasCreatedTheOneRun() throws Exception {
    killAt(DUE, "after");

    assertThat(ends(runs())).containsExactly(DUE);
    assertThat(tickAt(LATER).runs()).isEmpty();
    assertThat(ends(tickAt(NEXT_DUE).runs())).containsExactly(NEXT_DUE);
    assertThat(ends(runs())).containsExactlyInAnyOrder(DUE, NEXT_DUE);
    assertThat(ticks()).hasSize(2);
  }

  @Test
  void f5_aSchedulerThatWasStoppedBeforeTheTickTransactionWritesNothing() {
    clock.set(DUE);
    List<StoredRun> byTheOther = new ArrayList<>();
    TickReport late;
    try (MetadataStore own = open()) {
      MetadataStore pausing =
          TickFaults.around(
              own,
              () -> {
                clock.set(LATER);
                byTheOther.addAll(scheduler.tick().runs());
              },
              () -> {});
      late = Scheduler.over(pausing, clock).tick();
    }

    assertThat(ends(byTheOther)).containsExactly(DUE);
    assertThat(late.runs()).isEmpty();
    assertThat(late.ticks()).isEmpty();
    assertThat(late.alerts()).as("that another one was faster is no fault").isEmpty();
    assertThat(runs()).hasSize(1);
    assertThat(ticks()).containsExactly("03-02T13:00 FIRED ON_TIME");
  }

  @Test
  void f5_aSchedulerThatWasStoppedOverAPauseFiresNothing() {
    clock.set(DUE);
    TickReport late;
    try (MetadataStore own = open()) {
      MetadataStore pausing =
          TickFaults.around(own, () -> store.schedules().pause("nightly", "Halt."), () -> {});
      late = Scheduler.over(pausing, clock).tick();
    }

    assertThat(late.runs()).isEmpty();
    assertThat(runs()).isEmpty();
  }

  @Test
  void f5_aSchedulerThatWasStoppedAfterTheTickTransactionTakesNothingFromTheNextOne() {
    clock.set(DUE);
    List<StoredRun> byTheOther = new ArrayList<>();
    TickReport late;
    try (MetadataStore own = open()) {
      MetadataStore pausing =
          TickFaults.around(
              own,
              () -> {},
              () -> {
                clock.set(NEXT_DUE);
                byTheOther.addAll(scheduler.tick().runs());
              });
      late = Scheduler.over(pausing, clock).tick();
    }

    assertThat(ends(late.runs())).containsExactly(DUE);
    assertThat(ends(byTheOther)).containsExactly(NEXT_DUE);
    assertThat(runs()).hasSize(2);
    assertThat(scheduler.tick().runs()).isEmpty();
  }

  /** Nothing of the schedule itself is due; the backfill's first interval is. */
  private void createBackfill() {
    tickAt(DUE).runs().forEach(this::succeed);
    clock.set(LATER);
    Backfills.over(store, clock)
        .create(
            "past",
            new Backfills.Wish(
                "nightly",
                Instant.parse("2026-03-02T06:00:00Z"),
                Instant.parse("2026-03-02T08:00:00Z"),
                BackfillOrder.ASCENDING,
                1,
                BackfillChoice.MISSING));
  }

  @Test
  void f1_aSchedulerKilledBeforeTheTransactionOfABackfillLeavesTheIntervalToTheNextOne()
      throws Exception {
    createBackfill();
    killAt(LATER, "before");

    assertThat(ends(runs())).containsExactly(DUE);
    assertThat(ends(scheduler.tick().runs()))
        .as("at once: nobody held the backfill")
        .containsExactly("2026-03-02T07:00:00Z");
    assertThat(scheduler.tick().runs()).isEmpty();
  }

  @Test
  void f1_aSchedulerKilledAfterTheTransactionOfABackfillHasCreatedTheOneRun() throws Exception {
    createBackfill();
    killAt(LATER, "after");

    assertThat(ends(runs())).containsExactlyInAnyOrder(DUE, "2026-03-02T07:00:00Z");
    assertThat(scheduler.tick().runs()).isEmpty();
    runs().stream().filter(run -> !run.state().isFinished()).forEach(this::succeed);
    assertThat(ends(scheduler.tick().runs())).containsExactly("2026-03-02T08:00:00Z");
  }

  @Test
  void f5_aSchedulerThatWasStoppedBeforeTheTransactionOfABackfillWritesNothing() {
    createBackfill();
    List<StoredRun> byTheOther = new ArrayList<>();
    TickReport late;
    try (MetadataStore own = open()) {
      MetadataStore pausing =
          TickFaults.around(own, () -> byTheOther.addAll(scheduler.tick().runs()), () -> {});
      late = Scheduler.over(pausing, clock).tick();
    }

    assertThat(ends(byTheOther)).containsExactly("2026-03-02T07:00:00Z");
    assertThat(late.isQuiet()).isTrue();
    assertThat(runs()).hasSize(2);
  }

  private List<StoredRun> runs() {
    return store.runs().list(RunFilter.newest(100));
  }

  /** Starts a scheduler of its own and ends it with SIGKILL at that point of its tick. */
  private void killAt(String time, String point) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TickFaults.class.getName(),
                location(),
                time,
                point)
            .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("child.log").toFile()))
            .start();
    try (BufferedReader said = process.inputReader()) {
      assertThat(said.readLine()).isEqualTo("here");
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor(Duration.ofSeconds(30).toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(137);
  }
}
