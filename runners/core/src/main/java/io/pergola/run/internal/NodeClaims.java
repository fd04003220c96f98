package io.pergola.run.internal;

import io.pergola.metadata.Lease;
import io.pergola.metadata.LeaseLostException;
import io.pergola.metadata.NodeStart;
import io.pergola.run.RunListener;
import io.pergola.run.RunProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Lets one run at a time execute what has the same cache key. The others wait until it is published
 * and take it from the cache, or execute it themselves once the first has failed or is gone.
 */
final class NodeClaims {
  private static final long POLL_MILLIS = 100;

  /** How often the waiting is told. */
  private static final Duration SAY_EVERY = Duration.ofMillis(500);

  private final RunSession run;
  private final RunListener listener;
  private final BooleanSupplier cancelled;

  NodeClaims(RunSession run, RunListener listener, BooleanSupplier cancelled) {
    this.run = run;
    this.listener = listener;
    this.cancelled = cancelled;
  }

  /** To be asked before looking for results: later holders may have published more. */
  long epoch(String key) {
    return run.store().leases().epoch(Lease.ofNode(key));
  }

  /**
   * Whether nobody executes it now: to be asked after the epoch and before looking for results. A
   * holder that is seen here may publish between the look and the claim.
   */
  boolean isFree(String key) {
    return run.store()
        .leases()
        .current(Lease.ofNode(key))
        .filter(holder -> holder.expires().isAfter(Instant.now()))
        .isEmpty();
  }

  NodeStart.Claim claim(String key, long after) {
    return new NodeStart.Claim(Lease.ofNode(key), holder(), run.options().lease(), after);
  }

  private String holder() {
    return run.runId() + " " + RunProcess.current().holder();
  }

  /** Whether an exception says that the claim, not the run, was lost. */
  static boolean isLost(LeaseLostException failure) {
    return failure.lease().name().startsWith(Lease.ofNode(""));
  }

  /**
   * Waits while another run holds the claim.
   *
   * @param first hears once what is waited for
   * @return false, at once, if it is this very run that executes the same thing in another node
   * @throws InterruptedException if the run is cancelled
   */
  boolean await(String node, String key, Consumer<String> first) throws InterruptedException {
    String name = Lease.ofNode(key);
    long said = 0;
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new InterruptedException("the run was cancelled");
      }
      Optional<Lease> holder = run.store().leases().current(name);
      if (holder.isEmpty() || !holder.get().expires().isAfter(Instant.now())) {
        return true;
      }
      if (holder.get().holder().equals(holder())) {
        return false;
      }
      String[] words = holder.get().holder().split(" ", 2);
      // An earlier process of this run is fenced out: its successor holds the run's lease.
      if (words[0].equals(run.runId())
          || (words.length == 2
              && RunProcess.parse(words[1]).filter(RunProcess::isDead).isPresent())) {
        run.store().leases().release(holder.get());
        return true;
      }
      String text = "waiting for run %s, which is executing this node".formatted(words[0]);
      if (said == 0) {
        first.accept(text);
      }
      if (said == 0 || System.nanoTime() - said > SAY_EVERY.toNanos()) {
        said = System.nanoTime();
        listener.nodeProgress(node, 0, 0, text);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
