package io.pergola.run.flink;

/** A cluster that no attempt will succeed on, until somebody changes it. */
final class IncompatibleClusterException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IncompatibleClusterException(String message) {
    super(message);
  }

  IncompatibleClusterException(String message, Throwable cause) {
    super(message, cause);
  }
}
