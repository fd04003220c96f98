package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** Reads the records that begin in one piece of a file. Not thread-safe. */
final class PieceReader implements Closeable {
  /** What most headers have at most. */
  private static final int HEADER_BYTES = 4 << 10;

  private final Piece piece;
  private final List<String> header;
  private final CsvRecords records;

  private PieceReader(Piece piece, List<String> header, CsvRecords records) {
    this.piece = piece;
    this.header = header;
    this.records = records;
  }

  /**
   * Opens a piece.
   *
   * @param start where the pieces before it leave off; ignored for the first of a file
   */
  static PieceReader open(Piece piece, PieceStart start, LastHeader headers) throws IOException {
    InputFile file = piece.file();
    if (piece.from() == 0) {
      CsvRecords records = CsvHeader.begin(file.stream(), file.name(), piece.to());
      return closedOnFailure(
          records, () -> new PieceReader(piece, headers.read(records, file.name()), records));
    }
    List<String> header = header(file, headers);
    Stretch stretch = Stretch.open(piece);
    CsvRecords records = new CsvRecords(stretch.in(), file.name(), stretch.offset(), start.line());
    return closedOnFailure(
        records,
        () -> {
          if (start.inside() || (stretch.previous() != '\n' && stretch.previous() != '\r')) {
            records.skipRest(stretch.previous(), start.inside());
          } else if (stretch.previous() == '\r') {
            records.skipLineFeed();
          }
          return new PieceReader(piece, header, records);
        });
  }

  /** The names of the columns of a file. */
  static List<String> header(InputFile file, LastHeader headers) throws IOException {
    try (CsvRecords records = CsvHeader.begin(file.stream(), file.name(), HEADER_BYTES)) {
      return headers.read(records, file.name());
    }
  }

  /** The columns of the file, in its order. */
  List<String> header() {
    return header;
  }

  /** The current record. */
  CsvRecords records() {
    return records;
  }

  /**
   * Reads the next record; blank lines are passed where the file has more than one column.
   *
   * @return false after the last record that begins in the piece
   */
  boolean next() throws IOException {
    while (records.nextOffset() < piece.to() && records.next()) {
      if (records.cells() == header.size() || !records.isBlank()) {
        return true;
      }
    }
    return false;
  }

  /** Whether the current record has another number of cells than the header. */
  boolean isRagged() {
    return records.cells() != header.size();
  }

  /** What is thrown for a ragged record. */
  CsvException ragged() {
    return new CsvException(
        piece.file().name(),
        records.line(),
        ("Cannot read %s line %d: %d %s where the header names %d %s. Correct the line; a comma"
                + " inside a cell needs quotes around the cell.")
            .formatted(
                piece.file().name(),
                records.line(),
                records.cells(),
                records.cells() == 1 ? "cell" : "cells",
                header.size(),
                header.size() == 1 ? "column" : "columns"));
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private interface Opening {
    PieceReader open() throws IOException;
  }

  private static PieceReader closedOnFailure(CsvRecords records, Opening opening)
      throws IOException {
    try {
      return opening.open();
    } catch (IOException | RuntimeException e) {
      records.close();
      throw e;
    }
  }
}
