package io.pergola.validation.internal;

import io.pergola.validation.internal.StatisticsScope.Source;
import java.util.List;
import java.util.Optional;

/**
 * Reads an expression over statistics by recursive descent. It knows comparisons, arithmetic and
 * six functions; nothing else can be said, so that nothing else can happen.
 */
public final class ExpressionParser {
  private static final List<String> NUMBER_FUNCTIONS = List.of("abs", "sqrt", "log");
  private static final List<String> TEXT_FUNCTIONS = List.of("count", "share");
  private static final String QUANTILE = "quantile";
  private static final int DEEPEST = 100;

  private final String text;
  private int at;
  private int depth;

  /** A reader of one expression. */
  public ExpressionParser(String text) {
    this.text = text;
  }

  /** A number that depends on statistics. */
  interface NumberNode {
    double value(StatisticsScope scope);
  }

  /** Something that holds for statistics or not. */
  public interface BoolNode {
    boolean holds(StatisticsScope scope);
  }

  /** Either a number or a truth value, and the column it starts in. */
  private record Node(int column, Optional<NumberNode> number, Optional<BoolNode> bool) {
    static Node of(int column, NumberNode number) {
      return new Node(column, Optional.of(number), Optional.empty());
    }

    static Node of(int column, BoolNode bool) {
      return new Node(column, Optional.empty(), Optional.of(bool));
    }
  }

  /**
   * Reads the expression.
   *
   * @throws IllegalArgumentException naming the column of what is wrong
   */
  public BoolNode parse() {
    Node node = either();
    skipSpace();
    if (at < text.length()) {
      throw wrong(at, "expected an operator or the end, found '%s'".formatted(text.charAt(at)));
    }
    return bool(node);
  }

  private Node either() {
    Node left = both();
    while (accept("||")) {
      BoolNode one = bool(left);
      BoolNode other = bool(both());
      left = Node.of(left.column, (BoolNode) s -> one.holds(s) || other.holds(s));
    }
    return left;
  }

  private Node both() {
    Node left = not();
    while (accept("&&")) {
      BoolNode one = bool(left);
      BoolNode other = bool(not());
      left = Node.of(left.column, (BoolNode) s -> one.holds(s) && other.holds(s));
    }
    return left;
  }

  private Node not() {
    skipSpace();
    int column = at;
    if (at + 1 < text.length() && text.charAt(at) == '!' && text.charAt(at + 1) != '=') {
      at++;
      BoolNode node = bool(deeper(this::not));
      return Node.of(column, (BoolNode) s -> !node.holds(s));
    }
    return comparison();
  }

