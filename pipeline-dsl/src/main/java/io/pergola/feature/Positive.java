package io.pergola.feature;

/** Numbers that count something, and so are above 0. */
final class Positive {
  private Positive() {}

  /**
   * The same number.
   *
   * @throws IllegalArgumentException if it is 0 or below
   */
  static int of(String what, int n) {
    if (n <= 0) {
      throw new IllegalArgumentException("Invalid %s: %d (must be above 0)".formatted(what, n));
    }
    return n;
  }
}
