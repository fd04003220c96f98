package io.pergola.validation.sketch;

/** The quantiles of weighted values: exactly, or within the rank error of the sketch. Immutable. */
public final class WeightedQuantiles {
  private final double[] values;
  private final double[] cumulative;
  private final double weight;
  private final boolean exact;
  private final double min;
  private final double max;

  /** Takes over the arrays: distinct values, ascending, and their weights. */
  WeightedQuantiles(double[] values, double[] weights, boolean exact, double min, double max) {
    this.values = values;
    this.exact = exact;
    this.min = min;
    this.max = max;
    this.cumulative = weights;
    for (int i = 1; i < cumulative.length; i++) {
      cumulative[i] += cumulative[i - 1];
    }
    this.weight = cumulative.length == 0 ? 0 : cumulative[cumulative.length - 1];
  }

  /** The sum of all weights. */
  public double weight() {
    return weight;
  }

  /** The least value that has a weight; positive infinity if none has. */
  public double min() {
    return min;
  }

  /** The greatest value that has a weight; negative infinity if none has. */
  public double max() {
    return max;
  }

  /** The least value such that values up to it weigh at least {@code rank}; NaN without values. */
  public double valueAt(double rank) {
    if (values.length == 0) {
      return Double.NaN;
    }
    if (rank <= 0) {
      return min;
    }
    if (rank >= weight) {
      return max;
    }
    return values[indexAt(rank)];
  }

  /**
   * The value at half the weight. Of exact values, if those up to it weigh just half, the mean of
   * it and the next one. NaN without values.
   */
  public double median() {
    if (values.length == 0) {
      return Double.NaN;
    }
    int at = indexAt(weight / 2);
    double lower = values[at];
    if (!exact || cumulative[at] > weight / 2 || at + 1 == values.length) {
      return lower;
    }
    return lower / 2 + values[at + 1] / 2;
  }

  /** The weight of the values below {@code bound}. */
  public double below(double bound) {
    int low = 0;
    int high = values.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (values[middle] < bound) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? 0 : cumulative[low - 1];
  }

  private int indexAt(double rank) {
    int low = 0;
    int high = cumulative.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulative[middle] >= rank) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
}
