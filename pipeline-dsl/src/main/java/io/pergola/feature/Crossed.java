package io.pergola.feature;

import java.util.ArrayList;
import java.util.List;

/** Combinations of columns: unbounded, and so not a feature until hashed. */
public record Crossed(String name, Expr.Cross expr) {

  static Crossed of(String leftName, Expr left, String rightName, Expr right) {
    return new Crossed(leftName + "_x_" + rightName, new Expr.Cross(List.of(left, right)));
  }

  /** Every combination of these with {@code other}; hash it to make a feature. */
  public Crossed cross(Categorical other) {
    return with(other.name(), other.expr());
  }

  /** Every combination of these with {@code other}; hash it to make a feature. */
  public Crossed cross(Text other) {
    return with(other.name(), other.expr());
  }

  private Crossed with(String otherName, Expr other) {
    List<Expr> parts = new ArrayList<>(expr.of());
    parts.add(other);
    return new Crossed(name + "_x_" + otherName, new Expr.Cross(parts));
  }

  /** Ids 0..buckets-1 by the hash of the parts joined with {@code _X_}. */
  public Categorical hash(int buckets) {
    return new Categorical(name, new Expr.Hash(expr, buckets));
  }
}
