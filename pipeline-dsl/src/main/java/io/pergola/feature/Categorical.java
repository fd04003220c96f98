package io.pergola.feature;

/** An id per example, in 0..size-1, being described. */
public record Categorical(String name, Expr.OfCategory expr) {

  /** How many ids there can be; models size their embeddings by it. */
  public int size() {
    return expr.size();
  }

  /** Whether the id is missing; never missing itself. An id of -1 is not missing. */
  public Label isMissing() {
    return new Label(name, new Truth.IsMissing(expr));
  }

  /** A vector of {@link #size} numbers: 1 at the id, 0 elsewhere; 0 everywhere for -1. */
  public Vector oneHot() {
    return new Vector(name, new FixedVector.OneHot(expr));
  }

  /** Every combination of this with {@code other}; hash it to make a feature. */
  public Crossed cross(Categorical other) {
    return Crossed.of(name, expr, other.name, other.expr);
  }

  /** Every combination of this with {@code other}; hash it to make a feature. */
  public Crossed cross(Text other) {
    return Crossed.of(name, expr, other.name(), other.expr());
  }

  /** The same feature under another name. */
  public Categorical as(String newName) {
    return new Categorical(newName, expr);
  }
}
