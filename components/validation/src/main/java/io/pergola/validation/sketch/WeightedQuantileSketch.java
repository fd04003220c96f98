package io.pergola.validation.sketch;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Quantiles of values with real weights, in little memory.
 *
 * <p>Exact while there are at most {@value #EXACT} distinct values. Then summaries of at most
 * {@value #K} values with weights, of which there is never more than one between two powers of two
 * of weight: two of a kind are merged and pruned, as a binary counter carries (Agarwal et al.:
 * Mergeable Summaries, 2012). Pruning keeps the values at the ranks {@code (i + 1/2) W / K}, so
 * that a rank is off by at most {@code W / (2 K)} more; {@link #rankError} adds these up and always
 * holds. The same calls give the same result.
 *
 * <p>Values of weight 0 are not seen. NaN is not allowed. Not thread-safe.
 */
public final class WeightedQuantileSketch {
  /** The number of distinct values up to which everything is exact. */
  public static final int EXACT = 10_000;

  private static final int K = 2_048;

  private boolean exact = true;
  private double[] values = new double[0];
  private double[] weights = new double[0];
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private final TreeMap<Integer, Summary> summaries = new TreeMap<>();

  /** Values, ascending and distinct, their weights, and how far ranks can be off. */
  @SuppressWarnings("ArrayRecordComponent") // Local to this class, never compared.
  private record Summary(double[] values, double[] weights, double error) {
    double weight() {
      double sum = 0;
      for (double weight : weights) {
        sum += weight;
      }
      return sum;
    }
  }

  /**
   * Adds distinct values in ascending order.
   *
   * @param ascending the first {@code n} are read; no NaN, and no -0.0
   * @param weight of each, at least 0
   */
  public void addSorted(double[] ascending, double[] weight, int n) {
    double[] kept = new double[n];
    double[] its = new double[n];
    int size = 0;
    for (int i = 0; i < n; i++) {
      if (weight[i] > 0) {
        kept[size] = ascending[i];
        its[size++] = weight[i];
      }
    }
    if (size > 0) {
      add(new Summary(Arrays.copyOf(kept, size), Arrays.copyOf(its, size), 0));
    }
  }

  /** Adds everything that the other sketch has seen; the other stays as it is. */
  public void merge(WeightedQuantileSketch other) {
    if (other.exact) {
      addSorted(other.values, other.weights, other.values.length);
      return;
    }
    min = Math.min(min, other.min);
    max = Math.max(max, other.max);
    giveUpExactness();
    other.summaries.values().forEach(this::insert);
  }

  /** Whether every value is still known. */
  public boolean isExact() {
    return exact;
  }

  /** How far a weighted rank can be off: a bound, not an estimate; 0 while exact. */
  public double rankError() {
    return summaries.values().stream().mapToDouble(Summary::error).sum();
  }

  /** The values as they stand now, to query. */
  public WeightedQuantiles quantiles() {
    Summary all = new Summary(values, weights, 0);
    for (Summary summary : summaries.values()) {
      all = joined(all, summary);
    }
    return new WeightedQuantiles(all.values, all.weights.clone(), exact, min, max);
  }

  /** Writes the state, for {@link #read}. */
  public void write(DataOutput out) throws IOException {
    out.writeBoolean(exact);
    out.writeDouble(min);
    out.writeDouble(max);
    write(out, new Summary(values, weights, 0));
    out.writeInt(summaries.size());
    for (Map.Entry<Integer, Summary> summary : summaries.entrySet()) {
      out.writeInt(summary.getKey());
      write(out, summary.getValue());
    }
  }

  /** Reads what {@link #write} wrote. */
  public static WeightedQuantileSketch read(DataInput in) throws IOException {
    WeightedQuantileSketch sketch = new WeightedQuantileSketch();
    sketch.exact = in.readBoolean();
    sketch.min = in.readDouble();
    sketch.max = in.readDouble();
    Summary known = readSummary(in);
    sketch.values = known.values;
    sketch.weights = known.weights;
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      sketch.summaries.put(in.readInt(), readSummary(in));
    }
    return sketch;
  }

  private static void write(DataOutput out, Summary summary) throws IOException {
    out.writeDouble(summary.error);
    out.writeInt(summary.values.length);
    SortedValues.write(out, summary.values, summary.values.length);
    for (double weight : summary.weights) {
      out.writeDouble(weight);
    }
  }

  private static Summary readSummary(DataInput in) throws IOException {
    double error = in.readDouble();
    int size = in.readInt();
    double[] values = SortedValues.read(in, size);
    double[] weights = new double[size];
    for (int i = 0; i < size; i++) {
      weights[i] = in.readDouble();
    }
    return new Summary(values, weights, error);
  }

  private void add(Summary run) {
    min = Math.min(min, run.values[0]);
    max = Math.max(max, run.values[run.values.length - 1]);
    if (!exact) {
      insert(run);
      return;
    }
    Summary all = joined(new Summary(values, weights, 0), run);
    if (all.values.length <= EXACT) {
      values = all.values;
      weights = all.weights;
      return;
    }
    values = new double[0];
    weights = new double[0];
    exact = false;
    insert(all);
  }

  private void giveUpExactness() {
    if (exact) {
      exact = false;
      Summary known = new Summary(values, weights, 0);
      values = new double[0];
      weights = new double[0];
      if (known.values.length > 0) {
        insert(known);
      }
    }
  }

  private void insert(Summary summary) {
    Summary carried = pruned(summary);
    while (true) {
      int level = Math.getExponent(carried.weight());
      Summary there = summaries.remove(level);
      if (there == null) {
        summaries.put(level, carried);
        return;
      }
      carried = pruned(joined(there, carried));
    }
  }

  private static Summary joined(Summary a, Summary b) {
    double[] values = new double[a.values.length + b.values.length];
    double[] weights = new double[values.length];
    int i = 0;
    int j = 0;
    int at = 0;
    while (i < a.values.length || j < b.values.length) {
      if (j == b.values.length || (i < a.values.length && a.values[i] < b.values[j])) {
        values[at] = a.values[i];
        weights[at++] = a.weights[i++];
      } else if (i == a.values.length || b.values[j] < a.values[i]) {
        values[at] = b.values[j];
        weights[at++] = b.weights[j++];
      } else {
        values[at] = a.values[i];
        weights[at++] = a.weights[i++] + b.weights[j++];
      }
    }
    return new Summary(Arrays.copyOf(values, at), Arrays.copyOf(weights, at), a.error + b.error);
  }

  private static Summary pruned(Summary summary) {
    if (summary.values.length <= K) {
      return summary;
    }
    double weight = summary.weight();
    double step = weight / K;
    double[] values = new double[K];
    double[] weights = new double[K];
    int size = 0;
    int at = 0;
    double passed = summary.weights[0];
    for (int i = 0; i < K; i++) {
      double wanted = (i + 0.5) * step;
      while (passed < wanted && at + 1 < summary.values.length) {
        passed += summary.weights[++at];
      }
      if (size > 0 && values[size - 1] == summary.values[at]) {
        weights[size - 1] += step;
      } else {
        values[size] = summary.values[at];
        weights[size++] = step;
      }
    }
    return new Summary(
        Arrays.copyOf(values, size), Arrays.copyOf(weights, size), summary.error + step / 2);
  }
}
