package io.pergola.feature;

import io.pergola.feature.RowFilter.Operator;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;

/**
 * The columns of examples, from which filters are described: {@code trip ->
 * trip.number(Trip::fare).greaterThan(5).and(trip.text(Trip::company).in("A", "B"))}.
 *
 * @param <R> the record whose components are the columns
 */
public final class FilterColumns<R> {
  private FilterColumns() {}

  /** The columns of examples of any type. */
  public static <R> FilterColumns<R> of() {
    return new FilterColumns<>();
  }

  /** A column of numbers. */
  public NumberColumn number(Accessor<R, ? extends Number> accessor) {
    return new NumberColumn(Columns.name(accessor));
  }

  /** A column of numbers, named by hand. */
  public NumberColumn number(Column<? extends Number> column) {
    return new NumberColumn(column.name());
  }

  /** A column of text. */
  public TextColumn text(Accessor<R, ?> accessor) {
    return new TextColumn(Columns.name(accessor));
  }

  /** A column of text, named by hand. */
  public TextColumn text(Column<String> column) {
    return new TextColumn(column.name());
  }

  /** Whether a truth value is true. */
  public RowFilter isTrue(Accessor<R, Boolean> accessor) {
    return new NumberColumn(Columns.name(accessor)).equalTo(1);
  }

  /** Whether an example lacks a feature of any type. */
  public RowFilter isMissing(Accessor<R, ?> accessor) {
    return new RowFilter.Missing(Columns.name(accessor));
  }

  /** Numbers, to be compared. */
  public record NumberColumn(String name) {
    /** Whether the number is above {@code value}. */
    public RowFilter greaterThan(double value) {
      return test(Operator.GREATER, value);
    }

    /** Whether the number is at or above {@code value}. */
    public RowFilter atLeast(double value) {
      return test(Operator.GREATER_OR_EQUAL, value);
    }

    /** Whether the number is below {@code value}. */
    public RowFilter lessThan(double value) {
      return test(Operator.LESS, value);
    }

    /** Whether the number is at or below {@code value}. */
    public RowFilter atMost(double value) {
      return test(Operator.LESS_OR_EQUAL, value);
    }

    /** Whether the number equals {@code value}. */
    public RowFilter equalTo(double value) {
      return test(Operator.EQUAL, value);
    }

    /** Whether the number equals {@code value}. */
    public RowFilter equalTo(long value) {
      return new RowFilter.NumberTest(name, Operator.EQUAL, BigDecimal.valueOf(value));
    }

    /** Whether there is a number, and it differs from {@code value}. */
    public RowFilter notEqualTo(double value) {
      return test(Operator.NOT_EQUAL, value);
    }

    /** Whether the number is one of these. */
    public RowFilter in(double... values) {
      return new RowFilter.NumberIn(name, Arrays.stream(values).mapToObj(this::constant).toList());
    }

    /** Whether an example lacks the number. */
    public RowFilter isMissing() {
      return new RowFilter.Missing(name);
    }

    private RowFilter test(Operator operator, double value) {
      return new RowFilter.NumberTest(name, operator, constant(value));
    }

    private BigDecimal constant(double value) {
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        throw new IllegalArgumentException(
            "Invalid constant of a filter of '%s': %s (must be finite)".formatted(name, value));
      }
      return BigDecimal.valueOf(value);
    }
  }

  /** Text, to be compared by the bytes of its UTF-8. */
  public record TextColumn(String name) {
    /** Whether the text is {@code value}. */
    public RowFilter equalTo(String value) {
      return new RowFilter.TextTest(name, Operator.EQUAL, value);
    }

    /** Whether there is text, and it differs from {@code value}. */
    public RowFilter notEqualTo(String value) {
      return new RowFilter.TextTest(name, Operator.NOT_EQUAL, value);
    }

    /** Whether the text is {@code value}, or after it. */
    public RowFilter atLeast(String value) {
      return new RowFilter.TextTest(name, Operator.GREATER_OR_EQUAL, value);
    }

    /** Whether the text is before {@code value}. */
    public RowFilter lessThan(String value) {
      return new RowFilter.TextTest(name, Operator.LESS, value);
    }

    /** Whether the text is one of these. */
    public RowFilter in(String... values) {
      return new RowFilter.TextIn(name, List.of(values));
    }

    /** Whether an example lacks the text. */
    public RowFilter isMissing() {
      return new RowFilter.Missing(name);
    }
  }
}
