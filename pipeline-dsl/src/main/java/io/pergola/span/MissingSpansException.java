package io.pergola.span;

import java.util.List;

/** Spans that a run needs are not there. */
public final class MissingSpansException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Long> missing;

  public MissingSpansException(String message, List<Long> missing) {
    super(message);
    this.missing = List.copyOf(missing);
  }

  /** The spans, ascending. */
  public List<Long> missing() {
    return missing;
  }
}
