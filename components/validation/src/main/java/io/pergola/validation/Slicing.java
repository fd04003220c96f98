package io.pergola.validation;

import io.pergola.feature.Accessor;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way of cutting examples into slices: by a feature's values, one of its values, or a cross of
 * several features. An example that lacks one of the features is in none of the slices; one with
 * several values is in several.
 *
 * @param terms the features, at least one
 */
public record Slicing(List<Slicing.Term> terms) implements Serializable {
  public Slicing {
    terms = List.copyOf(terms);
    if (terms.isEmpty()) {
      throw new IllegalArgumentException("Invalid slicing: no feature (must have at least one)");
    }
    Set<String> columns = new HashSet<>();
    for (Term term : terms) {
      if (!columns.add(term.column())) {
        throw new IllegalArgumentException(
            "Invalid slicing: feature '%s' twice (must be different features)"
                .formatted(term.column()));
      }
    }
  }

  /**
   * One feature of a slicing.
   *
   * @param value the only value of interest; null for each
   */
  public record Term(String column, @Nullable String value) implements Serializable {}

  /**
   * The one slice of that key.
   *
   * @throws IllegalArgumentException if the key is that of all examples
   */
  public static Slicing of(SliceKey slice) {
    List<Term> terms = new ArrayList<>();
    slice.values().forEach((column, value) -> terms.add(new Term(column, value)));
    return new Slicing(terms);
  }

  /** One slice for each value of a feature. */
  public static <R> Slicing by(Accessor<R, ?> feature) {
    return by(Columns.name(feature));
  }

  /** One slice for each value of a column. */
  public static Slicing by(Column<?> column) {
    return by(column.name());
  }

  /** One slice: the examples whose feature has that value. */
  public static <R> Slicing where(Accessor<R, ?> feature, Object value) {
    return new Slicing(List.of(new Term(Columns.name(feature), SliceKey.text(value))));
  }

  /** One slice: the examples whose column has that value. */
  public static Slicing where(Column<?> column, Object value) {
    return new Slicing(List.of(new Term(column.name(), SliceKey.text(value))));
  }

  static Slicing by(String column) {
    return new Slicing(List.of(new Term(column, null)));
  }

  /** One slice for each combination of this slicing's values and the other's. */
  public Slicing cross(Slicing other) {
    List<Term> all = new ArrayList<>(terms);
    all.addAll(other.terms);
    return new Slicing(all);
  }

  /** One slice for each combination with a further feature's values. */
  public <R> Slicing cross(Accessor<R, ?> feature) {
    return cross(by(feature));
  }
}
