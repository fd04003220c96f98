package io.pergola.metadata;

import java.util.Optional;

/**
 * Which run somebody wants to drive.
 *
 * @param runId empty for the oldest one that may start
 */
public record RunClaim(Optional<String> runId) {
  /** The oldest queued run whose pipeline is below its limit. */
  public static RunClaim oldest() {
    return new RunClaim(Optional.empty());
  }

  /** This one: queued, interrupted or failed. */
  public static RunClaim of(String runId) {
    return new RunClaim(Optional.of(runId));
  }
}
