package io.pergola.feature;

/** The sizes of a vocabulary, as an author gives them. */
final class VocabularySize {
  private VocabularySize() {}

  /**
   * Refuses sizes that no vocabulary has.
   *
   * @throws IllegalArgumentException naming the one that is out of range
   */
  static void require(int topK, int oovBuckets, long minFrequency) {
    Positive.of("vocabulary size", topK);
    if (oovBuckets < 0) {
      throw new IllegalArgumentException(
          "Invalid number of out-of-vocabulary buckets: %d (must be 0 or above)"
              .formatted(oovBuckets));
    }
    if (minFrequency < 1) {
      throw new IllegalArgumentException(
          "Invalid minimum frequency: %d (must be 1 or above)".formatted(minFrequency));
    }
  }
}
