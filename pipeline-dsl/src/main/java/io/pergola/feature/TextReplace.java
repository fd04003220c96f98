package io.pergola.feature;

import java.util.List;
import java.util.regex.Pattern;

/**
 * A text with every match of a pattern replaced.
 *
 * @param pattern as {@link Pattern} reads it
 * @param flags those of {@link Pattern}
 * @param replacement as {@link java.util.regex.Matcher#replaceAll(String)} reads it: {@code $1} is
 *     what the first group matched
 */
public record TextReplace(Expr.OfText of, String pattern, int flags, String replacement)
    implements Expr.OfText {
  public TextReplace {
    Patterns.require(pattern, flags);
    Patterns.requireReplacement(pattern, flags, replacement);
  }

  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  @Override
  public String text() {
    return "%s.replace(%s, \"%s\")"
        .formatted(of.text(), Patterns.text(pattern, flags), replacement);
  }
}
