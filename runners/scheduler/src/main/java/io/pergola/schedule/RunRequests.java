package io.pergola.schedule;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.StoredDeployment;
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
    drive(schedule.driving(), pipeline, attributes);
    schedule
        .parameters()
        .forEach((name, value) -> attributes.put(RunAttributes.PARAMETER + name, value));
    return new RunRequest(
        "%s.%s.%d".formatted(schedule.id(), TIME.format(end), attempt),
        pipeline,
        attributes,
        Optional.of(new RunRequest.Slot(schedule.id(), start, end, attempt)));
  }

  private void drive(
      Schedule.Driving driving, String pipeline, SortedMap<String, String> attributes) {
    driving.engine().ifPresent(engine -> attributes.put(RunAttributes.ENGINE, engine));
    driving
        .engineOptions()
        .forEach((name, value) -> attributes.put(RunAttributes.ENGINE_OPTION + name, value));
    driving.heap().ifPresent(heap -> attributes.put(ChildSettings.HEAP, heap));
    driving
        .environment()
        .forEach((name, value) -> attributes.put(ChildSettings.ENVIRONMENT + name, value));
    deployment(store, driving, pipeline)
        .ifPresent(
            code -> {
              attributes.put(RunAttributes.DEPLOYMENT, code.jar());
              attributes.put(RunAttributes.DEPLOYMENT_VERSION, Long.toString(code.version()));
            });
  }

  /** The version that a run created now executes: the pinned one, or the newest. */
  static Optional<StoredDeployment> deployment(
      MetadataStore store, Schedule.Driving driving, String pipeline) {
    return driving.version().isPresent()
        ? store.deployments().find(pipeline, driving.version().get())
        : store.deployments().newest(pipeline);
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
