package io.pergola.feature;

/** What can be a dense feature: one number an example, or a fixed number of them. */
public sealed interface Dense permits Numeric, Vector {
  /** The feature's name. */
  String name();

  /** How it is computed. */
  Expr.OfDense expr();
}
