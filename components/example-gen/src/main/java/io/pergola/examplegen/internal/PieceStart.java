package io.pergola.examplegen.internal;

import java.io.Serializable;

/**
 * What the pieces before a piece say of it.
 *
 * @param inside whether it begins inside quotes
 * @param line the number of the line it begins on, from 1
 */
public record PieceStart(boolean inside, long line) implements Serializable {
  static final PieceStart OF_FILE = new PieceStart(false, 1);

  /** Where the next piece begins, after one that was scanned. */
  PieceStart after(QuoteScan scan) {
    return new PieceStart(scan.inside(inside), line + scan.breaks());
  }
}
