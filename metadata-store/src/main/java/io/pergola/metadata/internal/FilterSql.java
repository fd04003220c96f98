package io.pergola.metadata.internal;

import io.pergola.metadata.FilterQuery;
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
import io.pergola.metadata.PropertyValue;
import io.pergola.metadata.TypeKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns a filter query into SQL. Every name, text and number of the query becomes a bound argument;
 * names of tables, columns and aliases come from here.
 */
final class FilterSql {
  private final TypeKind kind;
  private final String self;
  private final Map<Neighbour, String> aliases = new LinkedHashMap<>();
  private final List<Object> arguments = new ArrayList<>();

  private FilterSql(TypeKind kind, String self) {
    this.kind = kind;
    this.self = self;
  }

  /** A condition with question marks, and what is bound to them. */
  record Bound(String sql, List<Object> arguments) {}

  /**
   * The condition on rows of the query's kind.
   *
   * @param row the alias of the row in the statement around it
   */
  static Bound of(FilterQuery query, String row) {
    FilterSql inner = new FilterSql(query.kind(), "b");
    String condition = inner.compile(query.condition(), true);
    if (inner.aliases.isEmpty()) {
      FilterSql direct = new FilterSql(query.kind(), row);
      return new Bound(direct.compile(query.condition(), true), direct.arguments);
    }
    StringBuilder from = new StringBuilder("\"" + table(query.kind()) + "\" b");
    inner.aliases.forEach((neighbour, alias) -> from.append(inner.join(neighbour, alias)));
    return new Bound(
        row + ".\"id\" IN (SELECT b.\"id\" FROM " + from + " WHERE " + condition + ")",
        inner.arguments);
  }

  private static String table(TypeKind kind) {
    return switch (kind) {
      case ARTIFACT -> "Artifact";
      case EXECUTION -> "Execution";
      case CONTEXT -> "Context";
    };
  }

  private String owner() {
    return kind.name().toLowerCase(Locale.ROOT) + "_id";
  }

  /** Outer joins, so that what has no neighbour can still meet the other side of an OR. */
  private String join(Neighbour neighbour, String alias) {
    String link = alias + "l";
    return switch (neighbour.kind()) {
      case EVENTS ->
          " LEFT JOIN \"Event\" %s ON %s.\"%s\" = b.\"id\"".formatted(alias, alias, owner());
      case CONTEXTS ->
          linked(
              kind == TypeKind.ARTIFACT ? "Attribution" : "Association",
              owner(),
              "context_id",
              link,
              alias);
      case PARENT_CONTEXTS ->
          linked("ParentContext", "context_id", "parent_context_id", link, alias);
      case CHILD_CONTEXTS ->
          linked("ParentContext", "parent_context_id", "context_id", link, alias);
    };
  }

  private static String linked(String table, String here, String there, String link, String alias) {
    return (" LEFT JOIN \"%s\" %s ON %s.\"%s\" = b.\"id\""
            + " LEFT JOIN \"Context\" %s ON %s.\"id\" = %s.\"%s\"")
        .formatted(table, link, link, here, alias, alias, link, there);
  }

  /**
   * Compiles a condition.
   *
   * @param positive whether no NOT is around it: then missing and unequal may be confused, and
   *     properties are looked up by their values
   */
  private String compile(Condition condition, boolean positive) {
    if (condition instanceof And and) {
      return joined(and.conditions(), " AND ", positive);
    }
    if (condition instanceof Or or) {
      return joined(or.conditions(), " OR ", positive);
    }
    if (condition instanceof Not not) {
      return "NOT (" + compile(not.condition(), false) + ")";
    }
    if (condition instanceof Comparison comparison) {
      boolean equality =
          comparison.operator() == Operator.EQUAL || comparison.operator() == Operator.NOT_EQUAL;
      if (comparison.field().column() == Attribute.TYPE && equality) {
        String in = typeIn(comparison.field(), List.of(comparison.value()));
        return comparison.operator() == Operator.EQUAL ? in : "NOT (" + in + ")";
      }
      return test(
          comparison.field(),
          positive,
          " " + comparison.operator().sql() + " ?",
          List.of(plain(comparison.value())));
    }
    if (condition instanceof In in) {
      return in.field().column() == Attribute.TYPE
          ? typeIn(in.field(), in.values())
          : test(
              in.field(),
              positive,
              " IN (" + Db.marks(in.values().size()) + ")",
              in.values().stream().map(FilterSql::plain).toList());
    }
    if (condition instanceof Like like) {
      return test(like.field(), positive, " LIKE ? ESCAPE '\\'", List.of(like.pattern()));
    }
    return test(((IsNull) condition).field(), false, " IS NULL", List.of());
  }

  private String joined(List<Condition> conditions, String word, boolean positive) {
    List<String> parts = new ArrayList<>();
    conditions.forEach(each -> parts.add(compile(each, positive)));
    return "(" + String.join(word, parts) + ")";
  }

  private String test(Field field, boolean positive, String test, List<?> values) {
    Column column = field.column();
    String row = row(field);
    if (column instanceof Property property) {
      TypeKind of = field.of().isPresent() ? TypeKind.CONTEXT : kind;
      String table = table(of) + "Property";
      String id = of.name().toLowerCase(Locale.ROOT) + "_id";
      String value = property.kind().name().replace("BOOLEAN", "BOOL").toLowerCase(Locale.ROOT);
      arguments.add(property.name());
      arguments.add(property.origin() == Property.Origin.CUSTOM);
      arguments.addAll(values);
      String where = "p.\"name\" = ? AND p.\"is_custom_property\" = ?";
      return positive
          ? "%s.\"id\" IN (SELECT p.\"%s\" FROM \"%s\" p WHERE %s AND p.\"%s_value\"%s)"
              .formatted(row, id, table, where, value, test)
          : "(SELECT p.\"%s_value\" FROM \"%s\" p WHERE p.\"%s\" = %s.\"id\" AND %s)%s"
              .formatted(value, table, id, row, where, test);
    }
    arguments.addAll(values);
    if (column == Attribute.TYPE) {
      return "(SELECT t1.\"name\" FROM \"Type\" t1 WHERE t1.\"id\" = %s.\"type_id\")%s"
          .formatted(row, test);
    }
    return "%s.\"%s\"%s".formatted(row, ((Attribute) column).word(), test);
  }

  /** Of one of these types or of a subtype. */
  private String typeIn(Field field, List<PropertyValue> names) {
    TypeKind of = field.of().isPresent() ? TypeKind.CONTEXT : kind;
    arguments.add(of.code());
    names.forEach(name -> arguments.add(plain(name)));
    return row(field) + ".\"type_id\" IN (" + TypeRows.withSubtypes(names.size()) + ")";
  }

  private String row(Field field) {
    return field
        .of()
        .map(of -> aliases.computeIfAbsent(of, each -> "j" + aliases.size()))
        .orElse(self);
  }

  private static Object plain(PropertyValue value) {
    if (value instanceof PropertyValue.IntValue number) {
      return number.value();
    }
    if (value instanceof PropertyValue.DoubleValue number) {
      return number.value();
    }
    return value instanceof PropertyValue.BoolValue truth ? truth.value() : value.text();
  }
}