  private Node comparison() {
    Node left = sum();
    for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
      if (accept(operator)) {
        NumberNode a = number(left);
        NumberNode b = number(sum());
        return Node.of(left.column, compare(operator, a, b));
      }
    }
    return left;
  }

  private static BoolNode compare(String operator, NumberNode a, NumberNode b) {
    return switch (operator) {
      case "==" -> s -> a.value(s) == b.value(s);
      case "!=" -> s -> a.value(s) != b.value(s);
      case "<=" -> s -> a.value(s) <= b.value(s);
      case ">=" -> s -> a.value(s) >= b.value(s);
      case "<" -> s -> a.value(s) < b.value(s);
      default -> s -> a.value(s) > b.value(s);
    };
  }

  private Node sum() {
    Node left = product();
    while (true) {
      boolean plus = accept("+");
      if (!plus && !accept("-")) {
        return left;
      }
      NumberNode a = number(left);
      NumberNode b = number(product());
      NumberNode result = plus ? s -> a.value(s) + b.value(s) : s -> a.value(s) - b.value(s);
      left = Node.of(left.column, result);
    }
  }

  private Node product() {
    Node left = unary();
    while (true) {
      NumberNode result;
      if (accept("*")) {
        NumberNode a = number(left);
        NumberNode b = number(unary());
        result = s -> a.value(s) * b.value(s);
      } else if (accept("/")) {
        NumberNode a = number(left);
        NumberNode b = number(unary());
        result = s -> a.value(s) / b.value(s);
      } else if (accept("%")) {
        NumberNode a = number(left);
        NumberNode b = number(unary());
        result = s -> a.value(s) % b.value(s);
      } else {
        return left;
      }
      left = Node.of(left.column, result);
    }
  }

  private Node unary() {
    skipSpace();
    int column = at;
    if (accept("-")) {
      NumberNode node = number(deeper(this::unary));
      return Node.of(column, (NumberNode) s -> -node.value(s));
    }
    return primary();
  }

  private Node primary() {
    skipSpace();
    int column = at;
    if (at >= text.length()) {
      throw wrong(at, "expected a number, a name or '(', found the end");
    }
    char c = text.charAt(at);
    if (accept("(")) {
      Node inner = deeper(this::either);
      expect(")");
      return new Node(column, inner.number, inner.bool);
    }
    if (Character.isDigit(c) || c == '.') {
      double value = literal();
      return Node.of(column, (NumberNode) s -> value);
    }
    if (Character.isJavaIdentifierStart(c)) {
      return named(column);
    }
    throw wrong(at, "expected a number, a name or '(', found '%s'".formatted(c));
  }

  private double literal() {
    int start = at;
    while (at < text.length() && isOfNumber(start)) {
      at++;
    }
    try {
      return Double.parseDouble(text.substring(start, at));
    } catch (NumberFormatException e) {
      throw wrong(start, "'%s' is not a number".formatted(text.substring(start, at)));
    }
  }

  private boolean isOfNumber(int start) {
    char c = text.charAt(at);
    boolean sign = (c == '+' || c == '-') && at > start && isExponent(text.charAt(at - 1));
    return Character.isDigit(c) || c == '.' || isExponent(c) || sign;
  }

  private static boolean isExponent(char c) {
    return c == 'e' || c == 'E';
  }

  private Node named(int column) {
    String name = identifier();
    Source source = Source.CURRENT;
    if (name.equals("previous") || name.equals("serving")) {
      source = name.equals("previous") ? Source.PREVIOUS : Source.SERVING;
      expect(".");
      column = at;
      name = identifier();
    }
    if (name.equals("true") || name.equals("false")) {
      boolean holds = name.equals("true");
      return Node.of(column, (BoolNode) s -> holds);
    }
    if (accept("(")) {
      NumberNode call = call(column, source, name);
      expect(")");
      return Node.of(column, call);
    }
    if (!StatisticsScope.names().contains(name)) {
      throw wrong(
          column,
          "'%s' is no statistic (known: %s)"
              .formatted(name, String.join(", ", StatisticsScope.names())));
    }
    Source from = source;
    String statistic = name;
    return Node.of(column, (NumberNode) s -> s.number(from, statistic));
  }

  private NumberNode call(int column, Source source, String name) {
    if (TEXT_FUNCTIONS.contains(name)) {
      String value = quoted();
      return name.equals("count") ? s -> s.count(source, value) : s -> s.share(source, value);
    }
    if (name.equals(QUANTILE)) {
      skipSpace();
      int start = at;
      double fraction = at < text.length() ? literal() : Double.NaN;
      if (!(fraction >= 0 && fraction <= 1)) {
        throw wrong(start, "expected a fraction from 0 to 1");
      }
      return s -> s.quantile(source, fraction);
    }
    if (!NUMBER_FUNCTIONS.contains(name) || source != Source.CURRENT) {
      throw wrong(
          column,
          "'%s' is no function (known: abs, sqrt, log, quantile, count, share)".formatted(name));
    }
    NumberNode x = number(deeper(this::sum));
    return switch (name) {
      case "abs" -> s -> Math.abs(x.value(s));
      case "sqrt" -> s -> Math.sqrt(x.value(s));
      default -> s -> Math.log(x.value(s));
    };
  }

  private String identifier() {
    int start = at;
    while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
      at++;
    }
    if (start == at) {
      throw wrong(at, "expected a name");
    }
    return text.substring(start, at);
  }

  private String quoted() {
    skipSpace();
    int start = at;
    char quote = at < text.length() ? text.charAt(at) : ' ';
    if (quote != '"' && quote != '\'') {
      throw wrong(at, "expected a text in quotes");
    }
    int end = text.indexOf(quote, at + 1);
    if (end < 0) {
      throw wrong(start, "the text in quotes has no end");
    }
    at = end + 1;
    return text.substring(start + 1, end);
  }

  private interface Rule {
    Node read();
  }

  private Node deeper(Rule rule) {
    if (++depth > DEEPEST) {
      throw wrong(at, "nested deeper than %d".formatted(DEEPEST));
    }
    Node node = rule.read();
    depth--;
    return node;
  }

  private NumberNode number(Node node) {
    return node.number.orElseThrow(() -> wrong(node.column, "expected a number, found true/false"));
  }

  private BoolNode bool(Node node) {
    return node.bool.orElseThrow(
        () -> wrong(node.column, "expected something true or false, found a number"));
  }

  private boolean accept(String symbol) {
    skipSpace();
    if (text.startsWith(symbol, at)) {
      at += symbol.length();
      return true;
    }
    return false;
  }

  private void expect(String symbol) {
    if (!accept(symbol)) {
      throw wrong(
          at,
          "expected '%s', found %s"
              .formatted(symbol, at < text.length() ? "'" + text.charAt(at) + "'" : "the end"));
    }
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private IllegalArgumentException wrong(int column, String why) {
    return new IllegalArgumentException(
        "Cannot read the validation \"%s\" column %d: %s. Correct the expression."
            .formatted(text, column + 1, why));
  }
}
