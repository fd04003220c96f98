package io.pergola.feature;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.pergola.pipeline.internal.JsonText;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How raw columns become features, and which is the label: a preprocessing function, traced once
 * and kept as data. Two plans with the same features are equal, in whatever order they were
 * written.
 *
 * @param dense features of numbers, one or a fixed number of them an example, by name
 * @param categorical features of ids, by name
 * @param sequences features of a fixed number of ids in an order that matters, by name
 * @param labels what a model learns to predict, by name; empty or one entry: an {@link
 *     Expr.OfTruth} (binary), {@link Expr.OfNumber} (regression) or {@link Expr.OfCategory} (one of
 *     several classes)
 * @param weights how much an example counts in training, by name; empty or one entry
 */
public record FeaturePlan(
    SortedMap<String, Expr.OfDense> dense,
    SortedMap<String, Expr.OfCategory> categorical,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Expr.OfSequence> sequences,
    SortedMap<String, Expr> labels,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Expr.OfNumber> weights)
    implements Serializable {

  /** The version of the JSON form that {@code docs/reference/feature-plans.md} describes. */
  public static final int FORMAT = 1;

  private static final int MAX_DEPTH = 200;

  public FeaturePlan {
    dense.forEach(FeaturePlan::requireShallow);
    categorical.forEach(FeaturePlan::requireShallow);
    sequences.forEach(FeaturePlan::requireShallow);
    labels.forEach(FeaturePlan::requireShallow);
    weights.forEach(FeaturePlan::requireShallow);
    if (weights.size() > 1) {
      throw new IllegalArgumentException(
          "Invalid weights: %s (at most one)".formatted(weights.keySet()));
    }
    if (labels.size() > 1) {
      throw new IllegalArgumentException(
          "Invalid labels: %s (at most one)".formatted(labels.keySet()));
    }
    dense = Collections.unmodifiableSortedMap(new TreeMap<>(dense));
    categorical = Collections.unmodifiableSortedMap(new TreeMap<>(categorical));
    sequences = Collections.unmodifiableSortedMap(new TreeMap<>(sequences));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
  }

  /** A plan without weights. */
  public FeaturePlan(
      SortedMap<String, Expr.OfDense> dense,
      SortedMap<String, Expr.OfCategory> categorical,
      SortedMap<String, Expr.OfSequence> sequences,
      SortedMap<String, Expr> labels) {
    this(dense, categorical, sequences, labels, new TreeMap<>());
  }

  /** A plan without sequences. */
  public FeaturePlan(
      SortedMap<String, Expr.OfDense> dense,
      SortedMap<String, Expr.OfCategory> categorical,
      SortedMap<String, Expr> labels) {
    this(dense, categorical, new TreeMap<>(), labels);
  }

  /**
   * Plans without sequences or weights have no field of them: they are the bytes they were before.
   */
  @JsonCreator
  static FeaturePlan of(
      @JsonProperty("dense") SortedMap<String, Expr.OfDense> dense,
      @JsonProperty("categorical") SortedMap<String, Expr.OfCategory> categorical,
      @JsonProperty("sequences") @Nullable SortedMap<String, Expr.OfSequence> sequences,
      @JsonProperty("labels") SortedMap<String, Expr> labels,
      @JsonProperty("weights") @Nullable SortedMap<String, Expr.OfNumber> weights) {
    return new FeaturePlan(
        dense,
        categorical,
        sequences == null ? new TreeMap<>() : sequences,
        labels,
        weights == null ? new TreeMap<>() : weights);
  }

  /** This plan as JSON: the same text for equal plans. */
  public String toJson() {
    return JsonText.write(FORMAT, this);
  }

  /**
   * Reads what {@link #toJson} wrote, in this format or an older one.
   *
   * @throws IllegalArgumentException if it is no plan, or one of a newer format
   */
  public static FeaturePlan fromJson(String json) {
    return JsonText.read(
        json,
        "feature plan",
        FORMAT,
        FeaturePlan.class,
        (version, tree) -> {
          for (String added : List.of("sequences", "weights")) {
            if (!tree.has(added)) {
              tree.putObject(added);
            }
          }
        });
  }

  /**
   * The raw columns that each feature, label and weight is computed from, by its name; none for a
   * constant.
   */
  public SortedMap<String, List<String>> columns() {
    SortedMap<String, List<String>> columns = new TreeMap<>();
    dense.forEach((name, expr) -> columns.put(name, List.copyOf(expr.columns())));
    categorical.forEach((name, expr) -> columns.put(name, List.copyOf(expr.columns())));
    sequences.forEach((name, expr) -> columns.put(name, List.copyOf(expr.columns())));
    labels.forEach((name, expr) -> columns.put(name, List.copyOf(expr.columns())));
    weights.forEach((name, expr) -> columns.put(name, List.copyOf(expr.columns())));
    return columns;
  }

  private static void requireShallow(String name, Expr expr) {
    if (expr.depth() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "Invalid feature '%s': %d expressions inside each other (at most %d)"
              .formatted(name, expr.depth(), MAX_DEPTH));
    }
  }
}
