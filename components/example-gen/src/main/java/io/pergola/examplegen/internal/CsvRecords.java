package io.pergola.examplegen.internal;

import io.pergola.examplegen.CsvException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into the records and cells of RFC 4180. Cells are ranges of a buffer that
 * is reused: they are valid until the next call of {@link #next}. Not thread-safe.
 *
 * <p>A record ends with LF, CRLF or CR, the last one also with the file. A cell that begins with a
 * quote ends with one; inside, two quotes stand for one. Quotes elsewhere stand for themselves.
 */
public final class CsvRecords implements Closeable {
  /** The longest record that is read, in bytes. */
  public static final int MAX_RECORD_BYTES = 64 << 20;

  private static final int FIRST_BUFFER_BYTES = 256 << 10;
  private static final int SMALLEST_BUFFER_BYTES = 1 << 10;
  private static final int END_OF_RECORD = -1;
  private static final int NEED_MORE = -2;

  private final InputStream in;
  private final String file;

  /**
   * Holds {@code limit} bytes, then a line feed that ends every search, then room so that a word
   * can be read at each of them.
   */
  private byte[] buffer;

  private int limit;
  private boolean endOfFile;
  private int position;
  private long bufferOffset;
  private boolean skipLineFeed;

  private long nextLine;
  private long line;
  private long offset;

  private int cells;
  private int[] starts = new int[64];
  private int[] ends = new int[64];

  /** Whether a cell stands in quotes; what follows counts only if one does. */
  private boolean quotes;

  private boolean[] quoted = new boolean[64];
  private boolean[] escaped = new boolean[64];

  private long breaks;
  private int cursor;

  /**
   * Reads records from a stream.
   *
   * @param in at the beginning of a record
   * @param file its name in messages
   * @param offset the position of the first byte in the file
   * @param line the number of the first line, from 1
   */
  public CsvRecords(InputStream in, String file, long offset, long line) {
    this(in, file, offset, line, FIRST_BUFFER_BYTES);
  }

  /**
   * Reads records from a stream.
   *
   * @param expectedBytes about how many bytes will be read
   */
  CsvRecords(InputStream in, String file, long offset, long line, long expectedBytes) {
    this.in = in;
    buffer =
        new byte
            [(int)
                Math.max(
                    SMALLEST_BUFFER_BYTES,
                    Math.min(FIRST_BUFFER_BYTES, expectedBytes + 2 + Long.BYTES))];
    this.file = file;
    this.bufferOffset = offset;
    this.nextLine = line;
    buffer[0] = '\n';
  }

  /**
   * Reads the next record.
   *
   * @return false at the end of the file
   * @throws CsvException if it breaks the format
   */
  public boolean next() throws IOException {
    if (!skipToRecord()) {
      return false;
    }
    offset = bufferOffset + position;
    line = nextLine;
    while (!tryRecord()) {
      fill();
    }
    position = cursor;
    nextLine = line + breaks;
    for (int c = 0; quotes && c < cells; c++) {
      if (escaped[c]) {
        unescape(c);
      }
    }
    return true;
  }

  /**
   * Passes the rest of a record that began before this stream, to where the next begins.
   *
   * @param previous the byte before the stream
   * @param inside whether the stream begins inside quotes
   */
  void skipRest(byte previous, boolean inside) throws IOException {
    boolean inQuotes = inside;
    boolean closing = false;
    byte before = previous;
    while (position < limit || !endOfFile) {
      if (position == limit) {
        fill();
        continue;
      }
      byte b = buffer[position++];
      boolean pair = closing && b == '"';
      closing = false;
      if (b == '"') {
        closing = inQuotes;
        inQuotes = pair || (!inQuotes && (before == ',' || before == '\n' || before == '\r'));
      } else if (b == '\r' || (b == '\n' && before != '\r')) {
        nextLine++;
        if (!inQuotes) {
          skipLineFeed = b == '\r';
          return;
        }
      }
      before = b;
    }
  }

  /** The next bytes, at most so many, which stay the next. */
  byte[] peek(int bytes) throws IOException {
    if (limit - position < bytes && !endOfFile) {
      fill();
    }
    return Arrays.copyOfRange(buffer, position, Math.min(limit, position + bytes));
  }

  /** Passes bytes that {@link #peek} has seen. */
  void skip(int bytes) {
    position += bytes;
  }

  /** Passes the second byte of a CRLF if the stream begins with it. */
  void skipLineFeed() {
    skipLineFeed = true;
  }

  /** The position in the file at which the record that {@link #next} would read begins. */
  public long nextOffset() throws IOException {
    skipToRecord();
    return bufferOffset + position;
  }

  /** The number of cells in this record; a blank line has one, empty. */
  public int cells() {
    return cells;
  }

  /** The bytes that {@link #start} and {@link #end} are indexes of. */
  public byte[] bytes() {
    return buffer;
  }

  /** The index of a cell's first byte, after its quote. */
  public int start(int cell) {
    return starts[cell];
  }

  /** The index after a cell's last byte. */
  public int end(int cell) {
    return ends[cell];
  }

  /** Whether a cell stands in quotes. */
  public boolean isQuoted(int cell) {
    return quotes && quoted[cell];
  }

  /** Whether this record is a line without a byte. */
  public boolean isBlank() {
    return cells == 1 && starts[0] == ends[0] && !isQuoted(0);
  }

  /** The line on which this record begins, from 1. */
  public long line() {
    return line;
  }

  /** The line on which the next record begins, from 1. */
  public long nextLine() {
    return nextLine;
  }

  /** The record as it stands in the file, without its line break. */
  byte[] raw() {
    ByteArrayOutputStream raw = new ByteArrayOutputStream();
    for (int c = 0; c < cells; c++) {
      if (c > 0) {
        raw.write(',');
      }
      if (isQuoted(c)) {
        CsvText.writeQuoted(raw, buffer, starts[c], ends[c]);
      } else {
        raw.write(buffer, starts[c], ends[c] - starts[c]);
      }
    }
    return raw.toByteArray();
  }

  /** The position of this record in the file. */
  public long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Passes the line feed of a CRLF; false at the end of the file. */
  private boolean skipToRecord() throws IOException {
    while (true) {
      if (position == limit) {
        if (endOfFile) {
          return false;
        }
        fill();
      } else if (skipLineFeed && buffer[position] == '\n') {
        position++;
        skipLineFeed = false;
      } else {
        return true;
      }
    }
  }

  /** Cuts the record at {@code position}; false if the buffer holds only a part of it. */
  private boolean tryRecord() {
    cells = 0;
    breaks = 0;
    quotes = false;
    skipLineFeed = false;
    cursor = position;
    while (true) {
      int outcome =
          cursor < limit && buffer[cursor] == '"' ? quotedCell(cursor) : plainCells(cursor);
      if (outcome == END_OF_RECORD) {
        return true;
      }
      if (outcome == NEED_MORE) {
        return false;
      }
    }
  }

  /** Cuts cells up to one that begins with a quote, or to the end of the record. */
  private int plainCells(int first) {
    byte[] bytes = buffer;
    int start = first;
    for (int p = first; ; p += Long.BYTES) {
      // All bytes that mean something are below '-', which begins most of what does not.
      for (long low = Words.below(Words.at(bytes, p), '-'); low != 0; low &= low - 1) {
        int at = p + (Long.numberOfTrailingZeros(low) >> 3);
        byte b = bytes[at];
        if (b == ',') {
          addPlain(start, at);
          start = at + 1;
        } else if (b == '\n' || b == '\r') {
          if (at == limit && !endOfFile) {
            return NEED_MORE;
          }
          addPlain(start, at);
          return finishCell(at);
        } else if (b == '"' && at == start) {
          cursor = start;
          return 0;
        }
      }
    }
  }

  private int quotedCell(int start) {
    byte[] bytes = buffer;
    boolean doubled = false;
    int p = start + 1;
    while (p < limit) {
      byte b = bytes[p];
      if (b == '"') {
        if (p + 1 == limit && !endOfFile) {
          return NEED_MORE;
        }
        if (p + 1 < limit && bytes[p + 1] == '"') {
          doubled = true;
          p += 2;
          continue;
        }
        addQuoted(start + 1, p, doubled);
        return finishCell(p + 1);
      }
      if (b == '\n') {
        if (bytes[p - 1] != '\r') {
          breaks++;
        }
      } else if (b == '\r') {
        breaks++;
      }
      p++;
    }
    if (!endOfFile) {
      return NEED_MORE;
    }
    throw new CsvException(
        file,
        line,
        "Cannot read %s line %d: the quote that opens cell %d is never closed. Close it, or double"
                .formatted(file, line, cells + 1)
            + " it if it is part of the text.");
  }

  /** Passes what stands after a cell: a comma, the end of the record, or the end of the file. */
  private int finishCell(int p) {
    if (p >= limit) {
      if (!endOfFile) {
        return NEED_MORE;
      }
      cursor = limit;
      return END_OF_RECORD;
    }
    byte b = buffer[p];
    cursor = p + 1;
    if (b == ',') {
      return 0;
    }
    if (b == '\n' || b == '\r') {
      breaks++;
      skipLineFeed = b == '\r';
      return END_OF_RECORD;
    }
    throw new CsvException(
        file,
        line,
        ("Cannot read %s line %d: text stands after the closing quote of cell %d. Double the quotes"
                + " that are part of the text, or put a comma between the cells.")
            .formatted(file, line, cells));
  }

  private void addPlain(int start, int end) {
    if (quotes) {
      note(false, false);
    }
    add(start, end);
  }

  private void add(int start, int end) {
    if (cells == starts.length) {
      starts = Arrays.copyOf(starts, cells * 2);
      ends = Arrays.copyOf(ends, cells * 2);
    }
    starts[cells] = start;
    ends[cells] = end;
    cells++;
  }

  private void addQuoted(int start, int end, boolean withDoubled) {
    if (!quotes) {
      quotes = true;
      Arrays.fill(quoted, 0, Math.min(cells, quoted.length), false);
      Arrays.fill(escaped, 0, Math.min(cells, quoted.length), false);
    }
    note(true, withDoubled);
    add(start, end);
  }

  /** Notes whether the next cell stands in quotes, and whether there are doubled ones in it. */
  private void note(boolean inQuotes, boolean withDoubled) {
    if (cells >= quoted.length) {
      quoted = Arrays.copyOf(quoted, cells * 2);
      escaped = Arrays.copyOf(escaped, cells * 2);
    }
    quoted[cells] = inQuotes;
    escaped[cells] = withDoubled;
  }

  private void unescape(int cell) {
    int to = starts[cell];
    for (int from = to; from < ends[cell]; from++) {
      buffer[to++] = buffer[from];
      if (buffer[from] == '"') {
        from++;
      }
    }
    ends[cell] = to;
  }

  /** Moves what is not yet read to the front and reads more behind it. */
  private void fill() throws IOException {
    int kept = limit - position;
    if (kept > buffer.length / 2) {
      if (kept >= MAX_RECORD_BYTES) {
        throw new CsvException(
            file,
            line,
            ("Cannot read %s line %d: the record that begins there has over %d MiB. Close the quote"
                    + " that is open, or store large values in files of their own.")
                .formatted(file, line, MAX_RECORD_BYTES >> 20));
      }
      byte[] larger = new byte[buffer.length * 2];
      System.arraycopy(buffer, position, larger, 0, kept);
      buffer = larger;
    } else {
      System.arraycopy(buffer, position, buffer, 0, kept);
    }
    bufferOffset += position;
    position = 0;
    int room = buffer.length - 1 - Long.BYTES - kept;
    int read = in.readNBytes(buffer, kept, room);
    limit = kept + read;
    endOfFile = read < room;
    buffer[limit] = '\n';
  }
}
