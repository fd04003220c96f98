package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.EqualWidth;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The range of finite values, and how often each occurs: a histogram in one pass. */
final class HistogramCounts implements Accumulator {
  static final int KIND = 10;

  private final Range range;
  private final QuantileCounts counts;

  HistogramCounts() {
    this(new Range(), new QuantileCounts());
  }

  HistogramCounts(Range range, QuantileCounts counts) {
    this.range = range;
    this.counts = counts;
  }

  void add(FloatColumn x) {
    range.add(x);
    counts.add(x);
  }

  Fitted.EqualWidth fit(EqualWidth of) {
    List<Float> boundaries = new ArrayList<>();
    double width = (double) range.max() - range.min();
    for (int i = 1; i < of.buckets() && width > 0; i++) {
      boundaries.add((float) (range.min() + width * i / of.buckets()));
    }
    float[] sorted = Buckets.array(boundaries);
    long[] inBucket = new long[of.buckets()];
    counts.forEach((value, times) -> inBucket[Buckets.atOrBelow(value, sorted)] += times);
    List<Long> all = new ArrayList<>();
    for (long each : inBucket) {
      all.add(each);
    }
    return new Fitted.EqualWidth(of, counts.count(), range.min(), range.max(), boundaries, all);
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public HistogramCounts empty() {
    return new HistogramCounts(range.empty(), counts.empty());
  }

  @Override
  public void merge(Accumulator other) {
    HistogramCounts that = (HistogramCounts) other;
    range.merge(that.range);
    counts.merge(that.counts);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    range.write(out);
    counts.write(out);
  }

  static HistogramCounts readState(DataInput in) throws IOException {
    return new HistogramCounts(Range.readState(in), QuantileCounts.readState(in));
  }
}
