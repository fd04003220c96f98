package io.pergola.examplegen.internal;

import io.pergola.examplegen.FileFormat;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A file to read.
 *
 * @param name the path as the pipeline gives it, for messages
 * @param path the absolute path
 * @param size in bytes
 * @param compressed whether it is compressed by gzip, or a TFRecord file by zlib, which its first
 *     bytes tell
 */
public record InputFile(String name, String path, long size, boolean compressed)
    implements Serializable {
  private static final int GZIP_BUFFER_BYTES = 64 << 10;

  /** How much larger compressed files are taken to be than they are on disk. */
  private static final int EXPANSION = 4;

  /** Looks at a file. */
  static InputFile of(Path file, FileFormat format) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(MaskedCrc.HEADER_BYTES);
      boolean compressed = isGzip(head);
      if (format == FileFormat.TFRECORD && head.length == MaskedCrc.HEADER_BYTES) {
        // A record's length may have the same bytes as gzip and zlib begin with.
        compressed = (compressed || isZlib(head)) && !new MaskedCrc().isHeader(head, 0);
      }
      return new InputFile(
          file.toString(), file.toAbsolutePath().toString(), Files.size(file), compressed);
    }
  }

  private static boolean isGzip(byte[] head) {
    return head.length > 1 && head[0] == 0x1f && head[1] == (byte) 0x8b;
  }

  private static boolean isZlib(byte[] head) {
    return head[0] == 0x78 && (((head[0] & 0xff) << 8) | (head[1] & 0xff)) % 31 == 0;
  }

  /** Some files in few words, for messages. */
  public static String describe(List<InputFile> files) {
    String first = files.get(0).name();
    return files.size() == 1 ? first : "%s and %d more files".formatted(first, files.size() - 1);
  }

  /** All of it as one piece. */
  public Piece whole() {
    return new Piece(this, 0, compressed ? Long.MAX_VALUE : size, 0);
  }

  /** About how many bytes it has when it is not compressed. */
  long expectedBytes() {
    return compressed ? EXPANSION * size : size;
  }

  /** Equal pieces of at most so many bytes. */
  public List<Piece> pieces(long bytes) {
    int count = Math.toIntExact((size + bytes - 1) / bytes);
    List<Piece> pieces = new ArrayList<>();
    long from = 0;
    for (int i = 0; i < count; i++) {
      // As in size * (i + 1) / count, which may overflow.
      long to = size / count * (i + 1) + size % count * (i + 1) / count;
      pieces.add(new Piece(this, from, to, i));
      from = to;
    }
    return pieces;
  }

  /** Opens it as it is on disk. */
  public FileInputStream open() throws IOException {
    return new FileInputStream(path);
  }

  /** Opens it, and decompresses it if it is compressed. */
  public InputStream stream() throws IOException {
    InputStream file = open();
    if (!compressed) {
      return file;
    }
    try {
      PushbackInputStream in = new PushbackInputStream(file, 2);
      byte[] head = in.readNBytes(2);
      in.unread(head);
      return new BufferedInputStream(
          isGzip(head)
              ? new GZIPInputStream(in, GZIP_BUFFER_BYTES)
              : new InflaterInputStream(in, new Inflater(), GZIP_BUFFER_BYTES),
          GZIP_BUFFER_BYTES);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }
}
