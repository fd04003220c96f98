package io.pergola.metadata;

import io.pergola.metadata.internal.FilterParser;
import java.util.List;
import java.util.Optional;

/**
 * A condition on artifacts, executions or contexts in ML Metadata's filter language, such as {@code
 * type = 'Model' AND contexts_a.name = 'taxi'}; {@code docs/reference/filter-queries.md} has the
 * grammar. Values are bound when it is asked; no part of its text reaches the database as SQL.
 *
 * @param kind what is asked for
 * @param text as it was written
 * @param condition what was read from it
 */
public record FilterQuery(TypeKind kind, String text, FilterQuery.Condition condition) {

  /**
   * A condition on artifacts.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public static FilterQuery artifacts(String text) {
    return parse(TypeKind.ARTIFACT, text);
  }

  /**
   * A condition on executions.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public static FilterQuery executions(String text) {
    return parse(TypeKind.EXECUTION, text);
  }

  /**
   * A condition on contexts.
   *
   * @throws FilterQueryException if it cannot be read
   */
  public static FilterQuery contexts(String text) {
    return parse(TypeKind.CONTEXT, text);
  }

  private static FilterQuery parse(TypeKind kind, String text) {
    return new FilterQuery(kind, text, FilterParser.parse(kind, text));
  }

  /** What must hold. A comparison with a value that is missing neither holds nor fails. */
  public sealed interface Condition {}

  /** All of these, two or more. */
  public record And(List<Condition> conditions) implements Condition {
    public And {
      conditions = List.copyOf(conditions);
    }
  }

  /** At least one of these, two or more. */
  public record Or(List<Condition> conditions) implements Condition {
    public Or {
      conditions = List.copyOf(conditions);
    }
  }

  /** Not this. */
  public record Not(Condition condition) implements Condition {}

  /** A field compared with a value. */
  public record Comparison(Field field, Operator operator, PropertyValue value)
      implements Condition {}

  /** A field that has one of these values. */
  public record In(Field field, List<PropertyValue> values) implements Condition {
    public In {
      values = List.copyOf(values);
    }
  }

  /** A text that matches a pattern: {@code %} any characters, {@code _} one, {@code \} quotes. */
  public record Like(Field field, String pattern) implements Condition {}

  /** A field without a value. */
  public record IsNull(Field field) implements Condition {}

  /** How a field is compared. */
  public enum Operator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sql;

    Operator(String sql) {
      this.sql = sql;
    }

    /** As SQL writes it. */
    public String sql() {
      return sql;
    }
  }

  /**
   * What is compared.
   *
   * @param of the neighbour whose field it is; empty for a field of what is asked for
   */
  public record Field(Optional<Neighbour> of, Column column) {}

  /**
   * Something beside what is asked for. The same neighbour all through a query is one and the same
   * context or event.
   *
   * @param alias tells several of a kind apart
   */
  public record Neighbour(Neighbour.Kind kind, String alias) {
    /** How it is related. */
    public enum Kind {
      CONTEXTS,
      PARENT_CONTEXTS,
      CHILD_CONTEXTS,
      EVENTS
    }
  }

  /** An attribute or a property. */
  public sealed interface Column {}

  /** A property in one of its columns. */
  public record Property(Property.Origin origin, String name, PropertyKind kind) implements Column {
    /** Whether the type declares it. */
    public enum Origin {
      DECLARED,
      CUSTOM
    }
  }

  /** What every artifact, execution, context or event has. */
  public enum Attribute implements Column {
    ID("id", PropertyKind.INT),
    TYPE("type", PropertyKind.STRING),
    TYPE_ID("type_id", PropertyKind.INT),
    URI("uri", PropertyKind.STRING),
    NAME("name", PropertyKind.STRING),
    EXTERNAL_ID("external_id", PropertyKind.STRING),
    STATE("state", PropertyKind.INT),
    LAST_KNOWN_STATE("last_known_state", PropertyKind.INT),
    CREATED("create_time_since_epoch", PropertyKind.INT),
    UPDATED("last_update_time_since_epoch", PropertyKind.INT),
    EVENT_KIND("type", PropertyKind.INT),
    EVENT_ARTIFACT("artifact_id", PropertyKind.INT),
    EVENT_EXECUTION("execution_id", PropertyKind.INT),
    EVENT_TIME("milliseconds_since_epoch", PropertyKind.INT);

    private final String word;
    private final PropertyKind kind;

    Attribute(String word, PropertyKind kind) {
      this.word = word;
      this.kind = kind;
    }

    /** As queries write it; also the name of its column. */
    public String word() {
      return word;
    }

    /** The kind of its values: INT or STRING. */
    public PropertyKind kind() {
      return kind;
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
