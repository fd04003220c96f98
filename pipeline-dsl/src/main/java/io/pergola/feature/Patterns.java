package io.pergola.feature;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions, as an author gives them. */
final class Patterns {
  private Patterns() {}

  /**
   * Refuses what is no regular expression.
   *
   * @throws IllegalArgumentException saying what is wrong, and where
   */
  static void require(String pattern, int flags) {
    try {
      Pattern.compile(pattern, flags);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Invalid pattern: '%s' (%s at %d)"
              .formatted(pattern, e.getDescription(), Math.max(0, e.getIndex())),
          e);
    }
  }

  /**
   * Refuses a replacement that names a group which the pattern does not have.
   *
   * @throws IllegalArgumentException if it does, or ends in the middle of a name
   */
  static void requireReplacement(String pattern, int flags, String replacement) {
    boolean literal = (flags & Pattern.LITERAL) != 0;
    // Either matches once, whatever the pattern is.
    Pattern matching =
        literal ? Pattern.compile(".") : Pattern.compile("(?:" + pattern + "\n)?", flags);
    try {
      matching.matcher(literal ? "x" : "").replaceAll(replacement);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Invalid replacement: '%s' (%s, in pattern '%s')"
              .formatted(replacement, e.getMessage(), pattern),
          e);
    }
  }

  /** As it stands in a call. */
  static String text(String pattern, int flags) {
    return flags == 0 ? "\"" + pattern + "\"" : "\"%s\", %d".formatted(pattern, flags);
  }
}
