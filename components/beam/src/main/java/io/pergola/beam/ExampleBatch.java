package io.pergola.beam;

import io.pergola.beam.internal.RowSelection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Some examples, column by column: what a job computes with. Typically one row group, at most
 * 262,144 rows. Immutable by agreement (arrays are shared) and thread-safe. Never an element of a
 * PCollection between stages: row groups travel as handles, and aggregates as accumulators.
 */
public final class ExampleBatch {
  private final int rows;
  private final Map<String, ExampleColumn> columns;

  private ExampleBatch(int rows, Map<String, ExampleColumn> columns) {
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * A batch of the given columns.
   *
   * @throws IllegalArgumentException if a column has another number of rows, or a name occurs twice
   */
  public static ExampleBatch of(int rows, List<? extends ExampleColumn> columns) {
    Map<String, ExampleColumn> byName = new LinkedHashMap<>();
    for (ExampleColumn column : columns) {
      if (column.rows() != rows) {
        throw new IllegalArgumentException(
            "Invalid column '%s': %d rows (the batch has %d)"
                .formatted(column.name(), column.rows(), rows));
      }
      if (byName.put(column.name(), column) != null) {
        throw new IllegalArgumentException(
            "Invalid batch: column '%s' occurs twice".formatted(column.name()));
      }
    }
    return new ExampleBatch(rows, byName);
  }

  /** The number of examples. */
  public int rows() {
    return rows;
  }

  /** The columns, in file order. */
  public List<ExampleColumn> columns() {
    return new ArrayList<>(columns.values());
  }

  /** The column of that name, if this batch has it. */
  public Optional<ExampleColumn> find(String name) {
    return Optional.ofNullable(columns.get(name));
  }

  /**
   * The column of that name.
   *
   * @throws IllegalArgumentException if this batch lacks it; the message names those it has
   */
  public ExampleColumn column(String name) {
    ExampleColumn column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException(
          "Cannot find column '%s': the examples have %s. Correct the name."
              .formatted(name, String.join(", ", columns.keySet())));
    }
    return column;
  }

  /**
   * Some of the rows, as a batch of their own; dictionaries are shared.
   *
   * @param rows their numbers, from 0, in the order wanted
   */
  public ExampleBatch select(int[] rows) {
    return RowSelection.of(this, rows);
  }

  /** The columns' names and types. */
  public ExampleSchema schema() {
    return new ExampleSchema(
        columns.values().stream()
            .map(c -> new ExampleSchema.Field(c.name(), c.type(), c.isMultivalent()))
            .toList());
  }
}
