package io.pergola.examplegen.internal;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What a look at one piece of a large file found.
 *
 * @param path the file's
 * @param index of the piece
 * @param found what the format makes of it
 */
public record PieceScan(String path, int index, Serializable found) implements Serializable {

  /**
   * The scans of the pieces before a piece, in their order.
   *
   * @param scans of all pieces of all large files, in any order
   */
  static List<PieceScan> before(Piece piece, Iterable<PieceScan> scans) {
    List<PieceScan> earlier = new ArrayList<>();
    for (PieceScan scan : scans) {
      if (scan.index() < piece.index() && scan.path().equals(piece.file().path())) {
        earlier.add(scan);
      }
    }
    earlier.sort(Comparator.comparingInt(PieceScan::index));
    return earlier;
  }
}
