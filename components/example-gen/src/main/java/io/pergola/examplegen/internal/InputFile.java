package io.pergola.examplegen.internal;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A file to read.
 *
 * @param name the path as the pipeline gives it, for messages
 * @param path the absolute path
 * @param size in bytes
 * @param compressed whether it is compressed by gzip, which its first bytes tell
 */
public record InputFile(String name, String path, long size, boolean compressed)
    implements Serializable {
  private static final int GZIP_BUFFER_BYTES = 64 << 10;

  /** How much larger compressed files are taken to be than they are on disk. */
  private static final int EXPANSION = 4;

  /** Looks at a file. */
  public static InputFile of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      boolean compressed = in.read() == 0x1f && in.read() == 0x8b;
      return new InputFile(
          file.toString(), file.toAbsolutePath().toString(), Files.size(file), compressed);
    }
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
      return new BufferedInputStream(
          new GZIPInputStream(file, GZIP_BUFFER_BYTES), GZIP_BUFFER_BYTES);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }
}
