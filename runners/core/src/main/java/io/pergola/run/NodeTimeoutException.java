package io.pergola.run;

import java.time.Duration;

/** An attempt of a node that took longer than the node's timeout; it was interrupted. */
public final class NodeTimeoutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NodeTimeoutException(Duration timeout) {
    super(
        "Cannot finish within the node's timeout of %s. Raise NodeOptions.timeout, or find out what it waited for in its log."
            .formatted(text(timeout)));
  }

  private static String text(Duration timeout) {
    return timeout.toString().substring(2).toLowerCase(java.util.Locale.ROOT);
  }
}
