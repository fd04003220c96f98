package io.pergola.metadata;

import java.io.Serializable;
import java.time.Instant;

/**
 * The right of one process to act for something, such as to drive a run, until it expires.
 *
 * @param name what it is for
 * @param holder who has it, for people: host and process
 * @param epoch grows by 1 with each new holder; writes compare it, so that a holder that was
 *     replaced without noticing changes nothing
 * @param expires when others may take it
 */
public record Lease(String name, String holder, long epoch, Instant expires)
    implements Serializable {
  /** The name of the lease that guards a run. */
  public static String ofRun(String runId) {
    return "run/" + runId;
  }

  /** The name of the lease of whoever executes a node with this cache key. */
  public static String ofNode(String cacheKey) {
    return "node/" + cacheKey;
  }

  /** The name of the lease of a process that waits until its run may start. */
  public static String ofWaiting(String runId) {
    return "waiting/" + runId;
  }
}
