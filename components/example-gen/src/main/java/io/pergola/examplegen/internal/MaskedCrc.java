package io.pergola.examplegen.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The checksums of TFRecord: CRC-32C, rotated right by 15 bits, plus a constant. Not thread-safe.
 */
public final class MaskedCrc {
  /** What stands before a record's data: its length, and the length's checksum. */
  public static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MASK_DELTA = 0xa282ead8;

  private final CRC32C crc = new CRC32C();

  /** The length that stands at an index. */
  public static long length(byte[] bytes, int at) {
    return (long) LONGS.get(bytes, at);
  }

  /** Whether the checksum of some bytes stands after them. */
  public boolean follows(byte[] bytes, int from, int length) {
    return of(bytes, from, length) == (int) INTS.get(bytes, from + length);
  }

  /** The checksum of some bytes. */
  public int of(byte[] bytes, int from, int length) {
    crc.reset();
    crc.update(bytes, from, length);
    int value = (int) crc.getValue();
    return (value >>> 15 | value << 17) + MASK_DELTA;
  }

  /** Whether a record may begin at an index, by its length and the length's checksum. */
  boolean isHeader(byte[] bytes, int at) {
    return length(bytes, at) >= 0 && follows(bytes, at, Long.BYTES);
  }
}
