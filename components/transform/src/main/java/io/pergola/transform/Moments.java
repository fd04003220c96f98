package io.pergola.transform;

import io.pergola.beam.FloatColumn;
import io.pergola.feature.Aggregate;
import io.pergola.feature.Expr;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/** The number, sum and sum of squares of finite float32 values, without rounding. */
final class Moments implements Accumulator, Accumulator.OfNumbers {
  static final int KIND = 1;

  /** The exponent of the smallest float32, {@code 2^-149}. */
  private static final int SMALLEST = 149;

  private static final MathContext PRECISION = new MathContext(60);

  private long count;
  private final ExactSum sum;
  private final ExactSum squares;

  Moments() {
    this(0, emptySum(), emptySquares());
  }

  private Moments(long count, ExactSum sum, ExactSum squares) {
    this.count = count;
    this.sum = sum;
    this.squares = squares;
  }

  private static ExactSum emptySum() {
    return new ExactSum(254 + 55);
  }

  private static ExactSum emptySquares() {
    return new ExactSum(2 * 254 + 24 + 55);
  }

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
    if (times == 0 || !Float.isFinite(value)) {
      return;
    }
    count += times;
    int bits = Float.floatToRawIntBits(value);
    int exponent = bits >>> 23 & 0xFF;
    long significand = exponent == 0 ? bits & 0x7F_FFFF : bits & 0x7F_FFFF | 0x80_0000;
    int position = Math.max(exponent, 1) - 1;
    sum.add(significand * times, position, bits < 0 ? -1 : 1);
    long square = significand * significand;
    squares.add((square & 0xFF_FFFF) * times, 2 * position, 1);
    squares.add((square >>> 24) * times, 2 * position + 24, 1);
  }

  Fitted.ZScore fit(Expr.ZScore of) {
    MeanAndDeviation both = meanAndDeviation();
    return new Fitted.ZScore(of, count, both.mean(), both.deviation());
  }

  /** Of what was seen; the deviation is the population's. Both 0 of nothing. */
  record MeanAndDeviation(float mean, float deviation) {}

  MeanAndDeviation meanAndDeviation() {
    if (count == 0) {
      return new MeanAndDeviation(0, 0);
    }
    return new MeanAndDeviation(mean().floatValue(), variance().sqrt(PRECISION).floatValue());
  }

  /** Of at least one value. */
  private BigDecimal mean() {
    BigInteger n = BigInteger.valueOf(count);
    return new BigDecimal(sum.value()).divide(new BigDecimal(n.shiftLeft(SMALLEST)), PRECISION);
  }

  /** Of at least one value. */
  private BigDecimal variance() {
    BigInteger n = BigInteger.valueOf(count);
    BigInteger total = sum.value();
    return new BigDecimal(n.multiply(squares.value()).subtract(total.multiply(total)))
        .divide(new BigDecimal(n.multiply(n).shiftLeft(2 * SMALLEST)), PRECISION);
  }

  Fitted.Aggregate fit(Aggregate of) {
    BigDecimal value =
        switch (of.measure()) {
          case COUNT -> BigDecimal.valueOf(count);
          case SUM ->
              new BigDecimal(sum.value())
                  .divide(new BigDecimal(BigInteger.ONE.shiftLeft(SMALLEST)), PRECISION);
          case MEAN -> count == 0 ? BigDecimal.ZERO : mean();
          case VARIANCE -> count == 0 ? BigDecimal.ZERO : variance();
          case MIN, MAX -> throw new IllegalArgumentException("No moment: " + of);
        };
    return new Fitted.Aggregate(of, count, finite(value));
  }

  /** As float32, and the largest of these where it is beyond. */
  static float finite(BigDecimal value) {
    float rounded = value.floatValue();
    return Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, rounded));
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public Moments empty() {
    return new Moments();
  }

  @Override
  public void merge(Accumulator other) {
    Moments that = (Moments) other;
    count += that.count;
    sum.add(that.sum);
    squares.add(that.squares);
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeLong(count);
    sum.write(out);
    squares.write(out);
  }

  static Moments readState(DataInput in) throws IOException {
    return new Moments(in.readLong(), emptySum().read(in), emptySquares().read(in));
  }
}
