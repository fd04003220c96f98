package io.pergola.feature;

import java.util.List;

/**
 * The number of boundaries at or below the value, which part the range of the analysed values into
 * intervals of equal width: a histogram of them, that is fitted along with its counts.
 */
public record EqualWidth(Expr.OfNumber of, int buckets) implements Expr.OfCategory {
  /** The most intervals. */
  public static final int MAX_BUCKETS = 1 << 16;

  public EqualWidth {
    if (buckets < 1 || buckets > MAX_BUCKETS) {
      throw new IllegalArgumentException(
          "Invalid number of buckets: %d (must be 1 to %d)".formatted(buckets, MAX_BUCKETS));
    }
  }

  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  @Override
  public int size() {
    return buckets;
  }

  @Override
  public String text() {
    return "%s.bucketizeEqualWidth(%d)".formatted(of.text(), buckets);
  }
}
