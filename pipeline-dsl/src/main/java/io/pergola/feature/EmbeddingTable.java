package io.pergola.feature;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A vector for each of some terms, such as word vectors that were trained elsewhere. A plan holds
 * the table itself, so that its fingerprint is that of the content and a model needs no other file.
 *
 * @param width how many numbers a vector has
 * @param terms each once
 * @param vectors the numbers of all terms, one after the other, as little-endian float32 in base64
 */
public record EmbeddingTable(int width, List<String> terms, String vectors)
    implements Serializable {
  /** The most numbers that a table can have: 8 MiB. */
  public static final int MAX_NUMBERS = 1 << 21;

  public EmbeddingTable {
    terms = List.copyOf(terms);
    if (width < 1 || width > FixedVector.MAX_WIDTH) {
      throw new IllegalArgumentException(
          "Invalid width of a table of vectors: %d (must be 1 to %d)"
              .formatted(width, FixedVector.MAX_WIDTH));
    }
    long numbers = (long) width * terms.size();
    if (terms.isEmpty() || numbers > MAX_NUMBERS) {
      throw new IllegalArgumentException(
          "Invalid size of a table of vectors: %d x %d (must be 1 to %d numbers)"
              .formatted(terms.size(), width, MAX_NUMBERS));
    }
    Set<String> seen = new HashSet<>();
    for (String term : terms) {
      if (!seen.add(term)) {
        throw new IllegalArgumentException(
            "Invalid table of vectors: '%s' occurs twice (terms must be distinct)".formatted(term));
      }
    }
    int bytes = Base64.getDecoder().decode(vectors).length;
    if (bytes != numbers * Float.BYTES) {
      throw new IllegalArgumentException(
          "Invalid table of vectors: %d bytes (must be %d, for %d terms of width %d)"
              .formatted(bytes, numbers * Float.BYTES, terms.size(), width));
    }
  }

  /**
   * Reads a text file of vectors, as word2vec, GloVe and fastText write them: on each line a term
   * and its numbers, separated by spaces. A first line of two whole numbers (how many terms, and
   * their width) is skipped. The content is read now, and kept.
   *
   * @param file UTF-8
   * @throws IllegalArgumentException naming file, line and value, if a vector has another width
   *     than the first, a number is none, or a term occurs twice
   * @throws UncheckedIOException if the file cannot be read
   */
  public static EmbeddingTable read(Path file) {
    List<String> terms = new ArrayList<>();
    List<float[]> vectors = new ArrayList<>();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String[] parts = line.strip().split(" +");
        boolean header = number == 1 && line.strip().matches("\\d+ +\\d+");
        if (parts[0].isEmpty() || header) {
          continue;
        }
        int width = vectors.isEmpty() ? parts.length - 1 : vectors.get(0).length;
        if (width < 1 || parts.length - 1 != width) {
          throw new IllegalArgumentException(
              "Cannot read vectors of %s line %d: '%s' has %d numbers, and the first term has %d. Correct the line."
                  .formatted(file, number, parts[0], parts.length - 1, width));
        }
        terms.add(parts[0]);
        vectors.add(numbers(parts, file, number));
        if ((long) terms.size() * width > MAX_NUMBERS) {
          throw new IllegalArgumentException(
              "Cannot read vectors of %s line %d: there are more than %d numbers. Keep the most frequent terms."
                  .formatted(file, number, MAX_NUMBERS));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read vectors of %s: %s. Check the file.".formatted(file, e.getMessage()), e);
    }
    if (terms.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read vectors of %s: it has none. Give a term and its numbers on each line."
              .formatted(file));
    }
    return of(terms, vectors);
  }

  /**
   * A table of these vectors.
   *
   * @param vectors of the same width, one for each term
   */
  public static EmbeddingTable of(List<String> terms, List<float[]> vectors) {
    if (terms.size() != vectors.size() || terms.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid table of vectors: %d terms and %d vectors (must be as many, and 1 or more)"
              .formatted(terms.size(), vectors.size()));
    }
    int width = vectors.get(0).length;
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Float.BYTES * width, terms.size()))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < vectors.size(); i++) {
      if (vectors.get(i).length != width) {
        throw new IllegalArgumentException(
            "Invalid width of the vector of '%s': %d (must be %d, as of the first)"
                .formatted(terms.get(i), vectors.get(i).length, width));
      }
      for (float number : vectors.get(i)) {
        bytes.putFloat(number);
      }
    }
    return new EmbeddingTable(width, terms, Base64.getEncoder().encodeToString(bytes.array()));
  }

  /** The numbers of all terms, one after the other. */
  public float[] numbers() {
    FloatBuffer floats =
        ByteBuffer.wrap(Base64.getDecoder().decode(vectors))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] numbers = new float[floats.remaining()];
    floats.get(numbers);
    return numbers;
  }

  private static float[] numbers(String[] parts, Path file, int line) {
    float[] numbers = new float[parts.length - 1];
    for (int i = 0; i < numbers.length; i++) {
      try {
        numbers[i] = Float.parseFloat(parts[i + 1]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "Cannot read vectors of %s line %d: '%s' is not a number. Correct the line."
                .formatted(file, line, parts[i + 1]),
            e);
      }
      if (!Float.isFinite(numbers[i])) {
        throw new IllegalArgumentException(
            "Cannot read vectors of %s line %d: '%s' is not finite. Correct the line."
                .formatted(file, line, parts[i + 1]));
      }
    }
    return numbers;
  }

  @Override
  public String toString() {
    return "EmbeddingTable[%d x %d]".formatted(terms.size(), width);
  }
}
