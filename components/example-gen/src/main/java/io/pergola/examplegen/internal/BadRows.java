package io.pergola.examplegen.internal;

import io.pergola.examplegen.InputException;

/** What happens to a row that cannot be read. */
@FunctionalInterface
public interface BadRows {
  /** It ends the job. */
  BadRows REFUSED =
      problem -> {
        throw problem;
      };

  /** Takes note of a row; returns if the rows after it are wanted. */
  void row(InputException problem);
}
