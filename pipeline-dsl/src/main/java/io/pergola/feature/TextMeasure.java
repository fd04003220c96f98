package io.pergola.feature;

import java.util.List;

/** How long a text is. */
public record TextMeasure(Unit unit, Expr.OfText of) implements Expr.OfNumber {
  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  /** What is counted. */
  public enum Unit {
    /** Unicode code points; each malformed part counts as U+FFFD does. */
    CHARACTERS("length"),
    /** Runs of anything but white space. */
    WORDS("wordCount");

    private final String method;

    Unit(String method) {
      this.method = method;
    }
  }

  @Override
  public String text() {
    return "%s.%s()".formatted(of.text(), unit.method);
  }
}
