package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.MaskedCrc;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceScan;
import io.pergola.examplegen.internal.PieceStart;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/**
 * Where records begin in a piece of a large file, as found without knowing what stands before it:
 * from the first place on that looks like the beginning of a record. Whether it is one is decided
 * when the pieces are put together: if the records of the piece before end exactly there. So data
 * that look like records do no harm.
 *
 * @param start the position of the first record; -1 if none was found
 * @param end the position of the first record at or after the end of the piece
 * @param records between the two
 * @param pieceEnd the position after the piece
 */
record TfRecordScan(long start, long end, long records, long pieceEnd) implements Serializable {
  private static final int BUFFER_BYTES = 256 << 10;

  static TfRecordScan of(Piece piece) throws IOException {
    long start = piece.from() == 0 ? 0 : find(piece);
    if (start >= 0) {
      try {
        return walk(piece.file(), start, piece.to(), 1);
      } catch (InputException e) { // what looked like a record was none, or the file is damaged
        start = -1;
      }
    }
    return new TfRecordScan(-1, -1, 0, piece.to());
  }

  private static long find(Piece piece) throws IOException {
    MaskedCrc crc = new MaskedCrc();
    byte[] buffer = new byte[BUFFER_BYTES];
    try (FileInputStream in = piece.file().open()) {
      in.getChannel().position(piece.from());
      long offset = piece.from();
      int limit = in.readNBytes(buffer, 0, buffer.length);
      while (offset < piece.to() && limit >= MaskedCrc.HEADER_BYTES) {
        int last = limit - MaskedCrc.HEADER_BYTES;
        for (int at = 0; at <= last; at++) {
          long length = MaskedCrc.length(buffer, at);
          if (length >= 0
              && length <= TfRecordStream.MAX_RECORD_BYTES
              && crc.follows(buffer, at, Long.BYTES)) {
            return offset + at;
          }
        }
        int kept = limit - last - 1;
        System.arraycopy(buffer, last + 1, buffer, 0, kept);
        offset += last + 1;
        limit = kept + in.readNBytes(buffer, kept, buffer.length - kept);
      }
    }
    return -1;
  }

  private static TfRecordScan walk(InputFile file, long start, long pieceEnd, long firstRecord)
      throws IOException {
    FileInputStream in = file.open();
    in.getChannel().position(start);
    try (TfRecordStream stream =
        new TfRecordStream(in, file.name(), start, firstRecord, pieceEnd - start)) {
      long records = 0;
      while (stream.nextOffset() < pieceEnd && stream.skip()) {
        records++;
      }
      return new TfRecordScan(start, stream.nextOffset(), records, pieceEnd);
    }
  }

  /** Where the piece after these begins. */
  static PieceStart start(InputFile file, List<PieceScan> before) throws IOException {
    long position = 0;
    long records = 0;
    for (PieceScan scan : before) {
      TfRecordScan found = (TfRecordScan) scan.found();
      if (position < found.pieceEnd()) {
        TfRecordScan proven =
            found.start() == position ? found : walk(file, position, found.pieceEnd(), records + 1);
        position = proven.end();
        records += proven.records();
      }
    }
    return new PieceStart(false, records + 1, position);
  }
}
