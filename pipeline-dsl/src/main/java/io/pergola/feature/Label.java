package io.pergola.feature;

/** A truth value per example, being described; as a label, 1 is true and 0 is false. */
public record Label(String name, Expr.OfTruth expr) {

  /** Whether both are true; false where either is false, else missing where either is missing. */
  public Label and(Label other) {
    return new Label(name, new Truth.Logic(Truth.Logic.Operator.AND, expr, other.expr));
  }

  /** Whether either is true; true where either is true, else missing where either is missing. */
  public Label or(Label other) {
    return new Label(name, new Truth.Logic(Truth.Logic.Operator.OR, expr, other.expr));
  }

  /** Whether this is false; missing where this is missing. */
  public Label not() {
    return new Label(name, new Truth.Not(expr));
  }

  /** 1 where true, 0 where false: a truth value as a feature. */
  public Numeric asNumber() {
    return new Numeric(name, new Expr.TruthNumber(expr));
  }

  /** The same label under another name. */
  public Label as(String newName) {
    return new Label(newName, expr);
  }
}
