package io.pergola.run.internal;

import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.DataInterval;
import io.pergola.pipeline.RunContext;
import io.pergola.run.RunAttributes;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A run's interval and "now" as attributes of the run, so that no resume can move them. */
public final class RunTimes {
  private RunTimes() {}

  /** The attributes that {@link #of} reads. */
  public static Map<String, String> attributes(RunContext context) {
    Map<String, String> attributes = new TreeMap<>();
    context
        .interval()
        .ifPresent(
            interval -> {
              attributes.put(RunAttributes.INTERVAL_START, interval.start().toString());
              attributes.put(RunAttributes.INTERVAL_END, interval.end().toString());
              attributes.put(RunAttributes.INTERVAL_ZONE, interval.zone().getId());
            });
    attributes.put(RunAttributes.AS_OF, context.asOf().toString());
    attributes.put(RunAttributes.ATTEMPT, Integer.toString(context.attempt()));
    return attributes;
  }

  /** The interval as one word that equal intervals share. */
  static Optional<String> interval(RunContext context) {
    return context.interval().map(interval -> interval.start() + "/" + interval.end());
  }

  /** When an interval ends that was written as {@link #interval} does. */
  static Instant end(String interval) {
    return Instant.parse(interval.substring(interval.indexOf('/') + 1));
  }

  /**
   * What a run knows of time. One that was recorded without a "now" has the end of its interval, or
   * the moment of its record.
   */
  public static RunContext of(StoredRun run) {
    Optional<DataInterval> interval =
        run.attribute(RunAttributes.INTERVAL_START)
            .map(
                start ->
                    new DataInterval(
                        Instant.parse(start),
                        Instant.parse(run.attribute(RunAttributes.INTERVAL_END).orElseThrow()),
                        run.attribute(RunAttributes.INTERVAL_ZONE)
                            .map(ZoneId::of)
                            .orElse(ZoneOffset.UTC)));
    Instant asOf =
        run.attribute(RunAttributes.AS_OF)
            .map(Instant::parse)
            .orElseGet(() -> interval.map(DataInterval::end).orElse(run.created()));
    return new RunContext(
        interval, asOf, run.attribute(RunAttributes.ATTEMPT).map(Integer::parseInt).orElse(1));
  }
}
