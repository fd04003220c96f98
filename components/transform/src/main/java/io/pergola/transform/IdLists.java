package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.feature.IdList;
import java.util.Arrays;

/** What a plan computes of lists of ids: once for each distinct text or number. */
final class IdLists {
  private IdLists() {}

  static Lists vocabulary(Lists tokens, Terms terms, IdList.Vocabulary e) {
    return tokens.ids(ids((BytesColumn) tokens.values(), terms, e.oovBuckets()));
  }

  /** The id of each entry. */
  static long[] ids(BytesColumn text, Terms terms, int oovBuckets) {
    int[] offsets = text.entryOffsets();
    long[] ids = new long[text.entryCount()];
    for (int i = 0; i < ids.length; i++) {
      int length = offsets[i + 1] - offsets[i];
      long fingerprint = Fingerprint64.of(text.data(), offsets[i], length);
      ids[i] = terms.find(text.data(), offsets[i], length, fingerprint);
      if (ids[i] < 0 && oovBuckets > 0) {
        ids[i] = terms.size() + Fingerprint64.bucket(fingerprint, oovBuckets);
      }
    }
    return ids;
  }

  static Lists hash(Lists tokens, int buckets) {
    return tokens.ids(hashes((BytesColumn) tokens.values(), buckets));
  }

  /** The hash of each entry. */
  static long[] hashes(BytesColumn text, int buckets) {
    int[] offsets = text.entryOffsets();
    long[] ids = new long[text.entryCount()];
    for (int i = 0; i < ids.length; i++) {
      long fingerprint = Fingerprint64.of(text.data(), offsets[i], offsets[i + 1] - offsets[i]);
      ids[i] = Fingerprint64.bucket(fingerprint, buckets);
    }
    return ids;
  }

  /**
   * Numbers as ids.
   *
   * @param numbers integers, or float32
   */
  static Lists identity(Lists numbers, int size, String feature) {
    long[] uses = numbers.usesOfEntries();
    long[] ids = new long[uses.length];
    for (int i = 0; i < ids.length; i++) {
      double value =
          numbers.values() instanceof LongColumn integers
              ? integers.entries()[i]
              : ((FloatColumn) numbers.values()).entries()[i];
      if (value >= 0 && value < size && value == (int) value) {
        ids[i] = (int) value;
      } else if (uses[i] > 0) {
        throw noId(
            numbers.values() instanceof LongColumn integers
                ? Decimal.text(integers.entries()[i])
                : Decimal.text((float) value),
            feature,
            size);
      }
    }
    return numbers.ids(ids);
  }

  /** Why a number is no id. */
  static IllegalArgumentException noId(String number, String feature, int size) {
    return new IllegalArgumentException(
        ("Cannot use %s as feature '%s': an identity takes whole numbers in 0..%d. Correct the data,"
                + " give the identity a larger size, or hash the number.")
            .formatted(number, feature, size - 1));
  }

  static Lists distinct(Lists lists) {
    long[] ids = ((LongColumn) lists.values()).entries();
    long[] sorted = ids.clone();
    Arrays.sort(sorted);
    int[] firstOfPlace = new int[ids.length];
    Arrays.fill(firstOfPlace, -1);
    int[] canonical = new int[ids.length];
    for (int entry = 0; entry < ids.length; entry++) {
      int place = place(sorted, ids[entry]);
      if (firstOfPlace[place] < 0) {
        firstOfPlace[place] = entry;
      }
      canonical[entry] = firstOfPlace[place];
    }
    return lists.distinct(canonical);
  }

  /** The first place of a value among sorted ones. */
  private static int place(long[] sorted, long value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
