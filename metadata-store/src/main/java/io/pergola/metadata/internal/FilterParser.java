package io.pergola.metadata.internal;

import io.pergola.metadata.ArtifactState;
import io.pergola.metadata.EventKind;
import io.pergola.metadata.ExecutionState;
import io.pergola.metadata.FilterQuery.And;
import io.pergola.metadata.FilterQuery.Attribute;
import io.pergola.metadata.FilterQuery.Column;
import io.pergola.metadata.FilterQuery.Comparison;
import io.pergola.metadata.FilterQuery.Condition;
import io.pergola.metadata.FilterQuery.Field;
import io.pergola.metadata.FilterQuery.In;
import io.pergola.metadata.FilterQuery.IsNull;
import io.pergola.metadata.FilterQuery.Like;
import io.pergola.metadata.FilterQuery.Neighbour;
import io.pergola.metadata.FilterQuery.Not;
import io.pergola.metadata.FilterQuery.Operator;
import io.pergola.metadata.FilterQuery.Or;
import io.pergola.metadata.FilterQuery.Property;
import io.pergola.metadata.FilterQueryException;
import io.pergola.metadata.PropertyKind;
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.TypeKind;
import io.pergola.metadata.internal.FilterLexer.Kind;
import io.pergola.metadata.internal.FilterLexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads filter queries by recursive descent: {@code or := and (OR and)*}, {@code and := not (AND
 * not)*}, {@code not := NOT not | ( or ) | field test}.
 */
public final class FilterParser {
  /** Characters of a query. */
  static final int LONGEST = 10_000;

  /** Parentheses and NOTs within each other. */
  static final int DEEPEST = 50;

  /** Comparisons of a query. */
  static final int MOST_TESTS = 200;

  /** Values of one IN. */
  static final int MOST_VALUES = 200;

  /** Contexts and events of a query. */
  static final int MOST_NEIGHBOURS = 8;

  private static final Map<String, Operator> OPERATORS =
      Map.of(
          "=", Operator.EQUAL,
          "!=", Operator.NOT_EQUAL,
          "<>", Operator.NOT_EQUAL,
          "<", Operator.LESS,
          "<=", Operator.LESS_OR_EQUAL,
          ">", Operator.GREATER,
          ">=", Operator.GREATER_OR_EQUAL);

  private static final List<Attribute> OF_ALL =
      List.of(
          Attribute.ID,
          Attribute.TYPE,
          Attribute.TYPE_ID,
          Attribute.NAME,
          Attribute.EXTERNAL_ID,
          Attribute.CREATED,
          Attribute.UPDATED);
  private static final List<Attribute> OF_EVENTS =
      List.of(
          Attribute.EVENT_KIND,
          Attribute.EVENT_ARTIFACT,
          Attribute.EVENT_EXECUTION,
          Attribute.EVENT_TIME);

  private final TypeKind kind;
  private final List<Token> tokens;
  private final Set<Neighbour> neighbours = new HashSet<>();
  private int at;
  private int depth;
  private int tests;

  private FilterParser(TypeKind kind, List<Token> tokens) {
    this.kind = kind;
    this.tokens = tokens;
  }

  /**
   * Reads a query on things of a kind.
   *
   * @throws FilterQueryException if it cannot be read, or is too large
   */
  public static Condition parse(TypeKind kind, String text) {
    if (text.length() > LONGEST) {
      throw new FilterQueryException(
          LONGEST + 1,
          "it has %,d characters".formatted(text.length()),
          "Ask in at most %,d.".formatted(LONGEST));
    }
    FilterParser parser = new FilterParser(kind, FilterLexer.tokens(text));
    Condition condition = parser.or();
    parser.expect(parser.peek().kind() == Kind.END, "AND, OR or the end");
    return condition;
  }

  private Condition or() {
    List<Condition> any = new ArrayList<>(List.of(and()));
    while (acceptWord("OR")) {
      any.add(and());
    }
    return any.size() == 1 ? any.get(0) : new Or(any);
  }

  private Condition and() {
    List<Condition> all = new ArrayList<>(List.of(not()));
    while (acceptWord("AND")) {
      all.add(not());
    }
    return all.size() == 1 ? all.get(0) : new And(all);
  }

  private Condition not() {
    Token first = peek();
    if (!first.isWord("NOT") && !first.isSign("(")) {
      return test();
    }
    if (++depth > DEEPEST) {
      throw new FilterQueryException(
          first.column(),
          "parentheses and NOTs are nested deeper than %d".formatted(DEEPEST),
          "Take some away.");
    }
    at++;
    Condition condition;
    if (first.isSign("(")) {
      condition = or();
      expect(acceptSign(")"), "')'");
    } else {
      condition = new Not(not());
    }
    depth--;
    return condition;
  }

