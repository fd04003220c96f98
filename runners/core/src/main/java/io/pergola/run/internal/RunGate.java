package io.pergola.run.internal;

import io.pergola.metadata.Claimed;
import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import io.pergola.metadata.RunClaim;
import io.pergola.metadata.RunDraft;
import io.pergola.metadata.RunRequest;
import io.pergola.metadata.RunState;
import io.pergola.metadata.StoredRun;
import io.pergola.run.RunListener;
import io.pergola.run.RunOptions;
import io.pergola.run.RunProcess;
import io.pergola.run.RunRefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where runs wait until their pipeline's limit lets them start. */
final class RunGate {
  private static final Logger LOG = LoggerFactory.getLogger(RunGate.class);
  private static final long POLL_MILLIS = 200;

  private final MetadataStore store;
  private final Duration term;

  RunGate(MetadataStore store, Duration term) {
    this.store = store;
    this.term = term;
  }

  /**
   * Records a new run and waits until it may start.
   *
   * @return its lease; empty if it was cancelled while it waited
   * @throws RunRefusedException if it would have to wait and must not
   */
  Optional<Lease> begin(
      RunDraft draft, Optional<RunRequest.Slot> slot, RunOptions.Busy busy, RunListener listener) {
    String holder = RunProcess.current().holder();
    if (busy == RunOptions.Busy.REFUSE) {
      requireRoom(draft.pipeline());
    }
    Optional<Lease> lease = store.runs().begin(draft, slot, holder, term);
    if (lease.isPresent()) {
      return lease;
    }
    if (busy == RunOptions.Busy.REFUSE) {
      List<StoredRun> ahead = store.runs().ahead(draft.id());
      store.runs().requestCancel(draft.id());
      throw refusal(draft.pipeline(), ahead);
    }
    return await(draft.id(), holder, listener);
  }

  private void requireRoom(String pipeline) {
    List<StoredRun> ahead = store.runs().occupants(pipeline);
    if (!ahead.isEmpty()) {
      throw refusal(pipeline, ahead);
    }
  }

  private RunRefusedException refusal(String pipeline, List<StoredRun> ahead) {
    return new RunRefusedException(
        "Cannot start a run of '%s': its limit of %d live runs is reached (%s). Wait for them (leave --no-wait out), or raise it: pergola pipelines limit %s N"
            .formatted(
                pipeline,
                store.runs().limit(pipeline).orElse(0),
                String.join(", ", ids(ahead)),
                pipeline));
  }

  private Optional<Lease> await(String runId, String holder, RunListener listener) {
    List<String> told = List.of();
    Optional<Lease> place = store.leases().current(Lease.ofWaiting(runId));
    long renewed = System.nanoTime();
    while (true) {
      Optional<Claimed> claimed = store.runs().claim(holder, term, RunClaim.of(runId));
      if (claimed.isPresent()) {
        return Optional.of(claimed.get().lease());
      }
      if (store.runs().find(runId).orElseThrow().state() == RunState.CANCELLED) {
        return Optional.empty();
      }
      List<String> behind = ids(store.runs().ahead(runId));
      if (!behind.isEmpty() && !behind.equals(told)) {
        told = behind;
        LOG.info("Run {} is queued behind run {}", runId, behind.get(0));
        listener.queued(runId, behind);
      }
      if (place.isPresent() && System.nanoTime() - renewed > term.toNanos() / 4) {
        place = store.leases().renew(place.get(), term);
        renewed = System.nanoTime();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        store.runs().requestCancel(runId);
        return Optional.empty();
      }
    }
  }

  /**
   * Takes a run over that nobody drives, once its pipeline's limit leaves room.
   *
   * @throws RunRefusedException if somebody drives it, or if it would have to wait and must not
   */
  Optional<Lease> takeOver(StoredRun run, RunOptions.Busy busy, RunListener listener) {
    String name = Lease.ofRun(run.id());
    Optional<Lease> current = store.leases().current(name);
    Optional<RunProcess> driver = current.flatMap(lease -> RunProcess.parse(lease.holder()));
    if (driver.isPresent() && driver.get().isDead()) {
      LOG.info("Taking over run {} from {}, which is gone", run.id(), driver.get());
      store.leases().release(current.get());
    } else if (current.filter(lease -> lease.expires().isAfter(Instant.now())).isPresent()) {
      throw driven(run.id(), current, driver);
    }
    String holder = RunProcess.current().holder();
    Optional<Claimed> claimed = store.runs().claim(holder, term, RunClaim.of(run.id()));
    if (claimed.isPresent()) {
      return Optional.of(claimed.get().lease());
    }
    List<StoredRun> ahead = store.runs().occupants(run.pipeline());
    if (ahead.isEmpty()) {
      current = store.leases().current(name);
      throw driven(run.id(), current, current.flatMap(lease -> RunProcess.parse(lease.holder())));
    }
    if (busy == RunOptions.Busy.REFUSE) {
      throw refusal(run.pipeline(), ahead);
    }
    listener.queued(run.id(), ids(ahead));
    return await(run.id(), holder, listener);
  }

  private static RunRefusedException driven(
      String runId, Optional<Lease> current, Optional<RunProcess> driver) {
    return new RunRefusedException(
        "Cannot resume run %s: %s drives it, until %s at least. Wait for it, or end it first."
            .formatted(
                runId,
                driver.map(RunProcess::toString).orElse("another process"),
                current.map(Lease::expires).orElse(Instant.EPOCH)));
  }

  private static List<String> ids(List<StoredRun> runs) {
    return runs.stream().map(StoredRun::id).toList();
  }
}
