package io.pergola.schedule;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.StoredRun;
import io.pergola.pipeline.Schedule;
import io.pergola.run.RunAttributes;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The runs that a schedule asks for. */
final class RunRequests {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final MetadataStore store;

  RunRequests(MetadataStore store) {
    this.store = store;
  }

  /**
   * A run of an interval. Its id says which: two schedulers that ask for the same one ask for the
   * same id.
   */
  RunRequest of(
      Schedule schedule,
      String pipeline,
      Instant start,
      Instant end,
      int attempt,
      String reason,
      Optional<String> backfill) {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put(RunAttributes.DEFINITION, schedule.pipeline());
    attributes.put(RunAttributes.SCHEDULE, schedule.id());
    attributes.put(RunAttributes.INTERVAL_START, start.toString());
    attributes.put(RunAttributes.INTERVAL_END, end.toString());
    attributes.put(RunAttributes.INTERVAL_ZONE, schedule.timing().zone());
    attributes.put(RunAttributes.AS_OF, end.toString());
    attributes.put(RunAttributes.ATTEMPT, Integer.toString(attempt));
    attributes.put(RunAttributes.REASON, reason);
    backfill.ifPresent(id -> attributes.put(RunAttributes.BACKFILL, id));
    schedule.engine().ifPresent(engine -> attributes.put(RunAttributes.ENGINE, engine));
    schedule
        .parameters()
        .forEach((name, value) -> attributes.put(RunAttributes.PARAMETER + name, value));
    store
        .deployments()
        .newest(pipeline)
        .ifPresent(newest -> attributes.put(RunAttributes.DEPLOYMENT, newest.jar()));
    return new RunRequest(
        "%s.%s.%d".formatted(schedule.id(), TIME.format(end), attempt),
        pipeline,
        attributes,
        Optional.of(new RunRequest.Slot(schedule.id(), start, end, attempt)));
  }

  /** The number of the next attempt, after those there are. */
  int nextAttempt(List<StoredRun> attempts) {
    return attempts.stream()
            .map(run -> store.runs().slot(run.id()))
            .flatMap(Optional::stream)
            .mapToInt(RunRequest.Slot::attempt)
            .max()
            .orElse(0)
        + 1;
  }
}
