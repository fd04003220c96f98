package io.pergola.feature;

import java.util.List;

/**
 * The first {@code length} ids of a list, and padding behind a shorter one. Ids of -1 (out of a
 * vocabulary without out-of-vocabulary buckets) are left out first; padding is {@link #size}.
 */
public record PaddedIds(Expr.OfIds of, int length) implements Expr.OfSequence {
  /** The most ids that a sequence can have. */
  public static final int MAX_LENGTH = 1 << 16;

  public PaddedIds {
    if (length < 1 || length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "Invalid length to pad to: %d (must be 1 to %d)".formatted(length, MAX_LENGTH));
    }
  }

  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  @Override
  public int size() {
    return of.size();
  }

  @Override
  public String text() {
    return "%s.padTo(%d)".formatted(of.text(), length);
  }
}
