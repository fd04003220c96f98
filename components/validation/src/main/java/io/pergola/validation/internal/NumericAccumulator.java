package io.pergola.validation.internal;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.FeatureStatistics.NumericFeature;
import io.pergola.validation.sketch.DistinctSketch;
import io.pergola.validation.sketch.QuantileSketch;
import io.pergola.validation.sketch.Quantiles;
import io.pergola.validation.sketch.SortBuffer;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accumulates numbers. Moments are those of Chan, Golub and LeVeque (1979): stable, mergeable. */
final class NumericAccumulator extends FeatureAccumulator {
  /** Up to here every integer is a double, so that distinct doubles are distinct integers. */
  private static final double EXACT_INTEGERS = 0x1p53;

  private final ColumnType type;
  private long finite;
  private double mean;
  private double squares;
  private long zeros;
  private long nans;
  private long positiveInfinities;
  private long negativeInfinities;
  private double finiteMin = Double.POSITIVE_INFINITY;
  private double finiteMax = Double.NEGATIVE_INFINITY;
  private QuantileSketch quantiles = new QuantileSketch();
  private @Nullable UltraLogLog distinct;
  private @Nullable WeightedNumbersAccumulator weighted;

  NumericAccumulator(ColumnType type) {
    this.type = type;
  }

  @Override
  public ColumnType type() {
    return type;
  }

  @Override
  void addValues(ExampleColumn column, ColumnScan scan) {
    if (column instanceof LongColumn longs) {
      scan.scan(longs);
    } else if (column instanceof FloatColumn floats) {
      scan.scan(floats);
    } else {
      scan.scan((DoubleColumn) column);
    }
    nans += scan.nans();
    SortBuffer run = scan.buffer();
    if (run.size() > 0) {
      addRun(run.values(), run.weights(), run.keys(), run.size());
    }
  }

  @Override
  void addWeightedValues(ExampleColumn column, WeightedScan scan, double[] weights) {
    WeightedNumbersAccumulator numbers =
        weighted == null ? new WeightedNumbersAccumulator() : weighted;
    weighted = numbers;
    numbers.add(column, scan, weights);
  }

  /** The values, to query. */
  Quantiles quantiles() {
    return quantiles.quantiles();
  }

  QuantileSketch sketch() {
    return quantiles;
  }

  private void addRun(double[] values, long[] weights, long[] keys, int size) {
    int from = 0;
    int to = size;
    if (values[0] == Double.NEGATIVE_INFINITY) {
      negativeInfinities += weights[0];
      from++;
    }
    if (to > from && values[to - 1] == Double.POSITIVE_INFINITY) {
      positiveInfinities += weights[to - 1];
      to--;
    }
    if (from < to) {
      finiteMin = Math.min(finiteMin, values[from]);
      finiteMax = Math.max(finiteMax, values[to - 1]);
      addMoments(values, weights, from, to);
    }
    if (type == ColumnType.INT && (isWide(values[0]) || isWide(values[size - 1]))) {
      toSketch(quantiles.isExact() ? quantiles.exactValues() : new double[0]);
    }
    double[] known = distinct == null ? quantiles.exactValues() : new double[0];
    quantiles.addSorted(values, weights, size);
    if (distinct == null && quantiles.isExact()) {
      return;
    }
    UltraLogLog sketch = toSketch(known);
    for (int i = 0; i < size; i++) {
      long bits =
          type == ColumnType.INT ? SortBuffer.longOf(keys[i]) : Double.doubleToLongBits(values[i]);
      sketch.add(DistinctSketch.hash(bits));
    }
  }

  @Override
  void mergeValues(FeatureAccumulator accumulator) {
    NumericAccumulator other = (NumericAccumulator) accumulator;
    mergeMoments(other.finite, other.mean, other.squares);
    zeros += other.zeros;
    nans += other.nans;
    positiveInfinities += other.positiveInfinities;
    negativeInfinities += other.negativeInfinities;
    finiteMin = Math.min(finiteMin, other.finiteMin);
    finiteMax = Math.max(finiteMax, other.finiteMax);
    if (weighted == null) {
      weighted = other.weighted;
    } else if (other.weighted != null) {
      weighted.merge(other.weighted);
    }

    double[] known = distinct == null ? quantiles.exactValues() : new double[0];
    quantiles.merge(other.quantiles);
    if (distinct == null && other.distinct == null && quantiles.isExact()) {
      return;
    }
    UltraLogLog sketch = toSketch(known);
    if (other.distinct != null) {
      sketch.add(other.distinct);
    } else {
      addTo(sketch, other.quantiles.exactValues());
    }
  }

