package io.pergola.examplegen.internal;

import java.io.Serializable;

/**
 * What the pieces before a piece say of it.
 *
 * @param inside whether it begins inside quotes
 * @param line the number of the line or record that it begins with, from 1
 * @param offset the position of its first record, if the format tells it by its scans
 */
public record PieceStart(boolean inside, long line, long offset) implements Serializable {
  /** The beginning of a file. */
  public static final PieceStart OF_FILE = new PieceStart(false, 1, 0);

  /** Where the next piece begins, after one that was scanned. */
  PieceStart after(QuoteScan scan) {
    return new PieceStart(scan.inside(inside), line + scan.breaks(), 0);
  }
}
