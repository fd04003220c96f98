package io.pergola.feature;

import java.util.List;

/** The seconds from one time to another; below 0 where {@code to} is the earlier. */
public record TimeSpan(Expr.OfTime from, Expr.OfTime to) implements Expr.OfNumber {
  @Override
  public List<Expr> operands() {
    return List.of(from, to);
  }

  @Override
  public String text() {
    return "%s.secondsSince(%s)".formatted(to.text(), from.text());
  }
}
