package io.pergola.metadata;

import java.time.Instant;
import java.util.Optional;

/**
 * A notification as it stands.
 *
 * @param attempts how often sending was begun
 * @param due when it may be tried next
 * @param problem why the last attempt failed
 */
public record StoredNotification(
    NotificationDraft draft,
    StoredNotification.State state,
    int attempts,
    Instant created,
    Instant due,
    Optional<String> problem) {

  /** Whether it arrived. */
  public enum State {
    PENDING,
    SENT,
    /** Given up after too many attempts. */
    FAILED
  }
}
