package io.pergola.model;

import io.pergola.feature.Expr;
import io.pergola.feature.FixedVector;
import io.pergola.feature.NumberList;
import io.pergola.model.PlanSteps.Column;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Lists of numbers padded to one width, such as the pixels of an image, in ONNX: the raw column
 * enters as float32 [n, width], with NaN behind a shorter list; NaN alone is a missing list.
 */
final class PlanLists {
  private final PlanSteps steps;
  private final Map<String, Integer> widths = new HashMap<>();

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

  /** Adds the width of each column of lists that a vector is made of, the first that is found. */
  static void widths(Expr e, Map<String, Integer> widths) {
    if (e instanceof FixedVector.PaddedNumbers padded) {
      column(padded.of()).ifPresent(column -> widths.putIfAbsent(column, padded.width()));
    }
  }

  /** Whether a column was taken with another width before; notes the width. */
  boolean isOfOtherWidth(String column, int width) {
    Integer other = widths.putIfAbsent(column, width);
    return other != null && other != width;
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