  private Condition test() {
    Token start = peek();
    if (++tests > MOST_TESTS) {
      throw new FilterQueryException(
          start.column(), "it has more than %d comparisons".formatted(MOST_TESTS), "Use IN.");
    }
    Field field = field();
    if (acceptWord("IS")) {
      boolean negated = acceptWord("NOT");
      expect(acceptWord("NULL"), "NULL");
      return negate(negated, new IsNull(field));
    }
    boolean negated = acceptWord("NOT");
    if (acceptWord("IN")) {
      return negate(negated, in(field));
    }
    if (acceptWord("LIKE")) {
      return negate(negated, like(field));
    }
    expect(!negated, "IN or LIKE");
    Token sign = peek();
    Operator operator = sign.kind() == Kind.SIGN ? OPERATORS.get(sign.text()) : null;
    if (operator == null) {
      throw unexpected("=, !=, <, <=, >, >=, LIKE, IN or IS NULL");
    }
    at++;
    boolean ordered = operator != Operator.EQUAL && operator != Operator.NOT_EQUAL;
    if (ordered && valueKind(field) == PropertyKind.BOOLEAN) {
      throw new FilterQueryException(
          sign.column(), "truth values have no order", "Compare them by = or !=.");
    }
    return new Comparison(field, operator, value(field));
  }

  private static Condition negate(boolean negated, Condition condition) {
    return negated ? new Not(condition) : condition;
  }

  private Condition in(Field field) {
    expect(acceptSign("("), "'('");
    List<PropertyValue> values = new ArrayList<>(List.of(value(field)));
    while (acceptSign(",")) {
      if (values.size() == MOST_VALUES) {
        throw new FilterQueryException(
            peek().column(),
            "IN has more than %d values".formatted(MOST_VALUES),
            "Ask several times.");
      }
      values.add(value(field));
    }
    expect(acceptSign(")"), "',' or ')'");
    return new In(field, values);
  }

  private Condition like(Field field) {
    Token token = peek();
    if (valueKind(field) != PropertyKind.STRING) {
      throw new FilterQueryException(
          token.column(), "LIKE is for texts only", "Compare numbers by =, < or >.");
    }
    expect(token.kind() == Kind.TEXT, "a pattern in quotes");
    at++;
    int slashes = 0;
    while (slashes < token.text().length()
        && token.text().charAt(token.text().length() - 1 - slashes) == '\\') {
      slashes++;
    }
    if (slashes % 2 == 1) {
      throw new FilterQueryException(
          token.column(), "a pattern that ends in one backslash", "Write two for a backslash.");
    }
    return new Like(field, token.text());
  }

  private Field field() {
    Token first = peek();
    expect(first.kind() == Kind.WORD, "a field");
    at++;
    String word = first.text();
    int underscore = word.lastIndexOf('_');
    if (peek().isSign(".") && underscore > 0) {
      Optional<Neighbour.Kind> of = neighbourKind(word);
      if (of.isPresent()) {
        int prefix = of.get().name().length() + 1;
        Neighbour neighbour = new Neighbour(of.get(), word.substring(prefix));
        neighbours.add(neighbour);
        if (neighbours.size() > MOST_NEIGHBOURS) {
          throw new FilterQueryException(
              first.column(),
              "it names more than %d contexts and events".formatted(MOST_NEIGHBOURS),
              "Ask several times.");
        }
        at++;
        Token name = peek();
        expect(name.kind() == Kind.WORD, "a field");
        at++;
        return new Field(Optional.of(neighbour), column(name, Optional.of(of.get())));
      }
    }
    return new Field(Optional.empty(), column(first, Optional.empty()));
  }

  /** The kind that a word such as {@code contexts_a} names, if what is asked for has such. */
  private Optional<Neighbour.Kind> neighbourKind(String word) {
    List<Neighbour.Kind> here =
        kind == TypeKind.CONTEXT
            ? List.of(Neighbour.Kind.PARENT_CONTEXTS, Neighbour.Kind.CHILD_CONTEXTS)
            : List.of(Neighbour.Kind.CONTEXTS, Neighbour.Kind.EVENTS);
    return here.stream()
        .filter(each -> word.startsWith(each.name().toLowerCase(Locale.ROOT) + "_"))
        .filter(each -> word.length() > each.name().length() + 1)
        .findFirst();
  }

  private Column column(Token name, Optional<Neighbour.Kind> of) {
    boolean event = of.equals(Optional.of(Neighbour.Kind.EVENTS));
    if (!event && (name.text().equals("properties") || name.text().equals("custom_properties"))) {
      return property(
          name.text().equals("properties") ? Property.Origin.DECLARED : Property.Origin.CUSTOM);
    }
    List<Attribute> there = new ArrayList<>(event ? OF_EVENTS : OF_ALL);
    if (of.isEmpty() && kind == TypeKind.ARTIFACT) {
      there.add(Attribute.URI);
      there.add(Attribute.STATE);
    } else if (of.isEmpty() && kind == TypeKind.EXECUTION) {
      there.add(Attribute.LAST_KNOWN_STATE);
    }
    return there.stream()
        .filter(attribute -> attribute.word().equals(name.text()))
        .findFirst()
        .orElseThrow(
            () ->
                new FilterQueryException(
                    name.column(),
                    "there is no field %s".formatted(name.shown()),
                    "Fields here: %s%s."
                        .formatted(
                            String.join(", ", there.stream().map(Attribute::word).toList()),
                            event
                                ? ""
                                : ", properties.NAME.KIND_value, custom_properties..."
                                    + (of.isPresent() ? "" : neighbourWords()))));
  }

