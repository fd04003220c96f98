package io.pergola.examplegen.internal;

import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one worker reads at a time, and writes as one part of each split.
 *
 * @param number of the part, from 0
 * @param split the index of the split that all of it belongs to; {@link #BY_VALUES} if the values
 *     of each example decide
 * @param pieces in order: one stretch of a large file, or some small files whole
 */
public record Chunk(int number, int split, List<Piece> pieces) implements Serializable {
  /** Each example's values decide on its split. */
  public static final int BY_VALUES = -1;

  public Chunk {
    pieces = List.copyOf(pieces);
  }

  @Serial
  private Object writeReplace() {
    return PackedChunk.of(this);
  }

  /**
   * Divides files among chunks of about {@code bytes}: larger files are cut where the format
   * allows, smaller ones packed together. The result depends on nothing else.
   *
   * @param first the number of the first chunk
   */
  static List<Chunk> plan(
      InputFormat format, List<InputFile> files, long bytes, int first, int split) {
    List<Chunk> chunks = new ArrayList<>();
    List<Piece> pack = new ArrayList<>();
    long packed = 0;
    for (InputFile file : files) {
      boolean alone = file.expectedBytes() > bytes;
      if (!pack.isEmpty() && (alone || packed + file.expectedBytes() > bytes)) {
        chunks.add(new Chunk(first + chunks.size(), split, pack));
        pack.clear();
        packed = 0;
      }
      if (alone) {
        for (Piece piece : file.compressed() ? List.of(file.whole()) : format.cut(file, bytes)) {
          chunks.add(new Chunk(first + chunks.size(), split, List.of(piece)));
        }
      } else {
        pack.add(file.whole());
        packed += file.expectedBytes();
      }
    }
    if (!pack.isEmpty()) {
      chunks.add(new Chunk(first + chunks.size(), split, pack));
    }
    return chunks;
  }
}
