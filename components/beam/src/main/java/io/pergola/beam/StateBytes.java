package io.pergola.beam;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * States of accumulators as bytes in memory: they are written and read number by number, a byte or
 * a few at a time, and the JDK's streams on arrays take a lock for each; these take none. For one
 * thread.
 */
public final class StateBytes {
  private StateBytes() {}

  /** Bytes that grow as they are written. */
  public static final class Writer extends OutputStream {
    private byte[] bytes = new byte[1 << 16];
    private int length;

    @Override
    public void write(int value) {
      if (length == bytes.length) {
        grow(1);
      }
      bytes[length++] = (byte) value;
    }

    @Override
    public void write(byte[] from, int offset, int count) {
      if (count > bytes.length - length) {
        grow(count);
      }
      System.arraycopy(from, offset, bytes, length, count);
      length += count;
    }

    private void grow(int more) {
      long least = (long) length + more;
      if (least > Integer.MAX_VALUE - Long.BYTES) {
        throw new IllegalStateException(
            "Cannot keep a state of more than 2 GiB in memory. Use fewer columns or slices.");
      }
      long size = Math.max(least, Math.min(2L * bytes.length, Integer.MAX_VALUE - Long.BYTES));
      bytes = Arrays.copyOf(bytes, (int) size);
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
      return Arrays.copyOf(bytes, length);
    }
  }

  /** Reads a part of an array, which it does not copy. */
  public static final class Reader extends InputStream {
    private final byte[] bytes;
    private final int end;
    private int next;

    /** Reads {@code length} bytes from {@code from} on. */
    public Reader(byte[] bytes, int from, int length) {
      this.bytes = bytes;
      this.next = from;
      this.end = from + length;
    }

    @Override
    public int read() {
      return next < end ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int count) {
      if (next == end && count > 0) {
        return -1;
      }
      int read = Math.min(count, end - next);
      System.arraycopy(bytes, next, into, offset, read);
      next += read;
      return read;
    }
  }
}
