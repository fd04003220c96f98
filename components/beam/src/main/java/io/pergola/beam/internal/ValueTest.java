package io.pergola.beam.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.RowFilter;
import io.pergola.feature.RowFilter.Operator;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Compares the values of one column with constants, which are brought to the column's type. */
public final class ValueTest {
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private final Operator operator;
  private final List<Constant> constants;
  private final boolean floating;

  /** Says how a value compares with a constant. */
  private sealed interface Constant {
    /** As {@code compareTo} says it of the value and the constant; neither is NaN. */
    int compare(Object value);
  }

  /**
   * A constant that whole numbers are compared with.
   *
   * @param floor the largest whole number that is not above it
   * @param above whether it is above that
   */
  private record WholeConstant(long floor, boolean above) implements Constant {
    @Override
    public int compare(Object value) {
      return compare(((Long) value).longValue());
    }

    int compare(long value) {
      return above ? (value <= floor ? -1 : 1) : Long.compare(value, floor);
    }
  }

  /** A constant below all whole numbers of 64 bits. */
  private record BelowAll() implements Constant {
    @Override
    public int compare(Object value) {
      return 1;
    }
  }

  private record NumberConstant(double constant) implements Constant {
    @Override
    public int compare(Object value) {
      return compare(((Number) value).doubleValue());
    }

    int compare(double value) {
      return value < constant ? -1 : value > constant ? 1 : 0; // -0.0 equals 0.0
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  private record BytesConstant(byte[] bytes) implements Constant {
    @Override
    public int compare(Object value) {
      byte[] other = (byte[]) value;
      return compare(other, 0, other.length);
    }

    int compare(byte[] data, int from, int to) {
      return Arrays.compareUnsigned(data, from, to, bytes, 0, bytes.length);
    }
  }

  private ValueTest(Operator operator, List<Constant> constants, boolean floating) {
    this.operator = operator;
    this.constants = constants;
    this.floating = floating;
  }

  /** The test that a filter makes of values of a type. */
  public static ValueTest of(RowFilter filter, ColumnType type) {
    boolean floating = type == ColumnType.FLOAT || type == ColumnType.DOUBLE;
    if (filter instanceof RowFilter.NumberTest test) {
      return new ValueTest(test.operator(), List.of(constant(test.value(), type)), floating);
    }
    if (filter instanceof RowFilter.NumberIn in) {
      return new ValueTest(
          Operator.EQUAL, in.values().stream().map(v -> constant(v, type)).toList(), floating);
    }
    if (filter instanceof RowFilter.TextTest test) {
      return new ValueTest(test.operator(), List.of(constant(test.value())), false);
    }
    if (filter instanceof RowFilter.TextIn in) {
      return new ValueTest(
          Operator.EQUAL, in.values().stream().map(ValueTest::constant).toList(), false);
    }
    throw new IllegalArgumentException("Compares no values: " + filter.text());
  }

  private static Constant constant(String text) {
    return new BytesConstant(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Constant constant(BigDecimal value, ColumnType type) {
    return switch (type) {
      case INT -> wholeConstant(value);
      case FLOAT -> new NumberConstant(value.floatValue());
      default -> new NumberConstant(value.doubleValue());
    };
  }

  private static Constant wholeConstant(BigDecimal value) {
    if (value.compareTo(MAX_LONG) > 0) {
      return new WholeConstant(Long.MAX_VALUE, true);
    }
    if (value.compareTo(MIN_LONG) < 0) {
      return new BelowAll();
    }
    BigDecimal floor = value.setScale(0, RoundingMode.FLOOR);
    return new WholeConstant(floor.longValueExact(), floor.compareTo(value) != 0);
  }

  /** Whether each entry of a column agrees. */
  public boolean[] entries(ExampleColumn column) {
    boolean[] holds = new boolean[column.entryCount()];
    for (Constant constant : constants) {
      for (int e = 0; e < holds.length; e++) {
        holds[e] |= holds(column, e, constant);
      }
    }
    return holds;
  }

  private boolean holds(ExampleColumn column, int entry, Constant constant) {
    if (column instanceof LongColumn longs) {
      return operator.holds(
          constant instanceof WholeConstant whole ? whole.compare(longs.entries()[entry]) : 1);
    }
    if (column instanceof BytesColumn bytes) {
      return operator.holds(
          ((BytesConstant) constant)
              .compare(bytes.data(), bytes.entryOffsets()[entry], bytes.entryOffsets()[entry + 1]));
    }
    double value =
        column instanceof FloatColumn floats
            ? floats.entries()[entry]
            : ((DoubleColumn) column).entries()[entry];
    return Double.isNaN(value)
        ? operator == Operator.NOT_EQUAL
        : operator.holds(((NumberConstant) constant).compare(value));
  }

  /** Whether some value between these two may agree. */
  public boolean mayHoldWithin(Object min, Object max) {
    return constants.stream().anyMatch(constant -> mayHold(constant, min, max));
  }

  private boolean mayHold(Constant constant, Object min, Object max) {
    int low = constant.compare(min);
    int high = constant.compare(max);
    return switch (operator) {
      case EQUAL -> low <= 0 && high >= 0;
      case NOT_EQUAL -> floating || low != 0 || high != 0; // statistics leave NaN out
      case LESS -> low < 0;
      case LESS_OR_EQUAL -> low <= 0;
      case GREATER -> high > 0;
      case GREATER_OR_EQUAL -> high >= 0;
    };
  }

  /** Whether every value between these two agrees. */
  public boolean holdsWithin(Object min, Object max) {
    return constants.stream().anyMatch(constant -> holds(constant, min, max));
  }

  private boolean holds(Constant constant, Object min, Object max) {
    int low = constant.compare(min);
    int high = constant.compare(max);
    return switch (operator) {
      case EQUAL -> !floating && low == 0 && high == 0;
      case NOT_EQUAL -> low > 0 || high < 0;
      case LESS -> !floating && high < 0;
      case LESS_OR_EQUAL -> !floating && high <= 0;
      case GREATER -> !floating && low > 0;
      case GREATER_OR_EQUAL -> !floating && low >= 0;
    };
  }
}