  private String neighbourWords() {
    return kind == TypeKind.CONTEXT
        ? ", parent_contexts_a.FIELD, child_contexts_a.FIELD"
        : ", contexts_a.FIELD, events_a.FIELD";
  }

  private Property property(Property.Origin origin) {
    expect(acceptSign("."), "'.'");
    Token name = peek();
    expect(name.kind() == Kind.WORD || name.kind() == Kind.NAME, "the name of a property");
    at++;
    expect(acceptSign("."), "'.'");
    Token column = peek();
    PropertyKind kind =
        switch (column.kind() == Kind.WORD ? column.text() : "") {
          case "int_value" -> PropertyKind.INT;
          case "double_value" -> PropertyKind.DOUBLE;
          case "string_value" -> PropertyKind.STRING;
          case "bool_value" -> PropertyKind.BOOLEAN;
          default -> throw unexpected("int_value, double_value, string_value or bool_value");
        };
    at++;
    return new Property(origin, name.text(), kind);
  }

  private static PropertyKind valueKind(Field field) {
    return field.column() instanceof Property property
        ? property.kind()
        : ((Attribute) field.column()).kind();
  }

  private PropertyValue value(Field field) {
    Token start = peek();
    PropertyKind kind = valueKind(field);
    if (start.isWord("NULL")) {
      throw new FilterQueryException(
          start.column(), "nothing equals NULL", "Write IS NULL or IS NOT NULL.");
    }
    Optional<PropertyValue> state = state(field, start);
    if (state.isPresent()) {
      at++;
      return state.get();
    }
    switch (kind) {
      case STRING -> {
        expect(start.kind() == Kind.TEXT, "a text in quotes");
        at++;
        return PropertyValue.of(start.text());
      }
      case BOOLEAN -> {
        expect(start.isWord("TRUE") || start.isWord("FALSE"), "TRUE or FALSE");
        at++;
        return PropertyValue.of(start.isWord("TRUE"));
      }
      default -> {
        return number(field.column() instanceof Attribute);
      }
    }
  }

  /** A state or kind of event by its name, bare or quoted. */
  private Optional<PropertyValue> state(Field field, Token token) {
    if ((token.kind() != Kind.WORD && token.kind() != Kind.TEXT)
        || field.column() instanceof Property) {
      return Optional.empty();
    }
    Attribute attribute = (Attribute) field.column();
    List<? extends Enum<?>> names =
        switch (attribute) {
          case STATE -> List.of(ArtifactState.values());
          case LAST_KNOWN_STATE -> List.of(ExecutionState.values());
          case EVENT_KIND -> List.of(EventKind.values());
          default -> List.of();
        };
    if (names.isEmpty()) {
      return Optional.empty();
    }
    for (Enum<?> each : names) {
      if (each.name().equalsIgnoreCase(token.text())) {
        return Optional.of(PropertyValue.of(code(each)));
      }
    }
    throw new FilterQueryException(
        token.column(),
        "there is no %s %s".formatted(attribute.word(), token.shown()),
        "There are %s.".formatted(String.join(", ", names.stream().map(Enum::name).toList())));
  }

  private static long code(Enum<?> value) {
    if (value instanceof ArtifactState state) {
      return state.code();
    }
    return value instanceof ExecutionState state ? state.code() : ((EventKind) value).code();
  }

  private PropertyValue number(boolean whole) {
    String sign = acceptSign("-") ? "-" : "";
    Token token = peek();
    expect(token.kind() == Kind.NUMBER, whole ? "a whole number" : "a number");
    at++;
    String text = sign + token.text();
    try {
      if (text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
        return PropertyValue.of(Long.parseLong(text));
      }
    } catch (NumberFormatException e) {
      throw new FilterQueryException(
          token.column(), "a number beyond 64 bits", "Compare with a smaller one.");
    }
    double value = Double.parseDouble(text);
    if (whole || !Double.isFinite(value)) {
      throw new FilterQueryException(
          token.column(),
          whole ? "a fraction" : "a number beyond doubles",
          whole ? "Give a whole number." : "Compare with a smaller one.");
    }
    return PropertyValue.of(value);
  }

  private Token peek() {
    return tokens.get(at);
  }

  private boolean acceptWord(String word) {
    return accept(peek().isWord(word));
  }

  private boolean acceptSign(String sign) {
    return accept(peek().isSign(sign));
  }

  private boolean accept(boolean there) {
    if (there) {
      at++;
    }
    return there;
  }

  private void expect(boolean met, String what) {
    if (!met) {
      throw unexpected(what);
    }
  }

  private FilterQueryException unexpected(String wanted) {
    return new FilterQueryException(
        peek().column(), "found %s".formatted(peek().shown()), "Expected %s.".formatted(wanted));
  }
}
