package io.pergola.examplegen.internal;

import java.io.Serializable;

/**
 * A stretch of a file: the records that begin in it are read together.
 *
 * @param from the position of the first byte
 * @param to the position after the last byte; {@link Long#MAX_VALUE} if compressed
 * @param index of the stretch in its file, from 0
 */
public record Piece(InputFile file, long from, long to, int index) implements Serializable {
  /** Whether it is not all of its file. */
  boolean isCut() {
    return index > 0 || to < file.size();
  }
}
