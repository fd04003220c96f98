package io.pergola.evaluation;

import io.pergola.validation.SliceKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How two evaluations differ, slice by slice: the overall slice first, then the largest change of
 * any metric but the number of examples.
 *
 * @param values of every metric that either has and that differs
 */
public record EvaluationDifference(List<EvaluationDifference.Value> values) {
  public EvaluationDifference {
    values = List.copyOf(values);
  }

  /**
   * One metric of one slice.
   *
   * @param before empty where the slice or the metric is new
   * @param after empty where the slice or the metric is gone
   */
  public record Value(
      SliceKey slice, Metric.Kind metric, Optional<Double> before, Optional<Double> after) {

    /** {@code after - before}; 0 where one of them is not there. */
    public double change() {
      return before.isPresent() && after.isPresent() ? after.get() - before.get() : 0;
    }

    private double size() {
      return metric == Metric.Kind.EXAMPLE_COUNT ? 0 : Math.abs(change());
    }
  }

  /** Compares the metrics of the models; baselines are not looked at. */
  public static EvaluationDifference between(EvaluationResult before, EvaluationResult after) {
    SortedMap<SliceKey, EvaluationResult.Slice> left = byKey(before);
    SortedMap<SliceKey, EvaluationResult.Slice> right = byKey(after);
    SortedMap<SliceKey, EvaluationResult.Slice> all = new TreeMap<>(left);
    all.putAll(right);
    List<Value> values = new ArrayList<>();
    for (SliceKey key : all.keySet()) {
      for (Metric.Kind metric : Metric.Kind.values()) {
        Optional<Double> was = value(left.get(key), metric);
        Optional<Double> is = value(right.get(key), metric);
        if (!was.equals(is)) {
          values.add(new Value(key, metric, was, is));
        }
      }
    }
    values.sort(
        Comparator.comparing((Value value) -> !value.slice().equals(SliceKey.OVERALL))
            .thenComparing(Comparator.comparingDouble(Value::size).reversed())
            .thenComparing(Value::slice)
            .thenComparing(Value::metric));
    return new EvaluationDifference(values);
  }

  private static SortedMap<SliceKey, EvaluationResult.Slice> byKey(EvaluationResult result) {
    SortedMap<SliceKey, EvaluationResult.Slice> slices = new TreeMap<>();
    result.slices().forEach(slice -> slices.put(slice.key(), slice));
    return slices;
  }

  private static Optional<Double> value(
      EvaluationResult.@Nullable Slice slice, Metric.Kind metric) {
    return slice == null ? Optional.empty() : Optional.ofNullable(slice.metrics().get(metric));
  }
}
