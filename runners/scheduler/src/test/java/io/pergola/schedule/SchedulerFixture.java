package io.pergola.schedule;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredTick;
import io.pergola.pipeline.Schedule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A store, a clock that stands until it is moved, a scheduler, and whoever drives its runs. */
abstract class SchedulerFixture {
  static final String PIPELINE = "taxi-pipeline";
  private static final Duration TERM = Duration.ofHours(2);

  @TempDir Path folder;
  final SettableClock clock = new SettableClock();
  MetadataStore store;
  Scheduler scheduler;

  /** A clock that stands until it is moved, forward or back. */
  static final class SettableClock extends Clock {
    private volatile Instant now = Instant.parse("2026-03-02T12:00:00Z");

    void set(String instant) {
      now = Instant.parse(instant);
    }

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Opens the same, at first empty, database each time within one test. */
  MetadataStore open() {
    return MetadataStore.open(folder.resolve("metadata.db"), clock);
  }

  @BeforeEach
  void openStore() {
    store = open();
    scheduler = Scheduler.over(store, clock);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  /** A daily schedule in UTC from 1 March 2026 on. */
  static Schedule daily() {
    return Schedule.of("nightly", "acme.TaxiPipeline")
        .cron("0 0 * * *")
        .startingAt(LocalDateTime.parse("2026-03-01T00:00"));
  }

  void apply(Schedule schedule) {
    Schedules.over(store, clock).apply(schedule, PIPELINE);
  }

  TickReport tickAt(String instant) {
    clock.set(instant);
    return scheduler.tick();
  }

  /** Drives a queued run to its end. */
  void finish(StoredRun run, RunState state) {
    Claimed claimed = start(run);
    store.runs().move(claimed.lease(), run.id(), state, Optional.empty());
    store.leases().release(claimed.lease());
  }

  Claimed start(StoredRun run) {
    Claimed claimed = store.runs().claim("driver", TERM, RunClaim.of(run.id())).orElseThrow();
    store.runs().move(claimed.lease(), run.id(), RunState.RUNNING, Optional.empty());
    return claimed;
  }

  void succeed(StoredRun run) {
    finish(run, RunState.SUCCEEDED);
  }

  /** The ticks of the schedule, oldest first: day of the interval's end, state and cause. */
  List<String> ticks() {
    return ticks("nightly");
  }

  List<String> ticks(String id) {
    List<StoredTick> ticks = new ArrayList<>(store.schedules().ticks(id, 10_000));
    Collections.reverse(ticks);
    return ticks.stream().map(SchedulerFixture::line).toList();
  }

  static String line(StoredTick tick) {
    String end = tick.end().toString();
    return "%s %s %s"
        .formatted(
            end.endsWith("T00:00:00Z") ? end.substring(5, 10) : end.substring(5, 16),
            tick.state(),
            tick.cause());
  }

  static List<String> ends(List<StoredRun> runs) {
    return runs.stream().map(run -> run.attribute("interval.end").orElseThrow()).toList();
  }
}
