package io.pergola.examplegen.internal;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How files of one format become examples. Made from the files before any job runs; workers get
 * copies of it.
 */
public sealed interface InputFormat extends Serializable permits RowFormat, BatchFormat {

  /** The columns, if they are known before the input is read; none if {@link #look} finds them. */
  Optional<List<InputColumn>> columns();

  /** The names of the columns, if they are known before the input is read. */
  default Optional<List<String>> names() {
    return columns().map(all -> all.stream().map(InputColumn::name).toList());
  }

  /** The columns that some file has and nobody asked for, if that is known. */
  default int ignoredColumns() {
    return 0;
  }

  /** Pieces of a file that is larger than {@code bytes}; one if the format cannot be cut. */
  default List<Piece> cut(InputFile file, long bytes) {
    return List.of(file.whole());
  }

  /**
   * Whether what stands in a piece depends on the pieces of the file before it, so that {@link
   * #scan} has to read them first.
   */
  default boolean scansPieces() {
    return false;
  }

  /** What a piece means for the pieces after it. */
  default Serializable scan(Piece piece) throws IOException {
    throw new UnsupportedOperationException(piece.toString());
  }

  /**
   * Where a piece begins.
   *
   * @param before the scans of the pieces before it, in order
   */
  default PieceStart start(Piece piece, List<PieceScan> before) throws IOException {
    throw new UnsupportedOperationException(piece.toString());
  }

  /**
   * Finds out what the columns are, if they are not known.
   *
   * @param starts where each piece begins
   * @return what {@link #merge} merges and {@link #columns(byte[])} understands
   */
  default byte[] look(Chunk chunk, Function<Piece, PieceStart> starts, BadRows bad)
      throws IOException {
    throw new UnsupportedOperationException(chunk.toString());
  }

  /** What two looks say together, in whatever order; empty arrays say nothing. */
  default byte[] merge(byte[] one, byte[] other) {
    throw new UnsupportedOperationException();
  }

  /** The columns that all looks together found. */
  default List<InputColumn> columns(byte[] found) {
    throw new UnsupportedOperationException();
  }
}
