package io.pergola.examplegen.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/**
 * What a stretch of CSV does to whoever reads through it: whether they are inside quotes after it,
 * for both cases before it, and how many lines pass. Composing the scans of all earlier stretches
 * tells where records begin in a later one, so that one file is read in parallel.
 *
 * @param insideIfOutside whether its end is in quotes if its beginning is not
 * @param insideIfInside whether its end is in quotes if its beginning is
 * @param breaks the number of line breaks, CRLF being one
 */
public record QuoteScan(boolean insideIfOutside, boolean insideIfInside, long breaks)
    implements Serializable {
  private static final int BUFFER_BYTES = 256 << 10;

  /** The state after this stretch. */
  public boolean inside(boolean insideBefore) {
    return insideBefore ? insideIfInside : insideIfOutside;
  }

  /**
   * Scans a stretch that begins after a byte that is no quote, so that no pair of quotes is cut.
   *
   * @param in at the first byte
   * @param previous the byte before it; a line feed at the beginning of a file
   * @param length of the stretch; it is extended past the quotes that follow its last quote
   */
  static QuoteScan of(InputStream in, byte previous, long length) throws IOException {
    Cursor cursor = new Cursor(previous);
    byte[] buffer = new byte[BUFFER_BYTES];
    long left = length;
    while (left > 0) {
      int read = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
      if (read == 0) {
        return cursor.end();
      }
      cursor.scan(buffer, read);
      left -= read;
    }
    while (cursor.previous == '"') {
      int b = in.read();
      if (b != '"') {
        break;
      }
      buffer[0] = (byte) b;
      cursor.scan(buffer, 1);
    }
    return cursor.end();
  }

  /** Two readers at once: one began outside quotes, the other inside. */
  private static final class Cursor {
    private byte previous;
    private boolean first; // inside quotes now, having begun outside
    private boolean second = true; // inside quotes now, having begun inside
    private boolean firstPending; // the last quote may close, or be the first of a pair
    private boolean secondPending;
    private long breaks;

    private Cursor(byte previous) {
      this.previous = previous;
    }

    private void scan(byte[] bytes, int length) {
      int p = 0;
      while (p < length) {
        p = countBreaks(bytes, p, length);
        if (p < length) {
          quote(p == 0 ? previous : bytes[p - 1], p == 0 ? previous == '"' : bytes[p - 1] == '"');
          p++;
        }
        if (p == length) {
          previous = bytes[length - 1];
        }
      }
    }

    /** Passes the bytes before the next quote, and counts their line breaks. */
    private int countBreaks(byte[] bytes, int from, int length) {
      int p = from;
      byte before = p == 0 ? previous : bytes[p - 1];
      while (p < length) {
        if (p + 8 <= length) {
          long word = Words.at(bytes, p);
          if (Words.below(word, '"' + 1) == 0) {
            p += 8;
            before = bytes[p - 1];
            continue;
          }
          if (Words.equal(word, '"') == 0 && Words.equal(word, '\r') == 0) {
            if (before == '\r' && bytes[p] == '\n') {
              breaks--;
            }
            breaks += Long.bitCount(Words.equal(word, '\n'));
            p += 8;
            before = bytes[p - 1];
            continue;
          }
        }
        byte b = bytes[p];
        if (b == '"') {
          return p;
        }
        if (b == '\r' || (b == '\n' && before != '\r')) {
          breaks++;
        }
        before = b;
        p++;
      }
      return p;
    }

    private void quote(byte before, boolean adjacent) {
      boolean atCellStart = before == ',' || before == '\n' || before == '\r';
      if (first) {
        first = false;
        firstPending = true;
      } else if (firstPending && adjacent) {
        first = true;
        firstPending = false;
      } else {
        first = atCellStart;
        firstPending = false;
      }
      if (second) {
        second = false;
        secondPending = true;
      } else if (secondPending && adjacent) {
        second = true;
        secondPending = false;
      } else {
        second = atCellStart;
        secondPending = false;
      }
    }

    private QuoteScan end() {
      return new QuoteScan(first, second, breaks);
    }
  }
}
