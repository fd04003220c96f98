package io.pergola.validation;

/**
 * What the values of a feature mean, as far as they tell.
 *
 * @param kind what they are
 * @param format in what form: an image format ({@code jpeg}), a pattern of time ({@code %Y-%m-%d},
 *     as strptime has it) or its unit ({@code unix_seconds}); empty where kinds have no forms
 * @param share of the distinct values looked at that are of this kind and form, above 0 and at most
 *     1; of images, of all values
 */
public record SemanticDomain(SemanticDomain.Kind kind, String format, double share) {
  /** What values can be. */
  public enum Kind {
    /** Sentences that people wrote. */
    NATURAL_LANGUAGE,
    /** The bytes of an image file. */
    IMAGE,
    /** Addresses with a scheme and a host. */
    URL,
    /** Points in time: text of one pattern, or numbers since 1970 in one unit. */
    TIME,
    /** Integers that only name things. */
    CATEGORICAL_INTEGER,
    /** A value for each example, no two alike. */
    IDENTIFIER
  }

  public SemanticDomain {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share of a semantic domain: %s (above 0, at most 1)".formatted(share));
    }
  }
}
