package io.pergola.feature.internal;

import io.pergola.feature.RowFilter;
import io.pergola.feature.RowFilter.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads filters from text, by recursive descent. */
public final class FilterParser {
  private static final int MAX_DEPTH = 200;
  private static final int MAX_EXPONENT = 400;

  private static final Set<String> WORDS =
      Set.of("and", "or", "not", "in", "is", "missing", "present", "true", "false");

  private static final Map<String, Operator> OPERATORS =
      Map.of(
          "=", Operator.EQUAL,
          "==", Operator.EQUAL,
          "!=", Operator.NOT_EQUAL,
          "<>", Operator.NOT_EQUAL,
          "<", Operator.LESS,
          "<=", Operator.LESS_OR_EQUAL,
          ">", Operator.GREATER,
          ">=", Operator.GREATER_OR_EQUAL);

  private static final Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_./]*");

  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(?<number>[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)"
              + "|(?<text>'(?:[^']|'')*')"
              + "|(?<quoted>\"(?:[^\"]|\"\")+\")"
              + "|(?<name>[\\p{L}_][\\p{L}\\p{N}_./]*)"
              + "|(?<symbol>==|!=|<>|<=|>=|[=<>(),]))");

  private enum Kind {
    NUMBER,
    TEXT,
    COLUMN,
    WORD,
    SYMBOL,
    END
  }

  private record Token(Kind kind, String text, int position) {
    boolean is(String word) {
      return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(word);
    }
  }

  private final String source;
  private final List<Token> tokens;
  private int next;
  private int depth;

  private FilterParser(String source) {
    this.source = source;
    tokens = tokens(source);
  }

  /** Whether a name of a column needs no quotes. */
  public static boolean isPlain(String name) {
    return PLAIN.matcher(name).matches() && !isWord(name);
  }

  private static boolean isWord(String name) {
    return WORDS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** Reads a filter. */
  public static RowFilter parse(String text) {
    FilterParser parser = new FilterParser(text);
    RowFilter filter = parser.or();
    if (parser.peek().kind() != Kind.END) {
      throw parser.expected("'and', 'or' or the end");
    }
    return filter;
  }

  private static List<Token> tokens(String source) {
    List<Token> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(source);
    int end = source.stripTrailing().length();
    int position = 0;
    while (position < end) {
      matcher.region(position, end);
      if (!matcher.lookingAt()) {
        int at = position;
        while (Character.isWhitespace(source.charAt(at))) {
          at++;
        }
        throw new IllegalArgumentException(
            "Cannot read the filter %s at character %d: '%s' begins nothing that a filter has. Quote text with ' and unusual column names with \"."
                .formatted(source, at + 1, source.charAt(at)));
      }
      tokens.add(token(matcher));
      position = matcher.end();
    }
    tokens.add(new Token(Kind.END, "the end", source.length()));
    return tokens;
  }

  private static Token token(Matcher matcher) {
    if (matcher.group("number") != null) {
      return new Token(Kind.NUMBER, matcher.group("number"), matcher.start("number"));
    }
    if (matcher.group("text") != null) {
      String text = matcher.group("text");
      return new Token(
          Kind.TEXT,
          text.substring(1, text.length() - 1).replace("''", "'"),
          matcher.start("text"));
    }
    if (matcher.group("quoted") != null) {
      String text = matcher.group("quoted");
      return new Token(
          Kind.COLUMN,
          text.substring(1, text.length() - 1).replace("\"\"", "\""),
          matcher.start("quoted"));
    }
    if (matcher.group("name") != null) {
      String name = matcher.group("name");
      return isWord(name)
          ? new Token(Kind.WORD, name.toLowerCase(Locale.ROOT), matcher.start("name"))
          : new Token(Kind.COLUMN, name, matcher.start("name"));
    }
    return new Token(Kind.SYMBOL, matcher.group("symbol"), matcher.start("symbol"));
  }

  private Token peek() {
    return tokens.get(next);
  }

  private boolean skip(String word) {
    if (peek().is(word)) {
      next++;
      return true;
    }
    return false;
  }

  private void require(String word) {
    if (!skip(word)) {
      throw expected("'" + word + "'");
    }
  }

  private IllegalArgumentException expected(String what) {
    Token token = peek();
    return new IllegalArgumentException(
        "Cannot read the filter %s at character %d: %s stands where %s should. Write it as in: fare > 5 and company in ('A', 'B')."
            .formatted(
                source,
                token.position() + 1,
                token.kind() == Kind.END ? "the end" : "'" + token.text() + "'",
                what));
  }

  private RowFilter or() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "Cannot read the filter: more than %d parentheses or 'not' stand inside each other. Make it flatter."
              .formatted(MAX_DEPTH));
    }
    RowFilter left = and();
    while (skip("or")) {
      left = left.or(and());
    }
    depth--;
    return left;
  }

  private RowFilter and() {
    RowFilter left = not();
    while (skip("and")) {
      left = left.and(not());
    }
    return left;
  }

  private RowFilter not() {
    int count = 0;
    while (skip("not")) {
      count++;
    }
    if (count > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "Cannot read the filter: more than %d 'not' stand after each other. Leave them out by twos."
              .formatted(MAX_DEPTH));
    }
    RowFilter filter = primary();
    for (int i = 0; i < count; i++) {
      filter = filter.not();
    }
    return filter;
  }

  private RowFilter primary() {
    if (skip("(")) {
      RowFilter filter = or();
      require(")");
      return filter;
    }
    Token column = peek();
    if (column.kind() != Kind.COLUMN) {
      throw expected("a column, 'not' or '('");
    }
    next++;
    return test(column.text());
  }

  private RowFilter test(String column) {
    if (skip("is")) {
      boolean negated = skip("not");
      boolean missing = skip("missing");
      if (!missing) {
        require("present");
      }
      RowFilter test = new RowFilter.Missing(column);
      return missing == negated ? test.not() : test;
    }
    if (skip("not")) {
      require("in");
      return in(column).not();
    }
    if (skip("in")) {
      return in(column);
    }
    Operator operator = peek().kind() == Kind.SYMBOL ? OPERATORS.get(peek().text()) : null;
    if (operator == null) {
      throw expected("one of = != < <= > >=, 'in' or 'is'");
    }
    next++;
    Token literal = literal();
    return literal.kind() == Kind.TEXT
        ? new RowFilter.TextTest(column, operator, literal.text())
        : new RowFilter.NumberTest(column, operator, number(literal));
  }

  private RowFilter in(String column) {
    require("(");
    List<Token> literals = new ArrayList<>();
    do {
      Token literal = peek();
      if (!literals.isEmpty()
          && literals.get(0).kind() == Kind.TEXT != (literal.kind() == Kind.TEXT)) {
        throw expected(literals.get(0).kind() == Kind.TEXT ? "text" : "a number");
      }
      literals.add(literal());
    } while (skip(","));
    require(")");
    return literals.get(0).kind() == Kind.TEXT
        ? new RowFilter.TextIn(column, literals.stream().map(Token::text).toList())
        : new RowFilter.NumberIn(
            column, literals.stream().map(this::number).collect(Collectors.toList()));
  }

  private Token literal() {
    Token token = peek();
    boolean truth = token.is("true") || token.is("false");
    if (token.kind() != Kind.NUMBER && token.kind() != Kind.TEXT && !truth) {
      throw expected("a number, or text in single quotes");
    }
    next++;
    return truth ? new Token(Kind.NUMBER, token.is("true") ? "1" : "0", token.position()) : token;
  }

  private BigDecimal number(Token literal) {
    try {
      BigDecimal number = new BigDecimal(literal.text());
      if (Math.abs((long) number.precision() - number.scale()) <= MAX_EXPONENT) {
        return number;
      }
    } catch (NumberFormatException e) { // An exponent beyond 32 bits; said below.
      next--;
    }
    throw new IllegalArgumentException(
        "Cannot read the filter %s at character %d: %s is beyond the range of numbers. Give one of at most 1e%d."
            .formatted(source, literal.position() + 1, literal.text(), MAX_EXPONENT));
  }
}
