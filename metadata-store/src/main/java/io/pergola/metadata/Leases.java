package io.pergola.metadata;

import java.time.Duration;
import java.util.Optional;

/** Leases with epochs, on the clock that the store was opened with. */
public interface Leases {
  /**
   * Takes a lease that is free, released or expired.
   *
   * @param holder who asks; the same holder is no exception: what it held before counts as held
   * @param term how long it lasts unless renewed; above 0
   * @return empty if another lease of this name is in force
   */
  Optional<Lease> acquire(String name, String holder, Duration term);

  /** Takes a lease whoever holds it; the former holder is fenced out. */
  Lease steal(String name, String holder, Duration term);

  /**
   * Makes a lease last for another term from now on. One that expired and that nobody took is
   * renewed as well.
   *
   * @return empty if the lease was lost
   */
  Optional<Lease> renew(Lease lease, Duration term);

  /**
   * Hands a lease on to another holder, as its next epoch: the process that took a run starts
   * another one that drives it.
   *
   * @return empty if the lease was lost meanwhile; nothing is changed then
   */
  Optional<Lease> handOver(Lease lease, String holder, Duration term);

  /** Gives a lease back; does nothing if it was lost. */
  void release(Lease lease);

  /** The lease in force or the last expired one; empty if free. */
  Optional<Lease> current(String name);

  /** The epoch of the newest holder, whether or not the lease is free now; 0 if there was none. */
  long epoch(String name);

  /** Whether this epoch is still the one that counts. */
  boolean isHeld(Lease lease);
}
