package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads the row groups of one piece of a file, one after the other. Not thread-safe. */
public interface BatchReader extends Closeable {
  /** The next rows, with the columns asked for, in that order; none at the end. */
  Optional<ExampleBatch> next() throws IOException;

  /** How many row groups were not read so far, because no row of them passes the filter. */
  default long skippedGroups() {
    return 0;
  }

  @Override
  void close() throws IOException;
}
