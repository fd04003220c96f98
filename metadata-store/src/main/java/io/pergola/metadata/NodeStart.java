package io.pergola.metadata;

import java.time.Duration;
import java.util.Optional;

/**
 * The first attempt of a node: its execution, the node's change, and the claim that keeps other
 * runs from executing the same thing at the same time.
 *
 * @param runId the run it belongs to
 * @param change of the node; the execution is added
 * @param execution what is put
 * @param claim empty if others may execute the same thing at once
 */
public record NodeStart(
    String runId, NodeChange change, ExecutionDraft execution, Optional<NodeStart.Claim> claim) {

  /**
   * A lease to take in the same transaction.
   *
   * @param name {@link Lease#ofNode}
   * @param holder who takes it
   * @param term how long it lasts unless renewed
   * @param after the lease's last epoch when the holder found nothing to reuse: a later one means
   *     that somebody may have published meanwhile
   */
  public record Claim(String name, String holder, Duration term, long after) {}

  /**
   * What came of it.
   *
   * @param claim to renew, and to give back with {@link Publication#releasing}
   */
  public record Started(long executionId, Optional<Lease> claim) {}
}
