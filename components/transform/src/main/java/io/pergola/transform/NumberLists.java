package io.pergola.transform;

import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.ListMeasure;
import java.util.HashMap;
import java.util.Map;

/** What a plan computes of lists of numbers: once for each distinct list or number. */
final class NumberLists {
  private NumberLists() {}

  /** Numbers as float32, rounded to nearest, ties to even. */
  static Lists floats(Lists numbers) {
    ExampleColumn values = numbers.values();
    if (values instanceof FloatColumn) {
      return numbers;
    }
    float[] entries = new float[values.entryCount()];
    for (int i = 0; i < entries.length; i++) {
      entries[i] =
          values instanceof LongColumn integers
              ? (float) integers.entries()[i]
              : (float) ((DoubleColumn) values).entries()[i];
    }
    return numbers.numbers(entries);
  }

  static Lists map(Lists numbers, Vectors.FloatFunction function) {
    float[] from = ((FloatColumn) numbers.values()).entries();
    float[] entries = new float[from.length];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = function.of(from[i]);
    }
    return numbers.numbers(entries);
  }

  /** Both zeros are one number, and all NaNs are. */
  static Lists distinct(Lists numbers) {
    float[] entries = ((FloatColumn) numbers.values()).entries();
    Map<Integer, Integer> first = new HashMap<>();
    int[] canonical = new int[entries.length];
    for (int i = 0; i < canonical.length; i++) {
      Integer known = first.putIfAbsent(Float.floatToIntBits(entries[i] + 0f), i);
      canonical[i] = known == null ? i : known;
    }
    return numbers.distinct(canonical);
  }

  static FloatColumn measure(Lists lists, ListMeasure.Name measure) {
    float[] ofLists = new float[lists.count()];
    boolean allKnown = true;
    for (int list = 0; list < ofLists.length; list++) {
      ofLists[list] = measure(lists, list, measure);
      allKnown &= isKnown(lists, list, measure);
    }
    long[] presence = lists.presence();
    if (!allKnown) {
      presence = new long[(lists.rows() + 63) >> 6];
      for (int row = 0; row < lists.rows(); row++) {
        if (lists.isPresent(row) && isKnown(lists, lists.list(row), measure)) {
          presence[row >> 6] |= 1L << (row & 63);
        }
      }
      presence = Vectors.nullIfAll(presence, lists.rows());
    }
    return new FloatColumn("", lists.rows(), ofLists, lists.ids(), presence, null);
  }

  private static boolean isKnown(Lists lists, int list, ListMeasure.Name measure) {
    return measure == ListMeasure.Name.COUNT
        || measure == ListMeasure.Name.SUM
        || lists.length(list) > 0;
  }

  private static float measure(Lists lists, int list, ListMeasure.Name measure) {
    int count = lists.length(list);
    if (measure == ListMeasure.Name.COUNT || count == 0) {
      return count;
    }
    FloatColumn values = (FloatColumn) lists.values();
    int start = values.start(list);
    float first = values.value(start);
    if (measure == ListMeasure.Name.FIRST) {
      return first;
    }
    double sum = 0;
    float least = first;
    float most = first;
    for (int value = start; value < start + count; value++) {
      float x = values.value(value);
      sum += x;
      least = Math.min(least, x);
      most = Math.max(most, x);
    }
    return switch (measure) {
      case SUM -> (float) sum;
      case MEAN -> (float) (sum / count);
      case MIN -> least;
      case MAX -> most;
      case COUNT, FIRST -> throw new IllegalStateException("Answered above.");
    };
  }
}
