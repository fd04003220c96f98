package io.pergola.schedule.notification;

import org.jspecify.annotations.Nullable;

/** A notification that did not arrive; the message says why. */
public final class NotSentException extends Exception {
  private static final long serialVersionUID = 1L;

  NotSentException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
