package io.pergola.beam.internal;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** LZ4 blocks, bare and with the frames that Hadoop puts around them. */
final class Lz4 {
  private static final int FRAME_BYTES = 2 * Integer.BYTES;

  private Lz4() {}

  /** Compresses to one bare block. */
  static byte[] compress(byte[] raw) {
    Lz4Compressor lz4 = new Lz4Compressor();
    byte[] out = new byte[lz4.maxCompressedLength(raw.length)];
    return Arrays.copyOf(out, lz4.compress(raw, 0, raw.length, out, 0, out.length));
  }

  /** Decompresses one bare block, and gives the number of bytes it has. */
  static int expandRaw(byte[] in, int from, int length, byte[] out) throws IOException {
    return expand(in, from, length, out, 0);
  }

  /**
   * Decompresses blocks that each have the sizes before and after in front, big-endian; one bare
   * block where they do not, as some writers took the codec for that.
   */
  static int expandFramed(byte[] in, int from, int length, byte[] out) throws IOException {
    if (!isFramed(in, from, length, out.length)) {
      return expandRaw(in, from, length, out);
    }
    ByteBuffer buffer = ByteBuffer.wrap(in, from, length);
    int done = 0;
    while (buffer.remaining() >= FRAME_BYTES) {
      int frameEnd = done + buffer.getInt();
      while (done < frameEnd) {
        int block = buffer.getInt();
        if (block <= 0 || block > buffer.remaining()) {
          throw new IOException("lz4: a block claims to have %d bytes".formatted(block));
        }
        done += expand(in, buffer.position(), block, out, done);
        buffer.position(buffer.position() + block);
      }
    }
    return done;
  }

  private static boolean isFramed(byte[] in, int from, int length, int size) {
    if (length < FRAME_BYTES) {
      return false;
    }
    ByteBuffer buffer = ByteBuffer.wrap(in, from, length);
    int raw = buffer.getInt();
    int block = buffer.getInt();
    return raw > 0 && raw <= size && block > 0 && block <= length - FRAME_BYTES;
  }

  private static int expand(byte[] in, int from, int length, byte[] out, int at)
      throws IOException {
    try {
      return new Lz4Decompressor().decompress(in, from, length, out, at, out.length - at);
    } catch (MalformedInputException e) {
      throw new IOException("lz4: " + e.getMessage(), e);
    }
  }
}
