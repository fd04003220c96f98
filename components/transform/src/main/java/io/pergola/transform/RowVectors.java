package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.FixedVector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A vector for each row of a batch, written out only where it is wanted: a vector can be wide, and
 * what it is made of seldom is.
 */
interface RowVectors {
  int width();

  /** As {@link io.pergola.beam.ExampleColumn#presence} has it. */
  long @Nullable [] presence();

  /**
   * Puts the vector of a row that is present into {@code to}, which holds zeros, from {@code at}
   * on.
   */
  void put(int row, float[] to, int at);

  /** The vectors of some rows as a multivalent column. */
  default FloatColumn column(String name, int from, int to) {
    long[] all = presence();
    long[] presence = new long[(to - from + 63) >> 6];
    int[] offsets = new int[to - from + 1];
    for (int row = from; row < to; row++) {
      boolean present = all == null || (all[row >> 6] >>> (row & 63) & 1) != 0;
      offsets[row - from + 1] = Math.addExact(offsets[row - from], present ? width() : 0);
      if (present) {
        presence[(row - from) >> 6] |= 1L << ((row - from) & 63);
      }
    }
    float[] values = new float[offsets[to - from]];
    for (int row = from; row < to; row++) {
      if (offsets[row - from + 1] > offsets[row - from]) {
        put(row, values, offsets[row - from]);
      }
    }
    return new FloatColumn(
        name, to - from, values, null, Vectors.nullIfAll(presence, to - from), offsets);
  }

  /** 1 at each id of a list. */
  static RowVectors multiHot(Lists ids, int width) {
    LongColumn values = (LongColumn) ids.values();
    return new OfLists(
        ids,
        width,
        (list, to, at) -> {
          for (int value = values.start(list); value < values.end(list); value++) {
            long id = values.value(value);
            if (id >= 0) {
              to[at + (int) id] = 1;
            }
          }
        });
  }

  /** How often each id is in a list. */
  static RowVectors bagOfWords(Lists ids, int width) {
    LongColumn values = (LongColumn) ids.values();
    return new OfLists(
        ids,
        width,
        (list, to, at) -> {
          for (int value = values.start(list); value < values.end(list); value++) {
            long id = values.value(value);
            if (id >= 0) {
              to[at + (int) id]++;
            }
          }
        });
  }

  /** The count of each id divided by the length of the list, times the id's weight. */
  static RowVectors tfIdf(Lists ids, Fitted.TfIdf fitted) {
    LongColumn values = (LongColumn) ids.values();
    RowVectors counts = bagOfWords(ids, fitted.of().width());
    float[] weights = fitted.weights();
    return new OfLists(
        ids,
        weights.length,
        (list, to, at) -> {
          int length = values.end(list) - values.start(list);
          ((OfLists) counts).writer.put(list, to, at);
          for (int i = 0; i < weights.length; i++) {
            float count = to[at + i];
            if (count != 0) {
              to[at + i] = count / length * weights[i];
            }
          }
        });
  }

  /** The first numbers of a list, and one value behind a shorter list. */
  static RowVectors padded(Lists numbers, FixedVector.PaddedNumbers e) {
    FloatColumn values = (FloatColumn) numbers.values();
    return new OfLists(
        numbers,
        e.width(),
        (list, to, at) -> {
          int start = values.start(list);
          int count = Math.min(e.width(), values.end(list) - start);
          for (int i = 0; i < e.width(); i++) {
            to[at + i] = i < count ? values.value(start + i) : e.value();
          }
        });
  }

  /** 1 at the id. */
  static RowVectors oneHot(LongColumn ids, int width) {
    return new OfRows(
        width,
        ids.presence(),
        (row, to, at) -> {
          long id = ids.value(row);
          if (id >= 0) {
            to[at + (int) id] = 1;
          }
        });
  }

  /** Numbers side by side. */
  static RowVectors packed(List<FloatColumn> numbers) {
    long @Nullable [] presence = null;
    for (FloatColumn column : numbers) {
      presence = Vectors.both(presence, column.presence());
    }
    return new OfRows(
        numbers.size(),
        presence,
        (row, to, at) -> {
          int i = at;
          for (FloatColumn column : numbers) {
            to[i++] = column.value(row);
          }
        });
  }

  /** Writes the vector of one row, or of one list. */
  interface Writer {
    void put(int index, float[] to, int at);
  }

  /** Vectors that follow from lists. */
  record OfLists(Lists lists, int width, Writer writer) implements RowVectors {
    @Override
    public long @Nullable [] presence() {
      return lists.presence();
    }

    @Override
    public void put(int row, float[] to, int at) {
      writer.put(lists.list(row), to, at);
    }
  }

  /** Vectors that follow from univalent columns. */
  @SuppressWarnings("ArrayRecordComponent") // Shared on purpose, as columns are.
  record OfRows(int width, long @Nullable [] presence, Writer writer) implements RowVectors {
    @Override
    public void put(int row, float[] to, int at) {
      writer.put(row, to, at);
    }
  }
}
