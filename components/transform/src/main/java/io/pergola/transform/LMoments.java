package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.Scaling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigInteger;

/**
 * What the first four L-moments of finite float32 values need, which is all of them in order, and
 * the mean and deviation, for values without long tails. The L-moments are those of the sample,
 * unbiased (Hosking, "L-moments", 1990), in float64: exact values while {@link QuantileCounts} has
 * them, and the order of adding is that of the values.
 */
final class LMoments implements Accumulator, Accumulator.OfNumbers {
  static final int KIND = 5;

  private final Moments moments;
  private final QuantileCounts counts;

  LMoments() {
    this(new Moments(), new QuantileCounts());
  }

  private LMoments(Moments moments, QuantileCounts counts) {
    this.moments = moments;
    this.counts = counts;
  }

  void add(FloatColumn x) {
    moments.add(x);
    counts.add(x);
  }

  @Override
  public void add(float value, int times) {
    moments.add(value, times);
    counts.add(value, times);
  }

  Fitted.Gaussian fit(Scaling.Gaussian of) {
    double[] l = values();
    if (l[1] > 0 && l[3] / l[1] >= TukeyHh.NORMAL_L_KURTOSIS) {
      TukeyHh shape = TukeyHh.of(l[2] / l[1], l[3] / l[1]);
      double scale = l[1] / shape.lScale();
      float location = (float) (l[0] - scale * shape.lMean());
      return new Fitted.Gaussian(
          of, counts.count(), location, (float) scale, (float) shape.left(), (float) shape.right());
    }
    Moments.MeanAndDeviation normal = moments.meanAndDeviation();
    return new Fitted.Gaussian(of, counts.count(), normal.mean(), normal.deviation(), 0, 0);
  }

  /** The first four, those that there are not enough values for being 0. */
  double[] values() {
    long n = counts.count();
    double[] b = new double[4];
    BigInteger[] all = choose(n);
    long[] rank = {0};
    BigInteger[][] below = {choose(0)};
    counts.forEach(
        (value, times) -> {
          // The sum of C(i, r) over a run of ranks i is C(end, r + 1) - C(start, r + 1).
          rank[0] += times;
          BigInteger[] upTo = choose(rank[0]);
          for (int r = 0; r < 4; r++) {
            if (all[r].signum() > 0) {
              double weight = upTo[r].subtract(below[0][r]).doubleValue();
              b[r] += weight / ((r + 1) * all[r].doubleValue()) * value;
            }
          }
          below[0] = upTo;
        });
    return new double[] {
      b[0],
      n < 2 ? 0 : 2 * b[1] - b[0],
      n < 3 ? 0 : 6 * b[2] - 6 * b[1] + b[0],
      n < 4 ? 0 : 20 * b[3] - 30 * b[2] + 12 * b[1] - b[0]
    };
  }

  /**
   * {@code C(n, 1)} to {@code C(n, 4)}: how many values, pairs, triples and quadruples there are.
   */
  private static BigInteger[] choose(long n) {
    BigInteger[] choose = new BigInteger[4];
    BigInteger product = BigInteger.ONE;
    for (int r = 0; r < 4; r++) {
      product =
          product
              .multiply(BigInteger.valueOf(Math.max(0, n - r)))
              .divide(BigInteger.valueOf(r + 1L));
      choose[r] = product;
    }
    return choose;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public LMoments empty() {
    return new LMoments(moments.empty(), counts.empty());
  }

  @Override
  public void merge(Accumulator other) {
    LMoments that = (LMoments) other;
    moments.merge(that.moments);
    counts.merge(that.counts);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    moments.write(out);
    counts.write(out);
  }

  static LMoments readState(DataInput in) throws IOException {
    return new LMoments(Moments.readState(in), QuantileCounts.readState(in));
  }
}
