package io.pergola.beam.internal;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;
import org.xerial.snappy.Snappy;

/**
 * Parquet's codecs without Hadoop's classes: uncompressed, snappy, gzip, zstd and lz4, and brotli
 * to read. Stateless and thread-safe.
 */
@SuppressWarnings("deprecation") // BytesInput offers nothing else for bytes on the heap.
public final class Codecs implements CompressionCodecFactory {
  /** A page that claims to be larger than this is refused rather than allocated. */
  private static final int MAX_PAGE_BYTES = 1 << 30;

  private static final int ZSTD_LEVEL = 3;

  @Override
  public BytesInputCompressor getCompressor(CompressionCodecName codec) {
    return new Compressor(supported(codec));
  }

  @Override
  public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
    return new Decompressor(supported(codec));
  }

  @Override
  public void release() {}

  private static CompressionCodecName supported(CompressionCodecName codec) {
    return switch (codec) {
      case UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4, LZ4_RAW, BROTLI -> codec;
      default ->
          throw new UnsupportedOperationException(
              "Cannot read Parquet compressed with %s: the codecs are UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4, LZ4_RAW and BROTLI. Write the file with one of these."
                  .formatted(codec));
    };
  }

  private record Compressor(CompressionCodecName codec) implements BytesInputCompressor {
    @Override
    public BytesInput compress(BytesInput bytes) throws IOException {
      return switch (codec) {
        case SNAPPY -> snappy(bytes.toByteArray());
        case ZSTD -> BytesInput.from(Zstd.compress(bytes.toByteArray(), ZSTD_LEVEL));
        case GZIP -> gzip(bytes);
        case LZ4_RAW -> BytesInput.from(Lz4.compress(bytes.toByteArray()));
        case LZ4 -> throw new UnsupportedOperationException("LZ4 is read, LZ4_RAW written");
        case BROTLI -> throw new UnsupportedOperationException("BROTLI is read, never written");
        default -> bytes;
      };
    }

    private static BytesInput snappy(byte[] raw) throws IOException {
      byte[] out = new byte[Snappy.maxCompressedLength(raw.length)];
      return BytesInput.from(out, 0, Snappy.compress(raw, 0, raw.length, out, 0));
    }

    private static BytesInput gzip(BytesInput bytes) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
        bytes.writeAllTo(gzip);
      }
      return BytesInput.from(out.toByteArray());
    }

    @Override
    public CompressionCodecName getCodecName() {
      return codec;
    }

    @Override
    public void release() {}
  }

  private record Decompressor(CompressionCodecName codec) implements BytesInputDecompressor {
    @Override
    public BytesInput decompress(BytesInput bytes, int size) throws IOException {
      if (codec == CompressionCodecName.UNCOMPRESSED) {
        return bytes;
      }
      ByteBuffer buffer = bytes.toByteBuffer();
      byte[] compressed;
      int from = 0;
      if (buffer.hasArray()) {
        compressed = buffer.array();
        from = buffer.arrayOffset() + buffer.position();
      } else {
        compressed = bytes.toByteArray();
      }
      return BytesInput.from(expand(codec, compressed, from, (int) bytes.size(), size));
    }

    @Override
    public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int size)
        throws IOException {
      byte[] compressed = new byte[compressedSize];
      input.get(compressed);
      output.put(expand(codec, compressed, 0, compressedSize, size));
      output.flip();
    }

    @Override
    public void release() {}
  }

  /**
   * Decompresses one page.
   *
   * @param size the number of bytes it must come to
   * @throws IOException if it does not
   */
  public static byte[] expand(
      CompressionCodecName codec, byte[] compressed, int from, int length, int size)
      throws IOException {
    if (size < 0 || size > MAX_PAGE_BYTES) {
      throw new IOException(
          "a page claims to hold %d bytes (0 to %d)".formatted(size, MAX_PAGE_BYTES));
    }
    byte[] out = new byte[size];
    long got =
        switch (codec) {
          case SNAPPY -> {
            if (Snappy.uncompressedLength(compressed, from, length) != size) {
              throw new IOException("a page does not have the size its header states");
            }
            yield Snappy.uncompress(compressed, from, length, out, 0);
          }
          case ZSTD -> {
            long result = Zstd.decompressByteArray(out, 0, size, compressed, from, length);
            if (Zstd.isError(result)) {
              throw new IOException("zstd: " + Zstd.getErrorName(result));
            }
            yield result;
          }
          case GZIP -> {
            try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(compressed, from, length))) {
              int read = gzip.readNBytes(out, 0, size);
              yield gzip.read() < 0 ? read : -1;
            }
          }
          case BROTLI -> {
            try (InputStream brotli =
                new BrotliInputStream(new ByteArrayInputStream(compressed, from, length))) {
              int read = brotli.readNBytes(out, 0, size);
              yield brotli.read() < 0 ? read : -1;
            }
          }
          case LZ4_RAW -> Lz4.expandRaw(compressed, from, length, out);
          case LZ4 -> Lz4.expandFramed(compressed, from, length, out);
          case UNCOMPRESSED -> {
            out = Arrays.copyOfRange(compressed, from, from + length);
            yield length;
          }
          default -> throw new IOException("no codec " + codec);
        };
    if (got != size) {
      throw new IOException("a page does not have the size its header states");
    }
    return out;
  }
}
