package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.InputException;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the records of one piece of a file, one after the other. Not thread-safe. */
public interface RecordReader extends Closeable {
  /**
   * Moves to the next record.
   *
   * @return false after the last one that begins in the piece
   * @throws InputException if the file is broken there, so that nothing after it can be found
   */
  boolean next() throws IOException;

  /**
   * Reads the values of the record.
   *
   * @throws InputException if one of them is not what its column needs; the reader is as before,
   *     and can move on
   */
  void read();

  /** Adds the values that decide on the split. */
  void addTo(ExampleHash hash, HashedColumns columns);

  /** Adds the values to a batch of the columns, and ends its row. */
  void appendTo(ExampleBatchBuilder batch);

  /** The number of the record in its file, from 1, or of its line, as messages have it. */
  long record();

  /** The record as it stands in the file, as far as it is text or can be shown as such. */
  String raw();

  /** The record so that it can be read again from a file of its own, if the format allows. */
  default Optional<? extends Replay> replay() {
    return Optional.empty();
  }

  @Override
  void close() throws IOException;
}
