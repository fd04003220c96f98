package io.pergola.schedule.daemon;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.MetadataStoreException;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.run.RunProcess;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps runs going: recovers those that were interrupted, fires what is due, starts what is queued.
 * Several daemons may share a database; whatever one of them does is done once. It may die at any
 * moment: what it started goes on, and what it was about to start another one starts.
 */
public final class Daemon {
  /** The attribute that names the daemon that started a run last. */
  public static final String DAEMON = "daemon";

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final DaemonSettings settings;
  private final MetadataStore store;
  private final Clock clock;
  private final RunLauncher launcher;
  private final Ticks ticks;
  private final Recovery recovery;
  private final DaemonMeters meters;
  private final Map<String, Driven> driven = new ConcurrentHashMap<>();
  private final Semaphore wake = new Semaphore(0);
  private final Instant started;
  private volatile boolean stopping;
  private volatile DaemonStatus status;
  private volatile Optional<Lease> name = Optional.empty();

  /** A run that this daemon started, and the lease that its driver takes over. */
  private record Driven(RunLauncher.LiveRun live, Lease claim) {}

  /**
   * A daemon that does nothing yet.
   *
   * @param launcher starts the runs; the caller closes it
   * @param meters what it counts with
   */
  public Daemon(
      DaemonSettings settings,
      MetadataStore store,
      Clock clock,
      RunLauncher launcher,
      Ticks ticks,
      DaemonMeters meters) {
    this.settings = settings;
    this.store = store;
    this.clock = clock;
    this.launcher = launcher;
    this.ticks = ticks;
    this.recovery = new Recovery(store, clock, settings);
    this.meters = meters;
    this.started = clock.instant();
    this.status = DaemonStatus.starting(settings.name(), started);
  }

  /**
   * Takes this daemon's name.
   *
   * @throws IllegalStateException if a daemon of this name lives
   */
  public void open() {
    String holder = RunProcess.current().holder();
    Optional<Lease> other = store.leases().current(settings.leaseName());
    if (other
        .flatMap(lease -> RunProcess.parse(lease.holder()))
        .map(RunProcess::isDead)
        .orElse(false)) {
      store.leases().release(other.get());
    }
    name = store.leases().acquire(settings.leaseName(), holder, settings.lease());
    if (name.isEmpty()) {
      throw new IllegalStateException(
          ("Cannot start daemon '%s': one of this name is running (%s). Give this one another name"
                  + " with --holder, or end the other.")
              .formatted(settings.name(), other.map(Lease::holder).orElse("unknown")));
    }
  }

  /** Works until {@link #stop}; then waits for nobody. */
  public void run() throws InterruptedException {
    while (!stopping) {
      pass();
      if (wake.tryAcquire(settings.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        wake.drainPermits();
      }
    }
  }

  /** Starts nothing more from now on. */
  public void stop() {
    stopping = true;
    wake.release();
  }

  /** Whether {@link #stop} was called. */
  public boolean isStopping() {
    return stopping;
  }

  /**
   * Waits for the runs it started.
   *
   * @return whether all ended in this time
   */
  public boolean await(Duration time) throws InterruptedException {
    long deadline = System.nanoTime() + time.toNanos();
    while (!live().isEmpty() && System.nanoTime() < deadline) {
      renewClaims();
      wake.tryAcquire(200, TimeUnit.MILLISECONDS);
      reap();
    }
    return live().isEmpty();
  }

  /** Gives its name back; the runs it started go on. */
  public void close() {
    name.ifPresent(store.leases()::release);
    name = Optional.empty();
  }

  /** How it stands, as of the last pass. */
  public DaemonStatus status() {
    return status;
  }

  /** Ids of the runs that it started and that have not ended. */
  public Set<String> live() {
    return Set.copyOf(driven.keySet());
  }

  /** Does once all there is to do now. */
  public void pass() {
    Instant begun = clock.instant();
    long start = System.nanoTime();
    try {
      reap();
      renewName();
      renewClaims();
      List<StoredRun> running = recovery.running();
      recovery.freeLeasesOfTheDead(running);
      int adopted = adopted(running);
      // Recover, then compute missed ticks, then fire.
      if (!stopping) {
        recovery.claim(live(), room(adopted)).forEach(this::launch);
      }
      Ticks.Report report = stopping ? Ticks.none().tick() : ticks.tick();
      claimQueued(adopted);
      meters.live(driven.size());
      meters.passed(report, Duration.ofNanos(System.nanoTime() - start), begun);
      status =
          status.passed(
              begun, report, adopted, driven.values().stream().map(Driven::live).toList());
    } catch (MetadataStoreException e) {
      meters.failed();
      LOG.warn("This pass failed; the next one tries again", e);
      status = status.failed(String.valueOf(e.getMessage()));
    }
  }

  private int room(int adopted) {
    return Math.max(0, settings.maxRuns() - driven.size() - adopted);
  }

  private void claimQueued(int adopted) {
    while (!stopping && room(adopted) > 0) {
      Optional<Claimed> next =
          store.runs().claim(RunProcess.current().holder(), settings.claim(), RunClaim.oldest());
      if (next.isEmpty()) {
        return;
      }
      launch(next.get());
    }
  }

  private void launch(Claimed claimed) {
    String runId = claimed.run().id();
    try {
      store.runs().record(claimed.lease(), runId, DAEMON, settings.name());
      RunLauncher.LiveRun live = launcher.launch(claimed);
      driven.put(runId, new Driven(live, claimed.lease()));
      meters.launched();
      live.ended().whenComplete((how, problem) -> wake.release());
    } catch (IllegalArgumentException e) {
      LOG.error("Run {} cannot be started as it was asked for", runId, e);
      store
          .runs()
          .move(
              claimed.lease(), runId, RunState.FAILED, Optional.of(String.valueOf(e.getMessage())));
      store.leases().release(claimed.lease());
    } catch (IOException e) {
      // Interrupted from here on: Recovery tries again, after longer and longer pauses.
      LOG.error("Cannot start run {}", runId, e);
      store.leases().release(claimed.lease());
    }
  }

  /** Forgets runs whose driver has ended. */
  private void reap() {
    for (Map.Entry<String, Driven> one : driven.entrySet()) {
      RunLauncher.LiveRun live = one.getValue().live();
      if (live.ended().isDone()) {
        LOG.info("Run {}: {} ended with {}", one.getKey(), live.driver(), live.ended().join());
        store.leases().release(one.getValue().claim());
        driven.remove(one.getKey());
      }
    }
  }

  /** Until its driver has taken over, a run is this daemon's; after that this changes nothing. */
  private void renewClaims() {
    for (Driven one : driven.values()) {
      store.leases().renew(one.claim(), settings.claim());
    }
  }

  private void renewName() {
    if (name.isPresent()) {
      Optional<Lease> renewed = store.leases().renew(name.get(), settings.lease());
      if (renewed.isEmpty()) {
        LOG.warn("Another daemon took the name {} meanwhile", settings.name());
      }
      name = renewed.isPresent() ? renewed : name;
    }
  }

  /** Runs that a daemon of this name started before it died, and that live. */
  private int adopted(List<StoredRun> running) {
    List<String> found = new ArrayList<>();
    for (StoredRun run : running) {
      if (run.attribute(DAEMON).filter(settings.name()::equals).isPresent()
          && !driven.containsKey(run.id())
          && store
              .leases()
              .current(Lease.ofRun(run.id()))
              .filter(lease -> lease.expires().isAfter(clock.instant()))
              .isPresent()) {
        found.add(run.id());
      }
    }
    return found.size();
  }
}
