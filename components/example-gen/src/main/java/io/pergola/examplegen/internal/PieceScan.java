package io.pergola.examplegen.internal;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The scan of one piece of a large file.
 *
 * @param path the file's
 * @param index of the piece
 */
public record PieceScan(String path, int index, QuoteScan scan) implements Serializable {

  static PieceScan of(Piece piece) throws IOException {
    try (Stretch stretch = Stretch.open(piece)) {
      return new PieceScan(piece.file().path(), piece.index(), stretch.scan(piece));
    }
  }

  /**
   * Where a piece begins, by the scans of the pieces before it.
   *
   * @param scans of all pieces of all large files, in any order
   */
  static PieceStart start(Piece piece, Iterable<PieceScan> scans) {
    List<PieceScan> earlier = new ArrayList<>();
    for (PieceScan scan : scans) {
      if (scan.index() < piece.index() && scan.path().equals(piece.file().path())) {
        earlier.add(scan);
      }
    }
    earlier.sort(Comparator.comparingInt(PieceScan::index));
    PieceStart start = PieceStart.OF_FILE;
    for (PieceScan scan : earlier) {
      start = start.after(scan.scan());
    }
    return start;
  }
}
