package io.pergola.metadata.internal;

import io.pergola.metadata.FilterQueryException;
import java.util.ArrayList;
import java.util.List;

/** Cuts a filter query into words, quoted texts, numbers and signs. */
final class FilterLexer {
  /** What a token is. */
  enum Kind {
    WORD,
    /** A name in backticks: never a keyword. */
    NAME,
    TEXT,
    NUMBER,
    SIGN,
    END
  }

  /**
   * A token.
   *
   * @param text without quotes
   * @param column of its first character, from 1
   */
  record Token(Kind kind, String text, int column) {
    boolean isWord(String word) {
      return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSign(String sign) {
      return kind == Kind.SIGN && text.equals(sign);
    }

    String shown() {
      return switch (kind) {
        case END -> "the end";
        case TEXT -> "a text";
        default -> "'" + (text.length() > 40 ? text.substring(0, 40) + "..." : text) + "'";
      };
    }
  }

  private final String text;
  private int at;

  private FilterLexer(String text) {
    this.text = text;
  }

  /** All tokens, the last of them END. */
  static List<Token> tokens(String text) {
    FilterLexer lexer = new FilterLexer(text);
    List<Token> tokens = new ArrayList<>();
    do {
      tokens.add(lexer.next());
    } while (tokens.get(tokens.size() - 1).kind() != Kind.END);
    return tokens;
  }

  private Token next() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    int start = at;
    if (at >= text.length()) {
      return new Token(Kind.END, "", start + 1);
    }
    char c = text.charAt(at);
    if (c == '\'' || c == '"') {
      return new Token(Kind.TEXT, quoted(c), start + 1);
    }
    if (c == '`') {
      return new Token(Kind.NAME, quoted(c), start + 1);
    }
    if (isLetter(c)) {
      while (at < text.length() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
        at++;
      }
      return new Token(Kind.WORD, text.substring(start, at), start + 1);
    }
    if (isDigit(c)) {
      return number(start);
    }
    for (String sign : List.of("<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ",", ".", "-")) {
      if (text.startsWith(sign, at)) {
        at += sign.length();
        return new Token(Kind.SIGN, sign, start + 1);
      }
    }
    throw new FilterQueryException(
        start + 1,
        "unexpected character U+%04X".formatted((int) c),
        "Put texts into quotes, and names of properties with such characters into backticks.");
  }

  private Token number(int start) {
    digits();
    if (at + 1 < text.length() && text.charAt(at) == '.' && isDigit(text.charAt(at + 1))) {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (at < text.length() && (text.charAt(at) == '+' || text.charAt(at) == '-')) {
        at++;
      }
      if (at >= text.length() || !isDigit(text.charAt(at))) {
        throw new FilterQueryException(
            start + 1, "a number without its exponent", "Write it like 1.5e3.");
      }
      digits();
    }
    if (at < text.length() && isLetter(text.charAt(at))) {
      throw new FilterQueryException(
          start + 1, "a number that ends in a letter", "Put texts into quotes.");
    }
    return new Token(Kind.NUMBER, text.substring(start, at), start + 1);
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  /** A quote within the quotes is written twice; a backslash is itself. */
  private String quoted(char quote) {
    int start = at++;
    StringBuilder content = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == quote) {
        if (at < text.length() && text.charAt(at) == quote) {
          at++;
        } else {
          return content.toString();
        }
      } else if (c == '\0' || (Character.isSurrogate(c) && !isPair(c))) {
        throw new FilterQueryException(
            at, "a character that databases cannot hold", "Leave out NUL and lone surrogates.");
      } else if (Character.isHighSurrogate(c)) {
        content.append(c);
        c = text.charAt(at++);
      }
      content.append(c);
    }
    throw new FilterQueryException(
        start + 1, "a quote that is not closed", "Close it with %s.".formatted(quote));
  }

  private boolean isPair(char first) {
    return Character.isHighSurrogate(first)
        && at < text.length()
        && Character.isLowSurrogate(text.charAt(at));
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
