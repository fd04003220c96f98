package io.pergola.examplegen.internal;

import java.io.IOException;
import java.util.List;

/** A format that is stored column by column, and is read so. */
public non-sealed interface BatchFormat extends InputFormat {
  /**
   * Opens the row groups that begin in a piece.
   *
   * @param columns to read, in the order in which they are stored
   */
  BatchReader open(Piece piece, List<InputColumn> columns) throws IOException;
}
