package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.feature.EmbeddingTable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/** A table of vectors as a plan looks terms up in it. Immutable and thread-safe. */
final class Embeddings {
  /** Of the tables that plans hold: a table is decoded once, not for each batch. */
  private static final Map<EmbeddingTable, Embeddings> DECODED =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final Terms terms;
  private final int width;
  private final float[] numbers;

  private Embeddings(EmbeddingTable table) {
    terms =
        Terms.ofBytes(
            table.terms().stream().map(term -> term.getBytes(StandardCharsets.UTF_8)).toList());
    width = table.width();
    numbers = table.numbers();
  }

  static Embeddings of(EmbeddingTable table) {
    return DECODED.computeIfAbsent(table, Embeddings::new);
  }

  /** The vector of each text. */
  RowVectors of(BytesColumn text) {
    int[] places = places(text);
    return new RowVectors.OfRows(
        width,
        text.presence(),
        (row, to, at) -> {
          int place = places[text.entry(row)];
          if (place >= 0) {
            System.arraycopy(numbers, place * width, to, at, width);
          }
        });
  }

  /** The mean of the vectors of each list's tokens, in float64 from left to right. */
  RowVectors of(Lists tokens) {
    BytesColumn values = (BytesColumn) tokens.values();
    int[] places = places(values);
    double[] sums = new double[width];
    return new RowVectors.OfLists(
        tokens,
        width,
        (list, to, at) -> {
          Arrays.fill(sums, 0);
          int found = 0;
          for (int value = values.start(list); value < values.end(list); value++) {
            int place = places[values.entry(value)];
            if (place >= 0) {
              found++;
              for (int i = 0; i < width; i++) {
                sums[i] += numbers[place * width + i];
              }
            }
          }
          for (int i = 0; i < width && found > 0; i++) {
            to[at + i] = (float) (sums[i] / found);
          }
        });
  }

  /** The place of each entry among the terms, or -1. */
  private int[] places(BytesColumn text) {
    int[] places = new int[text.entryCount()];
    for (int i = 0; i < places.length; i++) {
      places[i] = terms.find(text.data(), text.entryOffsets()[i], text.entryLength(i));
    }
    return places;
  }
}
