package io.pergola.validation;

/**
 * How many distinct values a categorical feature has: text, or integers that are identifiers.
 *
 * @param min inclusive, at least 0
 * @param max inclusive; {@link Long#MAX_VALUE} if there is no limit
 */
public record UniqueConstraints(long min, long max) {
  public UniqueConstraints {
    if (min < 0 || max < min) {
      throw new IllegalArgumentException(
          "Invalid number of distinct values: %d to %d (0 <= min <= max)".formatted(min, max));
    }
  }
}
