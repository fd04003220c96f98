package io.pergola.examplegen.internal.json;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.Piece;
import java.io.Closeable;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/**
 * Cuts one piece of a file into the lines that begin in it and are not blank. A line is a range of
 * a buffer that is reused: it is valid until the next call of {@link #next}. Not thread-safe.
 */
final class JsonLines implements Closeable {
  /** The longest line that is read, in bytes. */
  static final int MAX_LINE_BYTES = 64 << 20;

  private static final int BUFFER_BYTES = 256 << 10;

  private final Piece piece;
  private final InputStream in;
  private byte[] buffer;
  private int position;
  private int limit;
  private long bufferOffset;
  private int start;
  private int end;
  private long lines;
  private long before = -1;

  JsonLines(Piece piece) throws IOException {
    this.piece = piece;
    long expected = piece.file().compressed() ? BUFFER_BYTES : piece.to() - piece.from() + 1;
    buffer = new byte[(int) Math.max(1 << 10, Math.min(BUFFER_BYTES, expected))];
    in = open(piece);
    try {
      begin();
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static InputStream open(Piece piece) throws IOException {
    if (piece.from() == 0) {
      return piece.file().stream();
    }
    FileInputStream file = piece.file().open();
    file.getChannel().position(piece.from() - 1);
    return file;
  }

  /** Passes a byte order mark, or the rest of the line that began before the piece. */
  private void begin() throws IOException {
    if (piece.from() == 0) {
      fill();
      if (limit >= 3
          && buffer[0] == (byte) 0xef
          && buffer[1] == (byte) 0xbb
          && buffer[2] == (byte) 0xbf) {
        position = 3;
      }
      return;
    }
    bufferOffset = piece.from() - 1;
    while (true) {
      for (; position < limit; position++) {
        if (buffer[position] == '\n') {
          position++;
          return;
        }
      }
      if (!fill()) {
        return;
      }
    }
  }

  /**
   * Moves to the next line that is not blank; false after the last one that begins in the piece.
   */
  boolean next() throws IOException {
    while (bufferOffset + position < piece.to()) {
      int length = findLine();
      if (length < 0) {
        return false;
      }
      start = position;
      end = position + length;
      position = Math.min(limit, end + 1);
      lines++;
      if (!isBlank()) {
        return true;
      }
    }
    return false;
  }

  private boolean isBlank() {
    for (int i = start; i < end; i++) {
      if (buffer[i] > ' ' || buffer[i] < 0) {
        return false;
      }
    }
    return true;
  }

  /** The length of the line at {@code position}, which is then in the buffer; -1 at the end. */
  private int findLine() throws IOException {
    int length = 0;
    while (true) {
      while (position + length < limit) {
        if (buffer[position + length] == '\n') {
          return length;
        }
        length++;
      }
      if (!fill()) {
        return length == 0 ? -1 : length;
      }
    }
  }

  /** Reads more behind what is not yet passed; false at the end of the file. */
  private boolean fill() throws IOException {
    int kept = limit - position;
    if (kept == buffer.length) {
      if (kept >= MAX_LINE_BYTES) {
        throw new InputException(
            piece.file().name(),
            line() + 1,
            "Cannot read %s line %d: it has over %d MiB. Put each object on a line of its own."
                .formatted(piece.file().name(), line() + 1, MAX_LINE_BYTES >> 20));
      }
      byte[] larger = new byte[buffer.length * 2];
      System.arraycopy(buffer, position, larger, 0, kept);
      buffer = larger;
    } else {
      System.arraycopy(buffer, position, buffer, 0, kept);
    }
    bufferOffset += position;
    position = 0;
    limit = kept;
    int read;
    try {
      read = in.read(buffer, kept, buffer.length - kept);
    } catch (EOFException | ZipException e) {
      throw new InputException(
          piece.file().name(),
          line(),
          "Cannot read %s after line %d: its compressed data are damaged or cut off (%s). Write the file again."
              .formatted(piece.file().name(), line(), e.getMessage()));
    }
    limit += Math.max(0, read);
    return read > 0;
  }

  byte[] bytes() {
    return buffer;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** The number of this line in its file, from 1. */
  long line() {
    if (before < 0) {
      try {
        before = linesBefore();
      } catch (IOException e) {
        before = 0;
      }
    }
    return before + lines;
  }

  /** Counts the lines before the piece: only those ask who have an error to tell. */
  private long linesBefore() throws IOException {
    long count = 0;
    if (piece.from() > 0) {
      byte[] chunk = new byte[BUFFER_BYTES];
      try (FileInputStream file = piece.file().open()) {
        long left = piece.from() - 1;
        boolean inside = true;
        while (inside) {
          int read = file.read(chunk);
          if (read < 0) {
            break;
          }
          for (int i = 0; i < read && inside; i++) {
            if (chunk[i] == '\n') {
              count++;
              inside = left > 0; // the first line break at or after it is the last that counts
            }
            left--;
          }
        }
      }
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
