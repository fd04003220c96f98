package io.pergola.feature;

import java.util.List;

/** Text made of text, character by character; bytes that are not UTF-8 become U+FFFD. */
public record TextFunction(Name function, Expr.OfText of) implements Expr.OfText {
  @Override
  public List<Expr> operands() {
    return List.of(of);
  }

  /** The functions. */
  public enum Name {
    /** In small letters, by Unicode's rules that depend on no language. */
    LOWER("lower"),
    /** Without white space at either end. */
    STRIP("strip"),
    /** In Unicode's normal form C. */
    NFC("nfc"),
    /** In capital letters, by Unicode's rules that depend on no language. */
    UPPER("upper"),
    /** In Unicode's normal form KC: what looks alike is written alike. */
    NFKC("nfkc");

    private final String method;

    Name(String method) {
      this.method = method;
    }

    /** What an author calls. */
    String method() {
      return method;
    }
  }

  @Override
  public String text() {
    return "%s.%s()".formatted(of.text(), function.method);
  }
}
