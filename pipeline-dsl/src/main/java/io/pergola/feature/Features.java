package io.pergola.feature;

import io.pergola.pipeline.PipelineException;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the features of a {@link FeaturePlan}. */
public final class Features {
  private final SortedMap<String, Expr.OfDense> dense = new TreeMap<>();
  private final SortedMap<String, Expr.OfCategory> categorical = new TreeMap<>();
  private final SortedMap<String, Expr.OfSequence> sequences = new TreeMap<>();

  private final SortedMap<String, Expr.OfNumber> weights = new TreeMap<>();

  private Features() {}

  /** Starts an empty plan. */
  public static Features of() {
    return new Features();
  }

  /** Adds features of numbers, one or a fixed number of them an example. */
  public Features dense(Dense... features) {
    for (Dense feature : features) {
      requireNew(feature.name(), feature.expr());
      dense.put(feature.name(), feature.expr());
    }
    return this;
  }

  /** Adds features of a fixed number of ids in an order that matters. */
  public Features sequence(Sequence... features) {
    for (Sequence feature : features) {
      requireNew(feature.name(), feature.expr());
      sequences.put(feature.name(), feature.expr());
    }
    return this;
  }

  /** Adds features of ids. */
  public Features categorical(Categorical... features) {
    for (Categorical feature : features) {
      requireNew(feature.name(), feature.expr());
      categorical.put(feature.name(), feature.expr());
    }
    return this;
  }

  /**
   * Gives each example a weight: by how much its loss, and its part in the metrics, counts while a
   * model is trained. 0 or more; an example whose weight is missing is not trained on.
   */
  public Features weight(Numeric weight) {
    if (!weights.isEmpty()) {
      throw new PipelineException(
          "Cannot weight examples by '%s': they are weighted by '%s' already. Multiply them: a.times(b)."
              .formatted(weight.name(), weights.firstKey()));
    }
    requireNew(weight.name(), weight.expr());
    weights.put(weight.name(), weight.expr());
    return this;
  }

  /** Ends the plan with a true-or-false label. */
  public FeaturePlan label(Label label) {
    return labelled(label.name(), label.expr());
  }

  /** Ends the plan with a number to predict. */
  public FeaturePlan label(Numeric label) {
    return labelled(label.name(), label.expr());
  }

  /** Ends the plan with a class to predict. */
  public FeaturePlan label(Categorical label) {
    return labelled(label.name(), label.expr());
  }

  /** Ends the plan without a label. */
  public FeaturePlan unlabelled() {
    return new FeaturePlan(dense, categorical, sequences, new TreeMap<>(), weights);
  }

  private FeaturePlan labelled(String name, Expr label) {
    requireNew(name, label);
    SortedMap<String, Expr> labels = new TreeMap<>();
    labels.put(name, label);
    return new FeaturePlan(dense, categorical, sequences, labels, weights);
  }

  private void requireNew(String name, Expr expr) {
    Expr other =
        dense.containsKey(name)
            ? dense.get(name)
            : categorical.containsKey(name)
                ? categorical.get(name)
                : sequences.containsKey(name) ? sequences.get(name) : weights.get(name);
    if (other != null) {
      throw new PipelineException(
          ("Cannot add feature '%s' twice (first as %s, again as %s). Rename one: .as(\"%s_2\").")
              .formatted(name, kind(other), kind(expr), name));
    }
    if (name.isBlank()) {
      throw new PipelineException(
          "Cannot add a feature without a name (%s). Name it: .as(\"fare\")."
              .formatted(kind(expr)));
    }
  }

  private static String kind(Expr expr) {
    return expr.getClass().getSimpleName();
  }
}
