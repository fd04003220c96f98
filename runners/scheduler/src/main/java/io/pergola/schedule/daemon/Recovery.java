package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.NodeState;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunFilter;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredNode;
import io.pergola.metadata.StoredRun;
import io.pergola.run.RunAttributes;
import io.pergola.run.RunProcess;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes runs over whose driver is gone: at once where it was a process of this machine, otherwise
 * when its lease ran out. A run whose drivers keep dying without completing another node is given
 * up.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private static final String COUNT = "recovery.count";
  private static final String PROGRESS = "recovery.progress";
  private static final String TIME = "recovery.time";
  private static final String STARTED_BY_COMMAND = RunAttributes.OWN + "cli.pipeline";
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ZERO,
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5));
  private static final int MOST = 1000;

  private final MetadataStore store;
  private final Clock clock;
  private final DaemonSettings settings;

  Recovery(MetadataStore store, Clock clock, DaemonSettings settings) {
    this.store = store;
    this.clock = clock;
    this.settings = settings;
  }

  /**
   * Gives back the leases of drivers that are certainly gone. Others need not wait then until they
   * run out.
   */
  void freeLeasesOfTheDead(List<StoredRun> running) {
    for (StoredRun run : running) {
      Optional<Lease> lease = store.leases().current(Lease.ofRun(run.id()));
      if (lease
          .flatMap(held -> RunProcess.parse(held.holder()))
          .map(RunProcess::isDead)
          .orElse(false)) {
        LOG.warn("The process that drove run {} is gone: {}", run.id(), lease.get().holder());
        store.leases().release(lease.get());
      }
    }
  }

  /** Runs that were begun. */
  List<StoredRun> running() {
    return store.runs().list(RunFilter.newest(MOST).states(RunState.RUNNING));
  }

  /**
   * Claims interrupted runs to go on with.
   *
   * @param mine runs that this daemon is driving, whatever their leases say
   * @param room at most so many
   */
  List<Claimed> claim(Set<String> mine, int room) {
    List<Claimed> claimed = new ArrayList<>();
    for (StoredRun run : store.runs().interrupted()) {
      if (run.cancelRequested().isPresent()) {
        cancel(run);
      } else if (claimed.size() < room
          && !mine.contains(run.id())
          && canBeBuiltAgain(run)
          && !clock.instant().isBefore(due(run))) {
        store
            .runs()
            .claim(RunProcess.current().holder(), settings.claim(), RunClaim.of(run.id()))
            .flatMap(this::begin)
            .ifPresent(claimed::add);
      }
    }
    return claimed;
  }

  /** A program that embeds Pergola drives and resumes its own runs. */
  private static boolean canBeBuiltAgain(StoredRun run) {
    return run.attribute(RunAttributes.DEFINITION).isPresent()
        || run.attribute(STARTED_BY_COMMAND).isPresent();
  }

  private Instant due(StoredRun run) {
    int count = (int) number(run, COUNT);
    return Instant.ofEpochMilli(number(run, TIME))
        .plus(PAUSES.get(Math.min(count, PAUSES.size() - 1)));
  }

  private Optional<Claimed> begin(Claimed claimed) {
    StoredRun run = claimed.run();
    long progress = progress(run);
    long count = progress > number(run, PROGRESS) ? 0 : number(run, COUNT);
    try {
      if (count >= settings.attempts()) {
        LOG.error("Run {} is given up after {} attempts", run.id(), count);
        store
            .runs()
            .move(
                claimed.lease(),
                run.id(),
                RunState.FAILED,
                Optional.of(
                    "its process died %d times without completing another node. See %s"
                        .formatted(count, "the .out files of the run under logs/")));
        store.leases().release(claimed.lease());
        return Optional.empty();
      }
      record(claimed, COUNT, count + 1);
      record(claimed, PROGRESS, progress);
      record(claimed, TIME, clock.millis());
      LOG.info("Going on with run {} (attempt {})", run.id(), count + 1);
      return Optional.of(claimed);
    } catch (LeaseLostException e) {
      LOG.info("Run {} was taken by another daemon", run.id());
      return Optional.empty();
    }
  }

  private void record(Claimed claimed, String name, long value) {
    store.runs().record(claimed.lease(), claimed.run().id(), name, Long.toString(value));
  }

  private long progress(StoredRun run) {
    return store.runs().nodes(run.id()).stream()
        .map(StoredNode::state)
        .filter(NodeState::isPublished)
        .count();
  }

  private static long number(StoredRun run, String name) {
    return run.attribute(name).map(Long::parseLong).orElse(0L);
  }

  /** Nobody drives it any more, so nobody else can end it. */
  private void cancel(StoredRun run) {
    String holder = RunProcess.current().holder();
    store
        .leases()
        .acquire(Lease.ofRun(run.id()), holder, settings.lease())
        .ifPresent(
            lease -> {
              store.runs().move(lease, run.id(), RunState.CANCELLED, Optional.of("cancelled"));
              store.leases().release(lease);
            });
  }
}
