package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleSchema;
import java.io.Serializable;
import java.util.List;

/**
 * A column to read.
 *
 * @param multivalent whether an example may have any number of values
 * @param required whether a missing value is an error
 * @param declaredBy where its type comes from, {@code Trip.fare}; empty if it was inferred
 */
public record InputColumn(
    String name, CellType type, boolean multivalent, boolean required, String declaredBy)
    implements Serializable {

  /** A column whose type was found in the input. */
  public static InputColumn found(String name, CellType type, boolean multivalent) {
    return new InputColumn(name, type, multivalent, false, "");
  }

  /** The schema of examples with these columns. */
  static ExampleSchema schema(List<InputColumn> columns) {
    return new ExampleSchema(
        columns.stream()
            .map(c -> new ExampleSchema.Field(c.name(), c.type().columnType(), c.multivalent()))
            .toList());
  }
}
