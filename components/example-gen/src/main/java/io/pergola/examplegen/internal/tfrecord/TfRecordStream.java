package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.MaskedCrc;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Cuts a stream into the records of a TFRecord file: {@code uint64 length, uint32 masked crc32c of
 * it, data, uint32 masked crc32c of the data}, little-endian. A record is a range of a buffer that
 * is reused: it is valid until the next call of {@link #next}. Not thread-safe.
 */
final class TfRecordStream implements Closeable {
  /** The longest record that is read, in bytes. */
  static final int MAX_RECORD_BYTES = 1 << 30;

  private static final int HEADER_BYTES = MaskedCrc.HEADER_BYTES;
  private static final int FOOTER_BYTES = Integer.BYTES;

  private static final int FIRST_BUFFER_BYTES = 256 << 10;
  private final InputStream in;
  private final String file;
  private final MaskedCrc crc = new MaskedCrc();
  private byte[] buffer;
  private int position;
  private int limit;
  private long bufferOffset;
  private long record;
  private int start;
  private int end;

  /**
   * Reads records.
   *
   * @param in at the beginning of a record
   * @param file its name in messages
   * @param offset the position of the first byte
   * @param record the number of the first record, from 1
   * @param expectedBytes about how many bytes there are
   */
  TfRecordStream(InputStream in, String file, long offset, long record, long expectedBytes) {
    this.in = in;
    this.file = file;
    bufferOffset = offset;
    this.record = record - 1;
    buffer = new byte[(int) Math.max(1 << 10, Math.min(FIRST_BUFFER_BYTES, expectedBytes))];
  }

  /**
   * Moves to the next record, and checks its length.
   *
   * @return false at the end
   * @throws InputException if the length is damaged, or the file is cut off
   */
  boolean next() throws IOException {
    if (!fill(1)) {
      return false;
    }
    record++;
    if (!fill(HEADER_BYTES)) {
      throw broken("it ends inside the record's length");
    }
    long length = length();
    if (!fillRecord(length)) {
      throw broken(
          "the record should have %d bytes, but the file ends before that".formatted(length));
    }
    start = position + HEADER_BYTES;
    end = start + (int) length;
    position = end + FOOTER_BYTES;
    return true;
  }

  /** Passes a record without looking at its data; false at the end. */
  boolean skip() throws IOException {
    if (!fill(1)) {
      return false;
    }
    record++;
    if (!fill(HEADER_BYTES)) {
      throw broken("it ends inside the record's length");
    }
    long left = HEADER_BYTES + length() + FOOTER_BYTES;
    long buffered = Math.min(left, limit - position);
    position += (int) buffered;
    left -= buffered;
    if (left > 0) {
      in.skipNBytes(left);
      bufferOffset += left;
    }
    return true;
  }

  private long length() {
    long length = MaskedCrc.length(buffer, position);
    if (!crc.follows(buffer, position, Long.BYTES)) {
      throw broken("the checksum of the record's length is wrong");
    }
    if (length < 0 || length > MAX_RECORD_BYTES) {
      throw broken(
          "the record has %s bytes (at most %d)"
              .formatted(Long.toUnsignedString(length), MAX_RECORD_BYTES));
    }
    return length;
  }

  /**
   * Checks the record's data.
   *
   * @throws InputException if they are damaged; the next record can still be read
   */
  void check() {
    if (!crc.follows(buffer, start, end - start)) {
      throw brokenAt(offset(), "the checksum of the record's data is wrong");
    }
  }

  private boolean fillRecord(long length) throws IOException {
    return fill(HEADER_BYTES + (int) length + FOOTER_BYTES);
  }

  /** Makes {@code count} bytes available from {@code position} on; false if there are fewer. */
  private boolean fill(int count) throws IOException {
    if (limit - position >= count) {
      return true;
    }
    int kept = limit - position;
    if (count > buffer.length) {
      // Grows as the bytes come, so that a wrong length costs no more memory than the file has.
      byte[] larger = new byte[(int) Math.min(count, Math.max(2L * buffer.length, kept * 2L))];
      System.arraycopy(buffer, position, larger, 0, kept);
      buffer = larger;
    } else {
      System.arraycopy(buffer, position, buffer, 0, kept);
    }
    bufferOffset += position;
    position = 0;
    limit = kept;
    try {
      limit += in.readNBytes(buffer, kept, buffer.length - kept);
    } catch (EOFException e) {
      throw broken("its compressed data are cut off");
    } catch (ZipException e) {
      throw broken("its compressed data are damaged (%s)".formatted(e.getMessage()));
    }
    return limit >= count || (limit == buffer.length && buffer.length < count && fill(count));
  }

  private InputException broken(String fact) {
    return brokenAt(bufferOffset + position, fact);
  }

  private InputException brokenAt(long offset, String fact) {
    return new InputException(
        file,
        record,
        "Cannot read %s record %d at byte %d: %s. Write the file again; it is damaged, or no TFRecord."
            .formatted(file, Math.max(1, record), offset, fact));
  }

  /** The bytes that {@link #start} and {@link #end} are indexes of. */
  byte[] bytes() {
    return buffer;
  }

  /** The record as it stands in the file, with length and checksums. */
  byte[] framed() {
    return Arrays.copyOfRange(buffer, start - HEADER_BYTES, end + FOOTER_BYTES);
  }

  /** The index of the first byte of the record's data. */
  int start() {
    return start;
  }

  /** The index after the last byte of the record's data. */
  int end() {
    return end;
  }

  /** The number of this record, from 1. */
  long record() {
    return record;
  }

  /** The position of this record, in the file as it is when it is not compressed. */
  long offset() {
    return bufferOffset + start - HEADER_BYTES;
  }

  /** The position of the record that {@link #next} would read. */
  long nextOffset() {
    return bufferOffset + position;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
