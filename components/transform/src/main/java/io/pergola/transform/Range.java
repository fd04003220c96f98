package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.Aggregate;
import io.pergola.feature.Expr;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The number of finite values, the smallest and the largest. */
final class Range implements Accumulator, Accumulator.OfNumbers {
  static final int KIND = 2;

  private long count;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;

  void add(FloatColumn x) {
    float[] entries = x.entries();
    int[] ids = x.ids();
    if (ids != null) {
      int[] uses = Accumulator.uses(x, ids);
      for (int i = 0; i < uses.length; i++) {
        add(entries[i], uses[i]);
      }
      return;
    }
    for (int row = 0; row < entries.length; row++) {
      if (x.isPresent(row)) {
        add(entries[row], 1);
      }
    }
  }

  @Override
  public void add(float value, int times) {
    if (times > 0 && Float.isFinite(value)) {
      count += times;
      // Adding 0 makes -0 and 0 one value, whichever came first.
      min = Math.min(min, value + 0f);
      max = Math.max(max, value + 0f);
    }
  }

  Fitted.MinMax fit(Expr.MinMax of) {
    return new Fitted.MinMax(of, count, min(), max());
  }

  Fitted.Aggregate fit(Aggregate of) {
    return new Fitted.Aggregate(of, count, of.measure() == Aggregate.Name.MIN ? min() : max());
  }

  /** 0 of nothing. */
  float min() {
    return count == 0 ? 0 : min;
  }

  /** 0 of nothing. */
  float max() {
    return count == 0 ? 0 : max;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public Range empty() {
    return new Range();
  }

  @Override
  public void merge(Accumulator other) {
    Range that = (Range) other;
    count += that.count;
    min = Math.min(min, that.min);
    max = Math.max(max, that.max);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(count);
    out.writeFloat(min);
    out.writeFloat(max);
  }

  static Range readState(DataInput in) throws IOException {
    Range range = new Range();
    range.count = in.readLong();
    range.min = in.readFloat();
    range.max = in.readFloat();
    return range;
  }
}
