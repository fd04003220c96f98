package io.pergola.training;

import io.pergola.feature.Accessor;
import io.pergola.fingerprint.Lambdas;
import io.pergola.training.Dimension.Choice;
import io.pergola.training.Dimension.Real;
import io.pergola.training.Dimension.Scale;
import io.pergola.training.Dimension.Whole;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hyperparameters that a {@link Tuner} tries: a record of the author's, with a range for some
 * or all of its components. Plain data, without code.
 *
 * <pre>{@code
 * SearchSpace.around(new Net(0.001, 64, "relu"))
 *     .real(Net::learningRate).onLogScale(1e-4, 1e-1)
 *     .integer(Net::hidden).between(8, 128)
 *     .choice(Net::activation).among("relu", "tanh");
 * }</pre>
 *
 * @param type the record
 * @param dimensions of what is searched, in the order of their declaration
 * @param fixed the values of the other components, by name
 */
public record SearchSpace<R extends Record>(
    Class<R> type, List<Dimension> dimensions, SortedMap<String, Object> fixed)
    implements Serializable {
  public SearchSpace {
    dimensions = List.copyOf(dimensions);
    fixed = new TreeMap<>(fixed);
  }

  /** A space of a record each of whose components gets a range. */
  public static <R extends Record> SearchSpace<R> of(Class<R> type) {
    return new SearchSpace<>(type, List.of(), new TreeMap<>());
  }

  /** A space in which a component without a range has its value of {@code defaults}. */
  @SuppressWarnings("unchecked")
  public static <R extends Record> SearchSpace<R> around(R defaults) {
    return new SearchSpace<>(
        (Class<R>) defaults.getClass(), List.of(), Hyperparameters.of(defaults).values());
  }

  /** Starts the range of a real number. */
  public RealRange<R> real(Accessor<R, Double> accessor) {
    return new RealRange<>(this, free(accessor));
  }

  /** Starts the range of a whole number. */
  public WholeRange<R> integer(Accessor<R, Integer> accessor) {
    return new WholeRange<>(this, free(accessor));
  }

  /** Starts a choice among values of a component of any type that hyperparameters may have. */
  public <V> Choices<R, V> choice(Accessor<R, V> accessor) {
    return new Choices<>(this, free(accessor));
  }

  /**
   * The range of a real number, still without its bounds.
   *
   * @param name the component
   */
  public record RealRange<R extends Record>(SearchSpace<R> space, String name) {
    /** From {@code low} to {@code high}; equal differences are equally likely. */
    public SearchSpace<R> between(double low, double high) {
      return space.with(new Real(name, low, high, Scale.LINEAR));
    }

    /**
     * From {@code low}, above 0, to {@code high}; equal ratios are equally likely: 0.001 to 0.01 as
     * likely as 0.01 to 0.1.
     */
    public SearchSpace<R> onLogScale(double low, double high) {
      return space.with(new Real(name, low, high, Scale.LOG));
    }
  }

  /**
   * The range of a whole number, still without its bounds.
   *
   * @param name the component
   */
  public record WholeRange<R extends Record>(SearchSpace<R> space, String name) {
    /** From {@code low} to {@code high}, both included; all are equally likely. */
    public SearchSpace<R> between(int low, int high) {
      return space.with(new Whole(name, low, high, Scale.LINEAR));
    }

    /** From {@code low}, 1 or more, to {@code high}, both included; equal ratios likewise. */
    public SearchSpace<R> onLogScale(int low, int high) {
      return space.with(new Whole(name, low, high, Scale.LOG));
    }
  }

  /**
   * A choice, still without its values.
   *
   * @param name the component
   */
  public record Choices<R extends Record, V>(SearchSpace<R> space, String name) {
    /** Any of these values, two or more. */
    @SafeVarargs
    public final SearchSpace<R> among(V... values) {
      return space.with(
          new Choice(
              name,
              Arrays.stream(values).map(value -> Hyperparameters.checked(name, value)).toList()));
    }
  }

  /** How many different points there are; infinite with a real number. */
  public double size() {
    return dimensions.stream().mapToDouble(Dimension::size).reduce(1, (a, b) -> a * b);
  }

  /**
   * Fails unless each component has a range or a value, and one has a range.
   *
   * @throws IllegalArgumentException that names the components
   */
  void requireComplete() {
    List<String> missing = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String name = component.getName();
      if (!fixed.containsKey(name) && dimensions.stream().noneMatch(d -> d.name().equals(name))) {
        missing.add(name);
      }
    }
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          ("Cannot search %s: %s have neither a range nor a value. Give them ranges, or begin with"
                  + " SearchSpace.around(...), whose values they keep.")
              .formatted(type.getSimpleName(), missing));
    }
    if (dimensions.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot search %s: no component has a range. Add one, such as .real(...).between(0, 1)."
              .formatted(type.getSimpleName()));
    }
  }

  /** Adds the values that are not searched. */
  Hyperparameters complete(SortedMap<String, Object> searched) {
    SortedMap<String, Object> all = new TreeMap<>(fixed);
    all.putAll(searched);
    return new Hyperparameters(all);
  }

  private SearchSpace<R> with(Dimension dimension) {
    List<Dimension> more = new ArrayList<>(dimensions);
    more.add(dimension);
    SortedMap<String, Object> rest = new TreeMap<>(fixed);
    rest.remove(dimension.name());
    return new SearchSpace<>(type, more, rest);
  }

  /** The name of a component that has no range yet. */
  private String free(Accessor<R, ?> accessor) {
    SerializedLambda lambda = Lambdas.unwrap(accessor);
    String name = lambda.getImplMethodName();
    if (!lambda.getImplClass().replace('/', '.').equals(type.getName())
        || Arrays.stream(type.getRecordComponents()).noneMatch(c -> c.getName().equals(name))) {
      throw new IllegalArgumentException(
          "Cannot name a hyperparameter of %s: pass an accessor, such as %s::%s."
              .formatted(
                  type.getSimpleName(),
                  type.getSimpleName(),
                  type.getRecordComponents().length == 0
                      ? "learningRate"
                      : type.getRecordComponents()[0].getName()));
    }
    if (dimensions.stream().anyMatch(dimension -> dimension.name().equals(name))) {
      throw new IllegalArgumentException(
          "Cannot add a range of '%s': it has one already. Leave one of them out.".formatted(name));
    }
    return name;
  }
}
