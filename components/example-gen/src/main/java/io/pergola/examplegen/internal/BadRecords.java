package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;
import java.io.IOException;
import java.util.Optional;

/** What happens to a record that cannot be read, when records become examples. */
@FunctionalInterface
public interface BadRecords {
  /**
   * Takes note of a record; returns if those after it are wanted.
   *
   * @param raw the record, to look at
   * @param replay the record, to read again
   */
  void add(InputException problem, String raw, Optional<? extends Replay> replay)
      throws IOException;
}
