package io.pergola.examplegen;

import java.io.Serializable;

/**
 * What happens to rows that cannot be read: a value that is not of its column's type, a record with
 * too few cells. {@code docs/reference/bad-rows.md} says what is kept of them.
 *
 * @param treatment what is done with each
 * @param upTo the largest share of all rows read that may be bad, above 0 and at most 1; 0 if the
 *     first one fails the node
 */
public record BadRowPolicy(Treatment treatment, double upTo) implements Serializable {

  /** What is done with a bad row. */
  public enum Treatment {
    /** It fails the node. */
    FAIL,
    /** It is left out and counted. */
    SKIP,
    /** It is left out, counted, and kept with the reason and its place. */
    DEAD_LETTER
  }

  public BadRowPolicy {
    boolean fails = treatment == Treatment.FAIL;
    if (fails ? upTo != 0 : !(upTo > 0 && upTo <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share of bad rows: %s (%s)"
              .formatted(upTo, fails ? "must be 0 where they fail" : "must be above 0, at most 1"));
    }
  }

  /** The first bad row fails the node, with its file, line or record, column and value. */
  public static BadRowPolicy fail() {
    return new BadRowPolicy(Treatment.FAIL, 0);
  }

  /** Bad rows are left out and counted; more than this share of all rows fails the node. */
  public static BadRowPolicy skip(double upTo) {
    return new BadRowPolicy(Treatment.SKIP, upTo);
  }

  /** The same, and each is kept in the artifact's folder {@code _bad_rows}. */
  public static BadRowPolicy deadLetter(double upTo) {
    return new BadRowPolicy(Treatment.DEAD_LETTER, upTo);
  }
}
