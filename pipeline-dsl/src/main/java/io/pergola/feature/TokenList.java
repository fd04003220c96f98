package io.pergola.feature;

import java.util.List;
import java.util.regex.Pattern;

/** Lists of texts. {@code docs/reference/feature-plans.md} defines each. */
public sealed interface TokenList extends Expr.OfTokens {

  /** A raw column of any number of texts. */
  record Column(String column) implements TokenList {
    @Override
    public String text() {
      return column;
    }
  }

  /** The runs of anything but white space. */
  record Tokenize(Expr.OfText of) implements TokenList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".tokenize()";
    }
  }

  /**
   * The parts of a text that match a pattern, from left to right.
   *
   * @param pattern as {@link Pattern} reads it
   * @param flags those of {@link Pattern}, such as {@link Pattern#CASE_INSENSITIVE}
   */
  record Find(Expr.OfText of, String pattern, int flags) implements TokenList {
    public Find {
      Patterns.require(pattern, flags);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.tokenize(%s)".formatted(of.text(), Patterns.text(pattern, flags));
    }
  }

  /** The parts of a text between those that match a pattern, without empty ones. */
  record Split(Expr.OfText of, String pattern, int flags) implements TokenList {
    public Split {
      Patterns.require(pattern, flags);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.split(%s)".formatted(of.text(), Patterns.text(pattern, flags));
    }
  }

  /** Each text made another, as {@link TextFunction} does. */
  record Each(TextFunction.Name function, Expr.OfTokens of) implements TokenList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.%s()".formatted(of.text(), function.method());
    }
  }

  /**
   * Runs of {@code from} to {@code to} neighbouring texts, joined with a separator; those that
   * begin earlier first, and of those that begin together the shorter first.
   */
  record NGrams(Expr.OfTokens of, int from, int to, String separator) implements TokenList {
    private static final int MOST = 100;

    public NGrams {
      if (from < 1 || to < from || to > MOST) {
        throw new IllegalArgumentException(
            "Invalid lengths of n-grams: %d..%d (must be 1 or above, ascend, and end at %d at most)"
                .formatted(from, to, MOST));
      }
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.ngrams(%d, %d, \"%s\")".formatted(of.text(), from, to, separator);
    }
  }

  /** Each distinct text once, where it first stands. */
  record Distinct(Expr.OfTokens of) implements TokenList {
    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return of.text() + ".distinct()";
    }
  }

  /** The first {@code count}; all where there are fewer. */
  record First(Expr.OfTokens of, int count) implements TokenList {
    public First {
      Positive.of("number of first texts", count);
    }

    @Override
    public List<Expr> operands() {
      return List.of(of);
    }

    @Override
    public String text() {
      return "%s.first(%d)".formatted(of.text(), count);
    }
  }
}
