package io.pergola.feature;

import io.pergola.feature.internal.FilterParser;
import java.io.Serializable;
import java.math.BigDecimal;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which examples are wanted: plain data, written through {@link FilterColumns} or as text. {@code
 * docs/reference/row-filters.md} defines each to the bit.
 *
 * <p>Every filter is true or false of an example. A comparison is false of an example that lacks
 * the feature; of one with several values it is true if it is true of any of them.
 */
public sealed interface RowFilter extends Serializable {

  /** The text that {@link #parse} reads as this filter: {@code fare > 5 and tips is missing}. */
  String text();

  /** The filters that this one is made of. */
  default List<RowFilter> operands() {
    return List.of();
  }

  /** The columns it looks at, in alphabetical order. */
  default SortedSet<String> columns() {
    SortedSet<String> columns = new TreeSet<>();
    operands().forEach(operand -> columns.addAll(operand.columns()));
    return columns;
  }

  /** Both. */
  default RowFilter and(RowFilter other) {
    return new And(this, other);
  }

  /** At least one of both. */
  default RowFilter or(RowFilter other) {
    return new Or(this, other);
  }

  /** Not this; true of examples that lack a feature which this compares. */
  default RowFilter not() {
    return new Not(this);
  }

  /**
   * Reads a filter as people write it: {@code fare > 5 and (company in ('A', 'B') or tips is
   * missing)}.
   *
   * @throws IllegalArgumentException saying where it cannot be read, and what could stand there
   */
  static RowFilter parse(String text) {
    return FilterParser.parse(text);
  }

  /** How two values are compared. */
  enum Operator {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    /** As text has it. */
    public String symbol() {
      return symbol;
    }

    /** Whether two values agree with it, by what {@code compareTo} says of them. */
    public boolean holds(int comparison) {
      return switch (this) {
        case EQUAL -> comparison == 0;
        case NOT_EQUAL -> comparison != 0;
        case LESS -> comparison < 0;
        case LESS_OR_EQUAL -> comparison <= 0;
        case GREATER -> comparison > 0;
        case GREATER_OR_EQUAL -> comparison >= 0;
      };
    }
  }

  /** A number compared with a constant, which is rounded to the column's type if that is float. */
  record NumberTest(String column, Operator operator, BigDecimal value) implements RowFilter {
    public NumberTest {
      value = normal(value);
    }

    @Override
    public String text() {
      return "%s %s %s".formatted(name(column), operator.symbol(), value.toString());
    }

    @Override
    public SortedSet<String> columns() {
      return new TreeSet<>(List.of(column));
    }
  }

  /** A number that is one of some. */
  record NumberIn(String column, List<BigDecimal> values) implements RowFilter {
    public NumberIn {
      values = values.stream().map(RowFilter::normal).toList();
      requireSome(column, values);
    }

    @Override
    public String text() {
      return name(column) + list(values, BigDecimal::toString);
    }

    @Override
    public SortedSet<String> columns() {
      return new TreeSet<>(List.of(column));
    }
  }

  /** Text compared with a constant, by the bytes of its UTF-8. */
  record TextTest(String column, Operator operator, String value) implements RowFilter {
    @Override
    public String text() {
      return "%s %s %s".formatted(name(column), operator.symbol(), quoted(value));
    }

    @Override
    public SortedSet<String> columns() {
      return new TreeSet<>(List.of(column));
    }
  }

  /** Text that is one of some. */
  record TextIn(String column, List<String> values) implements RowFilter {
    public TextIn {
      values = List.copyOf(values);
      requireSome(column, values);
    }

    @Override
    public String text() {
      return name(column) + list(values, RowFilter::quoted);
    }

    @Override
    public SortedSet<String> columns() {
      return new TreeSet<>(List.of(column));
    }
  }

  /** A feature that the example lacks; one that is present with no value is not missing. */
  record Missing(String column) implements RowFilter {
    @Override
    public String text() {
      return name(column) + " is missing";
    }

    @Override
    public SortedSet<String> columns() {
      return new TreeSet<>(List.of(column));
    }
  }

  /** Both. */
  record And(RowFilter left, RowFilter right) implements RowFilter {
    @Override
    public List<RowFilter> operands() {
      return List.of(left, right);
    }

    @Override
    public String text() {
      return inside(left, left instanceof Or)
          + " and "
          + inside(right, right instanceof Or || right instanceof And);
    }
  }

  /** At least one of both. */
  record Or(RowFilter left, RowFilter right) implements RowFilter {
    @Override
    public List<RowFilter> operands() {
      return List.of(left, right);
    }

    @Override
    public String text() {
      return left.text() + " or " + inside(right, right instanceof Or);
    }
  }

  /** Not that. */
  record Not(RowFilter of) implements RowFilter {
    @Override
    public List<RowFilter> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of instanceof Missing missing
          ? name(missing.column()) + " is present"
          : "not " + inside(of, of instanceof And || of instanceof Or);
    }
  }

  private static String inside(RowFilter filter, boolean parentheses) {
    return parentheses ? "(" + filter.text() + ")" : filter.text();
  }

  private static BigDecimal normal(BigDecimal value) {
    return value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
  }

  private static void requireSome(String column, List<?> values) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid filter of '%s': no value (in(...) needs at least one)".formatted(column));
    }
  }

  private static <T> String list(List<T> values, Function<T, String> text) {
    return values.stream().map(text).collect(Collectors.joining(", ", " in (", ")"));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static String name(String column) {
    return FilterParser.isPlain(column) ? column : "\"" + column.replace("\"", "\"\"") + "\"";
  }
}
