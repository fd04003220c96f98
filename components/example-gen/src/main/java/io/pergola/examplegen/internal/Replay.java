package io.pergola.examplegen.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A refused record, as it can be read again from a file of such records. */
public interface Replay {
  /** How the file's name ends, {@code .csv}. */
  String suffix();

  /** What the file says of all its records; only those for which it is equal share one. */
  Object kind();

  /** Begins a file for records of this kind; this one is not in it yet. */
  Records create(Path file) throws IOException;

  /** A file of records of one kind. Not thread-safe. */
  interface Records extends Closeable {
    /**
     * Appends a record.
     *
     * @param record of the kind that the file was created for
     */
    void append(Replay record) throws IOException;
  }
}
