package io.pergola.schedule;

import io.pergola.metadata.ScheduleVersion;
import io.pergola.pipeline.Schedule;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * How a schedule's versions lay out its intervals: each version from the moment it was applied on,
 * so that an edit changes the future only. Where one version takes over, the interval goes on to
 * its first tick. Before the first version, ticks go on backwards, for backfills.
 */
final class Layout {
  private final List<Era> eras;

  private Layout(List<Era> eras) {
    this.eras = eras;
  }

  /**
   * A version and when it counts.
   *
   * @param since its ticks come after this
   * @param until its ticks come at or before this
   * @param end no interval ends after it
   */
  private record Era(
      Timetable timetable,
      Schedule schedule,
      long version,
      Instant since,
      Instant until,
      Instant end) {}

  /**
   * An interval and when its run is to be created.
   *
   * @param version of the schedule that laid it out
   */
  record Planned(Instant start, Instant end, Instant due, long version) {}

  static Layout of(List<ScheduleVersion> versions) {
    List<Era> eras = new ArrayList<>();
    for (int i = 0; i < versions.size(); i++) {
      ScheduleVersion version = versions.get(i);
      Schedule schedule = ScheduleJson.read(version.definition());
      Timetable timetable = timetable(schedule);
      Instant since = i == 0 ? Instant.MIN : version.applied();
      if (i > 0 && schedule.timing().start().isPresent()) {
        Instant start = timetable.floor(start(schedule, timetable).orElseThrow());
        since = start.isAfter(since) ? start : since;
      }
      Instant until = i + 1 < versions.size() ? versions.get(i + 1).applied() : Instant.MAX;
      Instant end =
          schedule
              .timing()
              .end()
              .map(local -> local.atZone(timetable.zone()).toInstant())
              .orElse(Instant.MAX);
      eras.add(new Era(timetable, schedule, version.version(), since, until, end));
    }
    return new Layout(List.copyOf(eras));
  }

  static Timetable timetable(Schedule schedule) {
    return Timetable.of(schedule.timing().when().orElseThrow(), schedule.timing().zone());
  }

  /** The start that a schedule declares. */
  static Optional<Instant> start(Schedule schedule, Timetable timetable) {
    return schedule.timing().start().map(local -> local.atZone(timetable.zone()).toInstant());
  }

  /** The schedule as it stands. */
  Schedule schedule() {
    return eras.get(eras.size() - 1).schedule();
  }

  /** The timetable as it stands. */
  Timetable timetable() {
    return eras.get(eras.size() - 1).timetable();
  }

  /** The timetable that an interval was laid out by. */
  Timetable timetable(long version) {
    return eras.stream()
        .filter(era -> era.version() == version)
        .findFirst()
        .orElse(eras.get(0))
        .timetable();
  }

  /** The interval that starts at the end of another one; empty after the schedule's end. */
  Optional<Planned> following(Instant cursor) {
    for (Era era : eras) {
      if (cursor.isBefore(era.until())) {
        Instant tick = era.timetable().next(later(cursor, era.since()));
        if (!tick.isAfter(era.until()) && !tick.isAfter(era.end())) {
          return Optional.of(new Planned(cursor, tick, due(tick), era.version()));
        }
      }
    }
    return Optional.empty();
  }

  /** The last tick before an instant; empty if the first version is in its way. */
  Optional<Instant> before(Instant time) {
    for (int i = eras.size() - 1; i >= 0; i--) {
      Era era = eras.get(i);
      Instant limit = earlier(time, afterwards(earlier(era.until(), era.end())));
      if (limit.isAfter(era.since())) {
        Instant tick = era.timetable().previous(limit);
        if (tick.isAfter(era.since())) {
          return Optional.of(tick);
        }
      }
    }
    return Optional.empty();
  }

  /** When the run of a tick is to be created: after the lag, and the tick's share of the jitter. */
  Instant due(Instant tick) {
    Schedule.Timing timing = schedule().timing();
    return tick.plus(timing.lag()).plus(jitter(tick, timing.jitter()));
  }

  private Duration jitter(Instant tick, Duration stretch) {
    if (stretch.isZero()) {
      return stretch;
    }
    CRC32 hash = new CRC32();
    hash.update((schedule().id() + " " + tick).getBytes(StandardCharsets.UTF_8));
    return Duration.ofMillis(hash.getValue() % (stretch.toMillis() + 1));
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static Instant earlier(Instant a, Instant b) {
    return a.isBefore(b) ? a : b;
  }

  private static Instant afterwards(Instant time) {
    return time.equals(Instant.MAX) ? time : time.plusNanos(1);
  }
}
