package io.pergola.cli;

import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.RunContext;
import io.pergola.run.RunOptions;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose data a run works on, and what "now" is to it. */
final class IntervalOptions {
  @Option(
      names = "--interval",
      paramLabel = "DAY|START/END",
      description = {
        "The data to work on: 2026-11-20 for the day, or START/END of days or times;",
        "the end is excluded. Default: none"
      })
  @Nullable String interval;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Whose calendar names the days of --interval. Default: UTC")
  @Nullable String zone;

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = {
        "What the components take for now: 2026-11-21T00:00:00Z.",
        "Default: the interval's end, or the start of the run"
      })
  @Nullable String asOf;

  RunOptions in(RunOptions options) {
    if (zone != null && interval == null) {
      throw new UsageException("--zone needs an --interval whose days it names. Give both.");
    }
    Optional<DataInterval> given = Optional.ofNullable(interval).map(this::parse);
    if (given.isEmpty() && asOf == null) {
      return options;
    }
    Instant now =
        Optional.ofNullable(asOf)
            .map(IntervalOptions::instant)
            .or(() -> given.map(DataInterval::end))
            .orElseThrow();
    return options.context(new RunContext(given, now, 1));
  }

  private DataInterval parse(String text) {
    try {
      return DataInterval.parse(text, zone == null ? ZoneOffset.UTC : ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new UsageException(
          "Invalid --zone: '%s' (a zone's name such as Europe/Berlin, or UTC)".formatted(zone));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new UsageException(
          "Invalid --as-of: '%s' (an instant such as 2026-11-21T00:00:00Z)".formatted(text));
    }
  }
}
