package io.pergola.feature;

import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

/** Truth values. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface Truth extends Expr.OfTruth {

  /** Compares two numbers in float32; missing where either is. */
  record Compare(Operator operator, Expr.OfNumber left, Expr.OfNumber right) implements Truth {
    @Override
    public List<Expr> operands() {
      return List.of(left, right);
    }

    /** The comparisons. NaN compares false with everything, and is not equal to itself. */
    public enum Operator {
      GREATER("greaterThan"),
      GREATER_OR_EQUAL("atLeast"),
      LESS("lessThan"),
      LESS_OR_EQUAL("atMost"),
      EQUAL("equalTo"),
      NOT_EQUAL("notEqualTo");

      private final String method;

      Operator(String method) {
        this.method = method;
      }
    }

    @Override
    public String text() {
      return "%s.%s(%s)".formatted(left.text(), operator.method, right.text());
    }
  }

  /** Whether a value is missing; never missing itself. */
  record IsMissing(Expr of) implements Truth {
    public IsMissing {
      if (of instanceof Expr.Cross) {
        throw new IllegalArgumentException(
            "Invalid operand of isMissing: %s (a cross has no value of its own)"
                .formatted(of.text()));
      } else if (of instanceof Expr.OfVector || of instanceof Expr.OfSequence) {
        throw new IllegalArgumentException(
            "Invalid operand of isMissing: %s (must not be a vector or sequence)"
                .formatted(of.text()));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".isMissing()";
    }
  }

  /**
   * Two truth values make one, as in SQL: a missing one decides nothing, so false and missing is
   * false, true or missing is true, and otherwise the result is missing where either is.
   */
  record Logic(Operator operator, Expr.OfTruth left, Expr.OfTruth right) implements Truth {
    @Override
    public List<Expr> operands() {
      return List.of(left, right);
    }

    /** The operations. */
    public enum Operator {
      AND("and"),
      OR("or");

      private final String method;

      Operator(String method) {
        this.method = method;
      }
    }

    @Override
    public String text() {
      return "%s.%s(%s)".formatted(left.text(), operator.method, right.text());
    }
  }

  /** True for false and the reverse; missing stays missing. */
  record Not(Expr.OfTruth of) implements Truth {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".not()";
    }
  }

  /** Whether a text is one of {@code values}, byte for byte; missing where it is. */
  record TextIs(Expr.OfText of, List<String> values) implements Truth {
    public TextIs {
      values = List.copyOf(values);
      if (values.isEmpty() || new HashSet<>(values).size() < values.size()) {
        throw new IllegalArgumentException(
            "Invalid texts to compare %s with: %s (at least one, each once)"
                .formatted(of.text(), values));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return values.stream()
          .map(value -> '"' + value + '"')
          .collect(Collectors.joining(", ", of.text() + ".is(", ")"));
    }
  }
}
