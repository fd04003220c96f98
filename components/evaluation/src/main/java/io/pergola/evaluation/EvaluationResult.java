package io.pergola.evaluation;

import io.pergola.model.Task;
import io.pergola.validation.SliceKey;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The metrics of a model, and of a baseline where there is one, by slice: what {@code
 * evaluation.json} holds.
 *
 * @param task what the model predicts
 * @param label the label's name
 * @param splits the splits whose examples were looked at
 * @param examples the number of examples with a label
 * @param unlabelled the number of examples left out because they have no label
 * @param hasBaseline whether there was a model to compare with
 * @param slices overall first
 */
public record EvaluationResult(
    Task task,
    String label,
    List<String> splits,
    long examples,
    long unlabelled,
    boolean hasBaseline,
    List<EvaluationResult.Slice> slices) {

  /** The version of the JSON form that {@code docs/reference/evaluation.md} describes. */
  public static final int FORMAT = 1;

  public EvaluationResult {
    splits = List.copyOf(splits);
    slices = slices.stream().sorted(Comparator.comparing(Slice::key)).toList();
  }

  /**
   * One slice.
   *
   * @param examples the number of its examples that have a label
   * @param curve how the areas under curves were computed
   * @param metrics those that are defined, of the model
   * @param baseline those that are defined, of the baseline; empty without one
   * @param confusion how often the model took each class for each: a row for each class of labels,
   *     a column for each class of predictions, false before true for a truth value; empty for
   *     numbers, and for more than 64 classes
   */
  public record Slice(
      SliceKey key,
      long examples,
      Curve curve,
      Map<Metric.Kind, Double> metrics,
      Map<Metric.Kind, Double> baseline,
      List<List<Long>> confusion) {
    public Slice {
      metrics = Map.copyOf(metrics);
      baseline = Map.copyOf(baseline);
      confusion = confusion.stream().map(List::copyOf).toList();
      for (List<Long> row : confusion) {
        if (row.size() != confusion.size()) {
          throw new IllegalArgumentException(
              "Invalid confusion matrix: a row of %d numbers (must be %d, as there are rows)"
                  .formatted(row.size(), confusion.size()));
        }
      }
    }

    /** A slice without a confusion matrix. */
    public Slice(
        SliceKey key,
        long examples,
        Curve curve,
        Map<Metric.Kind, Double> metrics,
        Map<Metric.Kind, Double> baseline) {
      this(key, examples, curve, metrics, baseline, List.of());
    }

    /** The model's value of a metric, where it is defined. */
    public Optional<Double> value(Metric metric) {
      return Optional.ofNullable(metrics.get(metric.kind()));
    }

    /** The baseline's value of a metric, where there is a baseline and the metric is defined. */
    public Optional<Double> baselineValue(Metric metric) {
      return Optional.ofNullable(baseline.get(metric.kind()));
    }
  }

  /** How the areas under curves were computed. */
  public enum Curve {
    /** From every score. */
    EXACT,
    /** From 10,000 equal buckets of scores, because there were more scores than are kept. */
    HISTOGRAM
  }

  /** The slice of that key, where any example falls into it. */
  public Optional<Slice> slice(SliceKey key) {
    return slices.stream().filter(slice -> slice.key().equals(key)).findFirst();
  }
}
