package io.pergola.run.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.MetadataStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews a run's lease, and its nodes' claims, as long as its process lives, and says when it was
 * lost.
 */
final class LeaseKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final MetadataStore store;
  private final Duration term;
  private final ScheduledExecutorService timer;
  private final Set<Lease> claims = ConcurrentHashMap.newKeySet();
  private volatile Lease lease;
  private volatile boolean lost;

  LeaseKeeper(MetadataStore store, Lease lease, Duration term) {
    this.store = store;
    this.lease = lease;
    this.term = term;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "pergola-lease");
              thread.setDaemon(true);
              return thread;
            });
    long every = Math.max(1, term.toMillis() / 4);
    timer.scheduleWithFixedDelay(this::renew, every, every, TimeUnit.MILLISECONDS);
  }

  Lease lease() {
    return lease;
  }

  /** Whether another process has taken the run over. */
  boolean isLost() {
    return lost;
  }

  /** Renews a node's claim too, from now on. */
  void keep(Lease claim) {
    claims.add(claim);
  }

  /** Renews it no more: it was given back, or lost. */
  void drop(Lease claim) {
    claims.remove(claim);
  }

  /**
   * Begins the next epoch of the lease: whoever still works under the former one can change and
   * publish nothing any more.
   */
  void fence() {
    Optional<Lease> next = store.leases().handOver(lease, lease.holder(), term);
    if (next.isPresent()) {
      lease = next.get();
    } else {
      lost = true;
    }
  }

  private void renew() {
    try {
      for (Lease claim : claims) {
        if (store.leases().renew(claim, term).isEmpty()) {
          claims.remove(claim);
        }
      }
      Optional<Lease> renewed = store.leases().renew(lease, term);
      if (renewed.isPresent()) {
        lease = renewed.get();
      } else {
        lost = true;
      }
    } catch (RuntimeException e) {
      // Thrown on, it would end the timer for good. The next renewal tries again; if another
      // process takes over meanwhile, its epoch fences this one out.
      LOG.warn("Cannot renew lease {} yet", lease.name(), e);
    }
  }

  /** Stops renewing and gives the lease back. */
  @Override
  public void close() {
    timer.shutdownNow();
    claims.forEach(store.leases()::release);
    if (!lost) {
      store.leases().release(lease);
    }
  }
}
