package io.pergola.training;

/** What the examples are that a {@link Trainer} reads. */
public enum ExampleForm {
  /** Features, as Transform wrote them. */
  TRANSFORMED,
  /** Raw examples; the plan is applied while they are read. */
  RAW
}
