package io.pergola.feature;

import io.pergola.fingerprint.Lambdas;
import io.pergola.pipeline.Names;
import io.pergola.pipeline.PipelineException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;

/**
 * The raw columns of examples, from which features are described.
 *
 * @param <R> the record whose components are the columns, {@code tripMiles} being {@code
 *     trip_miles}
 */
public final class Columns<R> {
  private Columns() {}

  /** The columns of examples of any type. */
  public static <R> Columns<R> of() {
    return new Columns<>();
  }

  /** A column of numbers. */
  public Numeric number(Accessor<R, ? extends Number> accessor) {
    return number(Column.number(name(accessor)));
  }

  /** A column of text. */
  public Text text(Accessor<R, String> accessor) {
    return text(Column.text(name(accessor)));
  }

  /** A column of times, as seconds since 1970-01-01T00:00Z. */
  public Time time(Accessor<R, ? extends Number> accessor) {
    return time(Column.number(name(accessor)), TimeValue.Unit.SECONDS);
  }

  /** A column of times, as numbers of some unit since 1970-01-01T00:00Z. */
  public Time time(Accessor<R, ? extends Number> accessor, TimeValue.Unit unit) {
    return time(Column.number(name(accessor)), unit);
  }

  /** A column of times, named by hand. */
  public Time time(Column<? extends Number> column, TimeValue.Unit unit) {
    return new Time(column.name(), new TimeValue.Column(column.name(), unit));
  }

  /** A column of any number of texts. */
  public Tokens texts(Accessor<R, ? extends Collection<String>> accessor) {
    return texts(Column.text(name(accessor)));
  }

  /** A column of any number of numbers. */
  public Numbers numbers(Accessor<R, ? extends Collection<? extends Number>> accessor) {
    return numbers(Column.number(name(accessor)));
  }

  /** A column of any number of texts, named by hand. */
  public Tokens texts(Column<String> column) {
    return new Tokens(column.name(), new TokenList.Column(column.name()));
  }

  /** A column of any number of numbers, named by hand. */
  public Numbers numbers(Column<? extends Number> column) {
    return new Numbers(column.name(), new NumberList.Column(column.name()));
  }

  /** A column of numbers, named by hand. */
  public Numeric number(Column<? extends Number> column) {
    return new Numeric(column.name(), new Expr.NumberColumn(column.name()));
  }

  /** A column of text, named by hand. */
  public Text text(Column<String> column) {
    return new Text(column.name(), new Expr.TextColumn(column.name()));
  }

  /**
   * The column that an accessor names.
   *
   * @throws PipelineException if it is a lambda, which has no name
   */
  public static String name(Accessor<?, ?> accessor) {
    SerializedLambda lambda = Lambdas.unwrap(accessor);
    String owner = lambda.getImplClass().replace('/', '.');
    String method = lambda.getImplMethodName();
    if (method.startsWith("lambda$")) {
      throw new PipelineException(
          ("Cannot name a column from a lambda in %s: pass an accessor such as Trip::fare, which"
                  + " names the column 'fare'.")
              .formatted(lambda.getCapturingClass().replace('/', '.')));
    }
    if (!isComponent(accessor.getClass().getClassLoader(), owner, method)) {
      throw new PipelineException(
          ("Cannot name a column from %s::%s: it is not the accessor of a record component. Pass one"
                  + " such as Trip::fare, which names the column 'fare'.")
              .formatted(owner.substring(owner.lastIndexOf('.') + 1), method));
    }
    return Names.snake(method);
  }

  private static boolean isComponent(ClassLoader loader, String owner, String name) {
    try {
      RecordComponent[] components = Class.forName(owner, false, loader).getRecordComponents();
      return components != null
          && Arrays.stream(components).anyMatch(component -> component.getName().equals(name));
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("The class of a method reference is always there.", e);
    }
  }
}
