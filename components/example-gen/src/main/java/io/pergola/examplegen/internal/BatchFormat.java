package io.pergola.examplegen.internal;

import io.pergola.beam.BatchFilter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A format that is stored column by column, and is read so. */
public non-sealed interface BatchFormat extends InputFormat {
  /**
   * Opens the row groups that begin in a piece.
   *
   * @param columns to read, in the order in which they are stored
   * @param filter of row groups: those that have no row for it need not be read
   * @param bad is told of rows that cannot be read, and that no batch has
   */
  BatchReader open(
      Piece piece, List<InputColumn> columns, Optional<BatchFilter> filter, BadRecords bad)
      throws IOException;
}
