package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.NumberList;
import io.pergola.model.PlanSteps.Column;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lists of numbers padded to one width, such as the pixels of an image, in ONNX: the raw column
 * enters as float32 [n, width], with NaN behind a shorter list; NaN alone is a missing list.
 */
final class PlanLists {
  private static final int ANY_WIDTH = 0;

  private final PlanSteps steps;

  PlanLists(PlanSteps steps) {
    this.steps = steps;
  }

  /** The raw column that a list is made of, number by number; empty if it is made otherwise. */
  static Optional<String> column(Expr.OfNumbers e) {
    if (e instanceof NumberList.Column column) {
      return Optional.of(column.column());
    } else if (e instanceof NumberList.Arithmetic arithmetic) {
      return column(arithmetic.of());
    } else if (e instanceof NumberList.Function function) {
      return column(function.of());
    }
    return Optional.empty();
  }

  /**
   * How many numbers each column of lists gives, where that is all that a plan takes of it: one
   * vector or several of one width, above 1.
   */
  static Map<String, Integer> widths(Iterable<? extends Expr> exprs) {
    Map<String, Integer> widths = new TreeMap<>();
    exprs.forEach(e -> widths(e, widths));
    widths.values().removeIf(width -> width <= 1);
    return widths;
  }

  private static void widths(Expr e, Map<String, Integer> widths) {
    if (e instanceof FixedVector.PaddedNumbers padded && column(padded.of()).isPresent()) {
      widths.merge(
          column(padded.of()).get(), padded.width(), (a, b) -> a.equals(b) ? a : ANY_WIDTH);
    } else if (e instanceof NumberList.Column column) {
      widths.put(column.column(), ANY_WIDTH);
    } else {
      e.operands().forEach(operand -> widths(operand, widths));
    }
  }

  Column padded(FixedVector.PaddedNumbers e, String column, PlanNumbers numbers) {
    String missing = steps.add("IsNaN", column);
    String value = value(e.of(), column, numbers);
    return new Column(
        steps.where(missing, steps.constant(e.value()), value),
        Optional.of(steps.any(steps.not(missing))),
        false);
  }

  private String value(Expr.OfNumbers e, String column, PlanNumbers numbers) {
    if (e instanceof NumberList.Arithmetic arithmetic) {
      return numbers.arithmetic(
          arithmetic.operator(),
          value(arithmetic.of(), column, numbers),
          steps.constant(arithmetic.value()));
    } else if (e instanceof NumberList.Function function) {
      return numbers.function(function.function(), value(function.of(), column, numbers));
    }
    return column;
  }
}
