package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.List;

/** Places of numbers among ascending boundaries. */
final class Buckets {
  private Buckets() {}

  /**
   * The number of boundaries at or below each value.
   *
   * @param size above every id
   */
  static LongColumn of(FloatColumn x, List<Float> boundaries, int size) {
    float[] sorted = array(boundaries);
    int[] bucketOf = new int[x.entryCount()];
    for (int i = 0; i < bucketOf.length; i++) {
      bucketOf[i] = atOrBelow(x.entries()[i], sorted);
    }
    return Vectors.ofFew(x, bucketOf, size);
  }

  /** The place among boundaries, of which there are some, from 0 to 1. */
  static Vectors.FloatFunction interpolation(List<Float> boundaries) {
    float[] sorted = array(boundaries);
    int last = sorted.length - 1;
    return x -> {
      int above = atOrBelow(x, sorted);
      if (Float.isNaN(x)) {
        return 0.5f;
      } else if (above == 0 || above > last) {
        return above == 0 ? 0 : 1;
      }
      double from = sorted[above - 1];
      return (float) ((above - 1 + (x - from) / (sorted[above] - from)) / last);
    };
  }

  /** Above NaN there is nothing, as in TensorFlow Transform: it falls into the last bucket. */
  static int atOrBelow(float x, float[] boundaries) {
    int low = 0;
    int high = boundaries.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (boundaries[middle] > x) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  static float[] array(List<Float> boundaries) {
    float[] array = new float[boundaries.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = boundaries.get(i);
    }
    return array;
  }
}
