package io.pergola.examplegen.internal;

import java.io.IOException;
import java.util.List;

/** A format that is read record by record. */
public non-sealed interface RowFormat extends InputFormat {
  /**
   * Opens the records that begin in a piece.
   *
   * @param start where the pieces before it leave off, if the format scans pieces
   * @param columns to read, in the order in which they are stored
   */
  RecordReader open(Piece piece, PieceStart start, List<InputColumn> columns) throws IOException;
}