  /** Counts distinct values by a sketch from now on, which first gets the values given. */
  private UltraLogLog toSketch(double[] known) {
    UltraLogLog sketch = distinct;
    if (sketch == null) {
      sketch = DistinctSketch.create();
      addTo(sketch, known);
      distinct = sketch;
    }
    return sketch;
  }

  private void addTo(UltraLogLog sketch, double[] values) {
    for (double value : values) {
      long bits = type == ColumnType.INT ? (long) value : Double.doubleToLongBits(value);
      sketch.add(DistinctSketch.hash(bits));
    }
  }

  private static boolean isWide(double value) {
    return Math.abs(value) >= EXACT_INTEGERS;
  }

  @Override
  public FeatureStatistics statistics(String name) {
    Quantiles summary = quantiles.quantiles();
    long n = summary.count();
    long unique = distinct == null ? quantiles.distinct() : DistinctSketch.estimate(distinct);
    double uniqueError = distinct == null ? 0 : DistinctSketch.ERROR;
    return new NumericFeature(
        name,
        type,
        common(
            type == ColumnType.INT && isUnivalent() && n > 0
                ? SemanticDomains.ofIntegers(
                    n, unique, uniqueError, quantiles.min(), quantiles.max())
                : Optional.empty()),
        mean(n),
        n == 0 || n > finite ? Double.NaN : Math.sqrt(squares / n),
        zeros,
        nans,
        positiveInfinities + negativeInfinities,
        n == 0 ? Double.NaN : quantiles.min(),
        summary.median(),
        n == 0 ? Double.NaN : quantiles.max(),
        unique,
        uniqueError,
        Histograms.equalWidth(summary, finiteMin, finiteMax),
        Histograms.equalMass(summary),
        n == 0 ? 0 : (double) quantiles.rankError() / n,
        Optional.ofNullable(weighted).map(found -> found.statistics(finiteMin, finiteMax)));
  }

  private double mean(long n) {
    if (n == 0 || (positiveInfinities > 0 && negativeInfinities > 0)) {
      return Double.NaN;
    }
    if (positiveInfinities > 0) {
      return Double.POSITIVE_INFINITY;
    }
    return negativeInfinities > 0 ? Double.NEGATIVE_INFINITY : mean;
  }

  @Override
  void writeValues(DataOutput out) throws IOException {
    out.writeLong(finite);
    out.writeDouble(mean);
    out.writeDouble(squares);
    out.writeLong(zeros);
    out.writeLong(nans);
    out.writeLong(positiveInfinities);
    out.writeLong(negativeInfinities);
    out.writeDouble(finiteMin);
    out.writeDouble(finiteMax);
    quantiles.write(out);
    DistinctSketch.write(out, distinct);
    out.writeBoolean(weighted != null);
    if (weighted != null) {
      weighted.write(out);
    }
  }

  @Override
  void readValues(DataInput in) throws IOException {
    finite = in.readLong();
    mean = in.readDouble();
    squares = in.readDouble();
    zeros = in.readLong();
    nans = in.readLong();
    positiveInfinities = in.readLong();
    negativeInfinities = in.readLong();
    finiteMin = in.readDouble();
    finiteMax = in.readDouble();
    quantiles = QuantileSketch.read(in);
    distinct = DistinctSketch.read(in);
    weighted = in.readBoolean() ? WeightedNumbersAccumulator.read(in) : null;
  }

  private void addMoments(double[] values, long[] weights, int from, int to) {
    double sum = 0;
    long n = 0;
    for (int i = from; i < to; i++) {
      sum += values[i] * weights[i];
      n += weights[i];
      if (values[i] == 0) {
        zeros += weights[i];
      }
    }
    double center = sum / n;
    if (Double.isInfinite(center)) {
      center = 0;
      for (int i = from; i < to; i++) {
        center += values[i] * ((double) weights[i] / n);
      }
    }
    double deviations = 0;
    for (int i = from; i < to; i++) {
      double deviation = values[i] - center;
      deviations += deviation * deviation * weights[i];
    }
    mergeMoments(n, center, deviations);
  }

  private void mergeMoments(long n, double otherMean, double otherSquares) {
    if (n == 0) {
      return;
    }
    long total = finite + n;
    double delta = otherMean - mean;
    double share = (double) n / total;
    squares += otherSquares + (finite == 0 ? 0 : delta * delta * finite * share);
    mean = finite == 0 ? otherMean : mean + delta * share;
    finite = total;
  }
}
