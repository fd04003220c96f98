package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * A stretch of time in which a schedule was paused.
 *
 * @param from inclusive
 * @param until exclusive; empty while it lasts
 */
public record StoredPause(Instant from, Optional<Instant> until, String reason) {
  /** Whether an instant lies in it. */
  public boolean covers(Instant time) {
    return !time.isBefore(from) && until.map(time::isBefore).orElse(true);
  }
}
