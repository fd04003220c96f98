package io.pergola.cli;

import io.pergola.cli.render.Table;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.StoredBackfill;
import io.pergola.metadata.StoredDeployment;
import io.pergola.metadata.StoredSchedule;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.Names;
import io.pergola.pipeline.Schedule;
import io.pergola.schedule.Attempt;
import io.pergola.schedule.Explanation;
import io.pergola.schedule.Schedules;
import io.pergola.schedule.Upcoming;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the commands on schedules and backfills have in common: ids, times, JSON. */
final class ScheduleWords {
  // Later JDKs abbreviate zones (CEST) in a language only, and write GMT+02:00 without one.
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm z", Locale.US);
  private static final DateTimeFormatter SHORT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private ScheduleWords() {}

  /** A schedule that was named. */
  static StoredSchedule require(MetadataStore store, String id) {
    return store
        .schedules()
        .find(id)
        .orElseThrow(
            () ->
                new UsageException(
                    "Unknown schedule: '%s'. List them: pergola schedule list.".formatted(id)));
  }

  /** A backfill that was named. */
  static StoredBackfill requireBackfill(MetadataStore store, String id) {
    return store
        .backfills()
        .find(id)
        .orElseThrow(
            () ->
                new UsageException(
                    "Unknown backfill: '%s'. List them: pergola backfill list.".formatted(id)));
  }

  /** Says that something was done, or was so already. */
  static void done(Console console, boolean json, String id, boolean changed, String sentence) {
    if (json) {
      Json.print(console, Json.object("id", id, "changed", changed));
    } else {
      console.line(sentence);
    }
  }

  /** The name under which a pipeline runs that is bundled, or a class. */
  static String pipelineName(String definition) {
    return Schedules.pipelineName(
        PipelineLoader.bundled(definition)
            .map(bundled -> bundled.definition().getName())
            .orElse(definition));
  }

  /** A moment: an instant with {@code Z}, or a date or time on the clocks of a zone. */
  static Instant time(String text, ZoneId zone) {
    try {
      if (text.endsWith("Z")) {
        return Instant.parse(text);
      }
      LocalDateTime local =
          text.contains("T") ? LocalDateTime.parse(text) : LocalDate.parse(text).atStartOfDay();
      return local.atZone(zone).toInstant();
    } catch (DateTimeException e) {
      throw new UsageException(
          ("Invalid time: '%s' (2026-03-01, 2026-03-01T06:00 in the schedule's zone, or"
                  + " 2026-03-01T05:00:00Z)")
              .formatted(text));
    }
  }

  /** A constant as it is written in options and files. */
  static String word(Enum<?> constant) {
    return Names.kebab(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  static String local(Instant time, ZoneId zone) {
    return LOCAL.format(time.atZone(zone));
  }

  /** An interval in local time; the zone stands beside it. */
  static String interval(DataInterval interval) {
    return "%s to %s"
        .formatted(
            SHORT.format(interval.start().atZone(interval.zone())),
            SHORT.format(interval.end().atZone(interval.zone())));
  }

  static Map<String, Object> json(Upcoming next) {
    return Json.object(
        "start", next.interval().start().toString(),
        "end", next.interval().end().toString(),
        "zone", next.interval().zone().getId(),
        "local", next.local().toString(),
        "due", next.due().toString(),
        "notes", next.notes());
  }

  static Map<String, Object> json(Explanation.Past past) {
    return Json.object(
        "start", past.interval().start().toString(),
        "end", past.interval().end().toString(),
        "zone", past.interval().zone().getId(),
        "state", past.tick().state().name(),
        "cause", past.tick().cause().name(),
        "reason", past.tick().reason(),
        "intervals", past.tick().intervals(),
        "due", past.tick().due().toString(),
        "decided", past.tick().decided().toString(),
        "started", past.started().map(Instant::toString),
        "runs", past.runs().stream().map(ScheduleWords::json).toList());
  }

  private static Map<String, Object> json(Attempt attempt) {
    return Json.object(
        "attempt", attempt.number(),
        "run", attempt.run().id(),
        "state", attempt.run().state().name(),
        "standing", attempt.standing().name(),
        "started", attempt.run().started().map(Instant::toString));
  }

  /** The lines of a table of ticks to come. */
  static List<String> lines(List<Upcoming> next) {
    Table table = new Table("DATA FOR", "TICK, LOCAL", "DUE, UTC");
    for (Upcoming one : next) {
      table.add(
          interval(one.interval()),
          local(one.interval().end(), one.interval().zone()),
          one.due().toString());
    }
    List<String> lines = new ArrayList<>(table.lines());
    for (Upcoming one : next) {
      for (String note : one.notes()) {
        lines.add("  %s: %s".formatted(local(one.interval().end(), one.interval().zone()), note));
      }
    }
    return lines;
  }

  /** Which version of the deployed pipeline the runs of a schedule execute. */
  static Map<String, Object> deployment(MetadataStore store, Schedule schedule, String pipeline) {
    Optional<StoredDeployment> runs =
        Schedules.over(store, Clock.systemUTC()).deployment(schedule, pipeline);
    return Json.object(
        "pinned", schedule.driving().version().isPresent(),
        "version", runs.map(StoredDeployment::version),
        "newest", store.deployments().newest(pipeline).map(StoredDeployment::version),
        "jar", runs.map(StoredDeployment::jar));
  }

  /** The same in words: {@code newest (version 3)}. */
  static String deploymentText(MetadataStore store, Schedule schedule, String pipeline) {
    String newest =
        store
            .deployments()
            .newest(pipeline)
            .map(one -> "version " + one.version())
            .orElse("none is deployed");
    return schedule
        .driving()
        .version()
        .map(version -> "version %d, pinned (newest: %s)".formatted(version, newest))
        .orElseGet(() -> "newest (%s)".formatted(newest));
  }

  /** The newest attempt's start, in the zone. */
  static String started(Optional<Instant> started, ZoneId zone) {
    return started.map(time -> local(time, zone)).orElse("-");
  }
}
