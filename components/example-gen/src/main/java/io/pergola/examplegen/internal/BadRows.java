package io.pergola.examplegen.internal;

import io.pergola.examplegen.BadRowPolicy;
import io.pergola.examplegen.InputException;

/** What happens to a row that cannot be read. */
@FunctionalInterface
public interface BadRows {
  /** It ends the job. */
  BadRows REFUSED =
      problem -> {
        throw problem;
      };

  /** It is passed over: who writes the examples meets it once more, and takes note of it. */
  BadRows PASSED = problem -> {};

  /** What a policy says, for those who look at rows before examples are written. */
  static BadRows of(BadRowPolicy policy) {
    return policy.treatment() == BadRowPolicy.Treatment.FAIL ? REFUSED : PASSED;
  }

  /** Takes note of a row; returns if the rows after it are wanted. */
  void row(InputException problem);
}
