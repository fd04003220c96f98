package io.pergola.feature;

/**
 * A fixed number of ids per example in an order that matters, such as the words of a text, being
 * described. An id is in 0..size-1; {@link #size} is padding, which stands behind all others.
 */
public record Sequence(String name, Expr.OfSequence expr) {

  /** How many ids there are, padding included. */
  public int length() {
    return expr.length();
  }

  /** How many ids there can be besides the padding, which is this number. */
  public int size() {
    return expr.size();
  }

  /** The same feature under another name. */
  public Sequence as(String newName) {
    return new Sequence(newName, expr);
  }
}
