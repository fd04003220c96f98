package io.pergola.feature;

import java.util.List;

/** Lists of numbers. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface NumberList extends Expr.OfNumbers {

  /** A raw column of any number of integers or floating-point numbers. */
  record Column(String column) implements NumberList {
    @Override
    public String text() {
      return column;
    }
  }

  /** Each number with {@code value} on its right, as {@link Expr.Arithmetic} computes. */
  record Arithmetic(Expr.Arithmetic.Operator operator, Expr.OfNumbers of, float value)
      implements NumberList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.%s(%s)".formatted(of.text(), operator.method(), value);
    }
  }

  /** A function of each number, as {@link Expr.Function} computes it. */
  record Function(Expr.Function.Name function, Expr.OfNumbers of) implements NumberList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.%s()".formatted(of.text(), function.method());
    }
  }

  /** Each distinct number once, where it first stands; both zeros are one, and so are NaNs. */
  record Distinct(Expr.OfNumbers of) implements NumberList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".distinct()";
    }
  }

  /** The first {@code count}; all where there are fewer. */
  record First(Expr.OfNumbers of, int count) implements NumberList {
    public First {
      Positive.of("number of first numbers", count);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.first(%d)".formatted(of.text(), count);
    }
  }
}
