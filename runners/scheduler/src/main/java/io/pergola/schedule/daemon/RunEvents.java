package io.pergola.schedule.daemon;

import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.metadata.StoredSchedule;
import io.pergola.metadata.StoredTick;
import io.pergola.run.ArtifactRecord;
import io.pergola.run.RunAttributes;
import io.pergola.run.Workspace;
import io.pergola.schedule.notification.Notice;
import io.pergola.schedule.notification.Notifier;
import io.pergola.schedule.notification.Occasion;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Notices runs that ended, whoever drove them, counts them and puts what people are to be told on
 * record. How far it has looked is stored after that, so that nothing is missed by a kill.
 */
public final class RunEvents {
  /** A run's end is written with the time before the transaction; others may be visible earlier. */
  private static final Duration OVERLAP = Duration.ofMinutes(2);

  private static final Duration MISSED_EVERY = Duration.ofSeconds(15);
  private static final int MOST = 5000;
  private static final int REMEMBERED = 20_000;
  private static final int EARLIER = 20;
  private static final String BLESSING = "ModelBlessing";
  private static final String BLESSED = "blessed";

  private final Workspace workspace;
  private final MetadataStore store;
  private final Notifier notifier;
  private final DaemonMeters meters;
  private final Clock clock;
  private final Instant started;
  private Instant lastMissed = Instant.EPOCH;
  private final Set<String> seen =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** Looks at the runs of a workspace from now on, or from where the last daemon left off. */
  public RunEvents(Workspace workspace, Notifier notifier, DaemonMeters meters, Clock clock) {
    this.workspace = workspace;
    this.store = workspace.store();
    this.notifier = notifier;
    this.meters = meters;
    this.clock = clock;
    this.started = clock.instant();
  }

  /** Looks at what has ended since the last time. */
  public void look() {
    Instant from =
        store
            .notifications()
            .lookedUpTo()
            .orElseGet(
                () -> {
                  store.notifications().lookedUpTo(started);
                  return started;
                });
    Instant newest = from;
    for (String id : store.notifications().finishedSince(from.minus(OVERLAP), MOST)) {
      Optional<StoredRun> run = store.runs().find(id);
      Optional<Instant> finished = run.flatMap(StoredRun::finished);
      String end = finished.map(time -> id + "/" + time.toEpochMilli()).orElse("");
      if (finished.isEmpty() || seen.contains(end)) {
        continue;
      }
      if (!notifier.isSilent()) {
        occasions(run.get()).forEach(occasion -> notifier.put(notice(run.get(), occasion)));
      }
      // Ends before the very first look are nobody's news.
      if (!finished.get().isBefore(started)) {
        meters.ended(run.get(), store.runs().nodes(id));
      }
      // Not earlier: where the database fails in between, the next look begins with it again.
      seen.add(end);
      newest = finished.get().isAfter(newest) ? finished.get() : newest;
    }
    if (!notifier.isSilent()) {
      lookForMissed(from.minus(OVERLAP));
    }
    if (newest.isAfter(from)) {
      store.notifications().lookedUpTo(newest);
    }
  }

  private void lookForMissed(Instant from) {
    if (!lastMissed.plus(MISSED_EVERY).isBefore(clock.instant())) {
      return;
    }
    for (StoredSchedule schedule : store.schedules().list()) {
      for (StoredTick tick : store.schedules().missedSince(schedule.id(), from, MOST)) {
        String id = "missed/%s/%d".formatted(tick.schedule(), tick.end().toEpochMilli());
        if (seen.contains(id)) {
          continue;
        }
        notifier.put(
            new Notice(
                id,
                Occasion.MISSED,
                schedule.pipeline(),
                tick.runId(),
                Optional.of(tick.schedule()),
                Optional.of(tick.start() + "/" + tick.end()),
                Optional.of(tick.reason()),
                tick.decided()));
        seen.add(id);
      }
    }
    lastMissed = clock.instant();
  }

  private List<Occasion> occasions(StoredRun run) {
    return switch (run.state()) {
      case FAILED -> List.of(Occasion.FAILURE);
      case STOPPED -> List.of(Occasion.STOPPED);
      case SUCCEEDED -> {
        List<Occasion> occasions = new ArrayList<>();
        if (isNotBlessed(run)) {
          occasions.add(Occasion.NOT_BLESSED);
        }
        if (failedBefore(run)) {
          occasions.add(Occasion.RECOVERY);
        }
        yield occasions;
      }
      case CREATED, RUNNING, CANCELLED -> List.of();
    };
  }

  private boolean isNotBlessed(StoredRun run) {
    List<ArtifactRecord> artifacts = workspace.history().artifactsOf(run.id());
    return artifacts.stream()
        .filter(artifact -> artifact.type().equals(BLESSING))
        .anyMatch(artifact -> Long.valueOf(0).equals(artifact.properties().get(BLESSED)));
  }

  /**
   * Runs of a pipeline may overlap: what counts is the order in which they ended. A failed run that
   * was resumed has ended before, too.
   */
  private boolean failedBefore(StoredRun run) {
    Instant end = run.finished().orElseThrow();
    RunFilter earlier =
        RunFilter.newest(EARLIER)
            .pipeline(run.pipeline())
            .states(RunState.SUCCEEDED, RunState.FAILED, RunState.RUNNING, RunState.CANCELLED);
    return Stream.concat(Stream.of(run), store.runs().list(earlier).stream())
        .flatMap(RunEvents::ends)
        .filter(other -> other.time().isBefore(end))
        .max(Comparator.comparing(End::time))
        .filter(other -> other.state() == RunState.FAILED)
        .isPresent();
  }

  private record End(Instant time, RunState state) {}

  /** How a run ended, each time, as far as that says whether the pipeline works. */
  private static Stream<End> ends(StoredRun run) {
    Stream<End> resumed =
        run
            .attribute(RunAttributes.FAILED)
            .map(time -> new End(Instant.parse(time), RunState.FAILED))
            .stream();
    Stream<End> last =
        run
            .finished()
            .filter(time -> run.state() == RunState.SUCCEEDED || run.state() == RunState.FAILED)
            .map(time -> new End(time, run.state()))
            .stream();
    return Stream.concat(resumed, last);
  }

  private static Notice notice(StoredRun run, Occasion occasion) {
    Instant finished = run.finished().orElseThrow();
    Optional<String> interval =
        run.attribute(RunAttributes.INTERVAL_START)
            .flatMap(
                start -> run.attribute(RunAttributes.INTERVAL_END).map(end -> start + "/" + end));
    return new Notice(
        "%s/%s/%d".formatted(occasion.key(), run.id(), finished.toEpochMilli()),
        occasion,
        run.pipeline(),
        Optional.of(run.id()),
        run.attribute(RunAttributes.SCHEDULE),
        interval,
        occasion == Occasion.NOT_BLESSED
            ? Optional.of("the model does not meet its thresholds")
            : run.reason(),
        finished);
  }
}
