package io.pergola.beam;

import io.pergola.beam.internal.ValueTest;
import io.pergola.feature.RowFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Applies a {@link RowFilter} to batches, column by column and once per dictionary entry where
 * there is a dictionary. Immutable and thread-safe.
 */
public final class BatchFilter {
  private final RowFilter filter;

  private BatchFilter(RowFilter filter) {
    this.filter = filter;
  }

  /**
   * A filter of examples that have these columns.
   *
   * @throws IllegalArgumentException if it names others, or compares numbers with text
   */
  public static BatchFilter of(RowFilter filter, ExampleSchema schema) {
    List<String> problems = new ArrayList<>();
    check(filter, schema, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot filter examples by %s: %s. Correct the filter."
              .formatted(filter.text(), String.join("; ", problems)));
    }
    return new BatchFilter(filter);
  }

  private static void check(RowFilter filter, ExampleSchema schema, List<String> problems) {
    filter.operands().forEach(operand -> check(operand, schema, problems));
    if (!filter.operands().isEmpty()) {
      return;
    }
    String column = filter.columns().first();
    Optional<ExampleSchema.Field> field = schema.find(column);
    if (field.isEmpty()) {
      problems.add(
          "there is no column '%s' (there are %s)"
              .formatted(
                  column,
                  String.join(
                      ", ", schema.columns().stream().map(ExampleSchema.Field::name).toList())));
      return;
    }
    boolean isNumber = field.get().type().isNumber();
    boolean wantsNumber =
        filter instanceof RowFilter.NumberTest || filter instanceof RowFilter.NumberIn;
    boolean wantsText = filter instanceof RowFilter.TextTest || filter instanceof RowFilter.TextIn;
    if (isNumber ? wantsText : wantsNumber) {
      problems.add(
          "column '%s' is %s, and cannot be compared with %s"
              .formatted(column, field.get().type(), wantsText ? "text" : "a number"));
    }
  }

  /** The numbers of the rows that agree with it, ascending. */
  public int[] rows(ExampleBatch batch) {
    boolean[] matches = matches(filter, batch);
    int[] rows = new int[matches.length];
    int count = 0;
    for (int row = 0; row < matches.length; row++) {
      if (matches[row]) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  private static boolean[] matches(RowFilter filter, ExampleBatch batch) {
    if (filter instanceof RowFilter.And and) {
      boolean[] left = matches(and.left(), batch);
      boolean[] right = matches(and.right(), batch);
      for (int row = 0; row < left.length; row++) {
        left[row] &= right[row];
      }
      return left;
    }
    if (filter instanceof RowFilter.Or or) {
      boolean[] left = matches(or.left(), batch);
      boolean[] right = matches(or.right(), batch);
      for (int row = 0; row < left.length; row++) {
        left[row] |= right[row];
      }
      return left;
    }
    if (filter instanceof RowFilter.Not not) {
      boolean[] of = matches(not.of(), batch);
      for (int row = 0; row < of.length; row++) {
        of[row] = !of[row];
      }
      return of;
    }
    ExampleColumn column = batch.column(filter.columns().first());
    boolean[] matches = new boolean[batch.rows()];
    if (filter instanceof RowFilter.Missing) {
      for (int row = 0; row < matches.length; row++) {
        matches[row] = !column.isPresent(row);
      }
      return matches;
    }
    boolean[] entries = ValueTest.of(filter, column.type()).entries(column);
    for (int row = 0; row < matches.length; row++) {
      if (column.isPresent(row)) {
        boolean any = false;
        for (int value = column.start(row); value < column.end(row) && !any; value++) {
          any = entries[column.entry(value)];
        }
        matches[row] = any;
      }
    }
    return matches;
  }

  /**
   * Whether some row of a row group may agree with it, by the statistics of the columns.
   *
   * @param bounds of a column by its name, empty if nothing is known of it
   */
  public boolean mayMatch(Function<String, Optional<ColumnBounds>> bounds) {
    return outcome(filter, bounds).mayHold();
  }

  /** What can become of a filter in some rows: whether it may hold of one, and fail of one. */
  private record Outcome(boolean mayHold, boolean mayFail) {
    static final Outcome UNKNOWN = new Outcome(true, true);
  }

  private static Outcome outcome(
      RowFilter filter, Function<String, Optional<ColumnBounds>> bounds) {
    if (filter instanceof RowFilter.And and) {
      Outcome left = outcome(and.left(), bounds);
      Outcome right = outcome(and.right(), bounds);
      return new Outcome(left.mayHold && right.mayHold, left.mayFail || right.mayFail);
    }
    if (filter instanceof RowFilter.Or or) {
      Outcome left = outcome(or.left(), bounds);
      Outcome right = outcome(or.right(), bounds);
      return new Outcome(left.mayHold || right.mayHold, left.mayFail && right.mayFail);
    }
    if (filter instanceof RowFilter.Not not) {
      Outcome of = outcome(not.of(), bounds);
      return new Outcome(of.mayFail, of.mayHold);
    }
    Optional<ColumnBounds> known = bounds.apply(filter.columns().first());
    if (known.isEmpty()) {
      return Outcome.UNKNOWN;
    }
    ColumnBounds of = known.get();
    if (filter instanceof RowFilter.Missing) {
      return new Outcome(of.mayLack(), of.mayHave());
    }
    if (!of.mayHave()) {
      return new Outcome(false, true);
    }
    Object min = of.min();
    Object max = of.max();
    if (min == null || max == null) {
      return Outcome.UNKNOWN;
    }
    ValueTest test = ValueTest.of(filter, of.type());
    return new Outcome(test.mayHoldWithin(min, max), of.mayLack() || !test.holdsWithin(min, max));
  }
}
