package io.pergola.model;

import io.pergola.transform.FittedPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An input of a graph that takes raw values, and the columns that it is filled from.
 *
 * @param name the graph's name of it
 * @param element what it consists of
 * @param rank 1 for shape [n], which takes one value; 2 for [n, values of all columns]
 * @param columns side by side
 */
public record GraphInput(String name, Element element, int rank, List<Column> columns) {
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");

  public GraphInput {
    columns = List.copyOf(columns);
    if (rank != 1 && rank != 2) {
      throw new IllegalArgumentException(
          "Invalid rank of input '%s': %d (must be 1 or 2)".formatted(name, rank));
    }
    if (columns.isEmpty() || (rank == 1 && width(columns) > 1)) {
      throw new IllegalArgumentException(
          "Invalid columns of input '%s': %d values (must be %s)"
              .formatted(name, width(columns), rank == 1 ? "1" : "1 or more"));
    }
    boolean takesAll = columns.stream().anyMatch(column -> column.width() == Column.ALL);
    if (takesAll && (rank == 1 || columns.size() > 1)) {
      throw new IllegalArgumentException(
          "Invalid columns of input '%s': all values of one (must be the only one, of rank 2)"
              .formatted(name));
    }
    for (Column column : columns) {
      column.missing().ifPresent(value -> requireSuits(column, element, value));
    }
  }

  /** Whether an example gives as many values as its batch has at most. */
  public boolean takesAll() {
    return columns.get(0).width() == Column.ALL;
  }

  /** The number of values that an example gives; 0 if {@link #takesAll}. */
  public int width() {
    return width(columns);
  }

  private static int width(List<Column> columns) {
    return columns.stream().mapToInt(Column::width).reduce(0, Math::addExact);
  }

  /** What a column of this input is read as. */
  FittedPlan.Kind kind(Column column) {
    if (element == Element.TEXT) {
      return column.width() != 1 ? FittedPlan.Kind.TEXTS : FittedPlan.Kind.TEXT;
    }
    return column.width() != 1 ? FittedPlan.Kind.NUMBERS : FittedPlan.Kind.NUMBER;
  }

  /** What a tensor consists of. */
  public enum Element {
    /** Numbers, rounded to float32; a missing one is NaN unless the column says otherwise. */
    FLOAT32,
    /** Numbers as float64; a missing one is NaN unless the column says otherwise. */
    FLOAT64,
    /** Whole numbers in the range of an int. */
    INT32,
    /** Whole numbers. */
    INT64,
    /** Text. */
    TEXT;

    /** The name in files: {@code float32}. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean isWhole() {
      return this == INT32 || this == INT64;
    }
  }

  /**
   * A raw column.
   *
   * @param missing what stands for a missing value; without it NaN does where there is one, and
   *     elsewhere an example that lacks the value is refused
   * @param width how many values are taken of a column of lists; those that a list lacks are
   *     missing, and those behind are left out. 1 for a column of single values; {@link #ALL} for
   *     as many as the longest list of a batch has, 1 at least, which only the one column of an
   *     input of rank 2 can have
   */
  public record Column(String name, Optional<String> missing, int width) {
    /** The width of a column of which all values are taken. */
    public static final int ALL = 0;

    public Column {
      if (width < 0) {
        throw new IllegalArgumentException(
            "Invalid width of column '%s': %d (must be 1 or more, or 0 for all)"
                .formatted(name, width));
      }
    }

    /** A column of single values. */
    public Column(String name, Optional<String> missing) {
      this(name, missing, 1);
    }

    /** A column without a stand-in for missing values. */
    public static Column of(String name) {
      return new Column(name, Optional.empty());
    }
  }

  private static void requireSuits(Column column, Element element, String missing) {
    boolean suits =
        switch (element) {
          case TEXT -> true;
          case INT32, INT64 -> WHOLE.matcher(missing).matches();
          case FLOAT32, FLOAT64 -> isNumber(missing);
        };
    if (!suits) {
      throw new IllegalArgumentException(
          "Invalid stand-in for missing values of column '%s': '%s' (must be %s)"
              .formatted(
                  column.name(), missing, element.isWhole() ? "a whole number" : "a number"));
    }
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
