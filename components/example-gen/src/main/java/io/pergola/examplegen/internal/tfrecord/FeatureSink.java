package io.pergola.examplegen.internal.tfrecord;

/** Takes the features of a record as they are parsed. Ranges are of the record's bytes. */
interface FeatureSink {
  /** Skip the feature. */
  int SKIPPED = -1;

  /**
   * A feature begins.
   *
   * @return the number that the other methods get; {@link #SKIPPED} if nobody wants it
   */
  int feature(byte[] bytes, int from, int to, boolean sequence);

  /** It is present, with whatever values follow. */
  void present(int feature);

  /** A step of a sequence is over. */
  void endStep(int feature, int values);

  /** The feature is over. */
  void end(int feature, int values);

  void whole(int feature, long value);

  void number(int feature, float value);

  void bytes(int feature, byte[] bytes, int from, int to);
}
