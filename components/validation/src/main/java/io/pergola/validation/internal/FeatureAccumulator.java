package io.pergola.validation.internal;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleColumn;
import io.pergola.validation.CommonStatistics;
import io.pergola.validation.FeatureStatistics;
import io.pergola.validation.Histogram;
import io.pergola.validation.SemanticDomain;
import io.pergola.validation.StatisticGenerator;
import io.pergola.validation.sketch.QuantileSketch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Everything that the statistics of one feature are made from; mergeable. Not thread-safe. */
public abstract class FeatureAccumulator {
  private long present;
  private long missing;
  private long totalValues;
  private QuantileSketch lengths = new QuantileSketch();
  private @Nullable Weighted weighted;
  private CustomNumbers custom = CustomNumbers.none();

  /** What features of all types have by weight. */
  private static final class Weighted {
    private double present;
    private double missing;
    private double totalValues;
  }

  FeatureAccumulator() {}

  /** An accumulator that has seen nothing. */
  public static FeatureAccumulator of(ColumnType type) {
    return type.isNumber() ? new NumericAccumulator(type) : new TextAccumulator(type);
  }

  /** The type of the values. */
  public abstract ColumnType type();

  /** The statistics of what was seen. */
  public abstract FeatureStatistics statistics(String name);

  abstract void addValues(ExampleColumn column, ColumnScan scan);

  abstract void addWeightedValues(ExampleColumn column, WeightedScan scan, double[] weights);

  abstract void mergeValues(FeatureAccumulator other);

  abstract void writeValues(DataOutput out) throws IOException;

  abstract void readValues(DataInput in) throws IOException;

  /** Adds a column of examples. */
  public final void add(ExampleColumn column, ColumnScan scan) {
    if (column.type() != type()) {
      throw new IllegalArgumentException(
          "Cannot add column '%s' to statistics of %s: it is %s. Give all files the same types."
              .formatted(column.name(), type(), column.type()));
    }
    int rows = column.presentCount();
    present += rows;
    missing += column.rows() - rows;
    int[] offsets = column.offsets();
    if (offsets == null) {
      totalValues += rows;
      lengths.add(1, rows);
    } else {
      totalValues += addLengths(column, offsets, scan);
    }
    addValues(column, scan);
  }

  /** Numbers of values are few and small, so that they are counted before the sketch sees them. */
  private long addLengths(ExampleColumn column, int[] offsets, ColumnScan scan) {
    int[] counts = scan.lengthCounts();
    long total = 0;
    for (int row = 0; row < column.rows(); row++) {
      if (column.isPresent(row)) {
        int length = offsets[row + 1] - offsets[row];
        total += length;
        if (length < counts.length) {
          counts[length]++;
        } else {
          lengths.add(length);
        }
      }
    }
    for (int length = 0; length < counts.length; length++) {
      if (counts[length] > 0) {
        lengths.add(length, counts[length]);
      }
    }
    return total;
  }

  /**
   * Adds a column of examples by their weights, after {@link #add}.
   *
   * @param weights of its rows, at least 0
   */
  final void addWeighted(ExampleColumn column, WeightedScan scan, double[] weights) {
    Weighted sums = weighted == null ? new Weighted() : weighted;
    weighted = sums;
    double there = 0;
    double values = 0;
    long[] presence = column.presence();
    int[] offsets = column.offsets();
    for (int row = 0; row < weights.length; row++) {
      if (presence != null && (presence[row >> 6] >>> (row & 63) & 1) == 0) {
        continue;
      }
      there += weights[row];
      values += offsets == null ? weights[row] : weights[row] * (offsets[row + 1] - offsets[row]);
    }
    sums.present += there;
    sums.missing += presence == null ? 0 : missingWeight(weights, presence);
    sums.totalValues += values;
    addWeightedValues(column, scan, weights);
  }

  /**
   * Added up by itself: a difference of large sums would not be exactly 0 where none is missing.
   */
  private static double missingWeight(double[] weights, long[] presence) {
    double missing = 0;
    for (int row = 0; row < weights.length; row++) {
      if ((presence[row >> 6] >>> (row & 63) & 1) == 0) {
        missing += weights[row];
      }
    }
    return missing;
  }

  /** What authors' generators have found of this feature. */
  final CustomNumbers custom() {
    return custom;
  }

  final void custom(CustomNumbers numbers) {
    custom = numbers;
  }

  /** Adds everything that the other has seen. */
  public final void merge(FeatureAccumulator other) {
    if (other.type() != type()) {
      throw new IllegalArgumentException(
          "Cannot merge statistics of %s and %s. Give all files the same types."
              .formatted(type(), other.type()));
    }
    present += other.present;
    missing += other.missing;
    totalValues += other.totalValues;
    lengths.merge(other.lengths);
    Weighted sums = other.weighted;
    if (sums != null && weighted != null) {
      weighted.present += sums.present;
      weighted.missing += sums.missing;
      weighted.totalValues += sums.totalValues;
    } else if (sums != null) {
      weighted = sums;
    }
    custom = custom.merged(other.custom);
    mergeValues(other);
  }

  /** Writes the state, for {@link #read}. */
  public final void write(DataOutput out) throws IOException {
    out.writeUTF(type().name());
    out.writeLong(present);
    out.writeLong(missing);
    out.writeLong(totalValues);
    lengths.write(out);
    out.writeBoolean(weighted != null);
    if (weighted != null) {
      out.writeDouble(weighted.present);
      out.writeDouble(weighted.missing);
      out.writeDouble(weighted.totalValues);
    }
    custom.write(out);
    writeValues(out);
  }

  /** Reads what {@link #write} wrote. */
  public static FeatureAccumulator read(DataInput in) throws IOException {
    return read(in, List.of());
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param generators of authors that are known
   */
  static FeatureAccumulator read(DataInput in, List<StatisticGenerator<?, ?>> generators)
      throws IOException {
    FeatureAccumulator accumulator = of(ColumnType.valueOf(in.readUTF()));
    accumulator.present = in.readLong();
    accumulator.missing = in.readLong();
    accumulator.totalValues = in.readLong();
    accumulator.lengths = QuantileSketch.read(in);
    if (in.readBoolean()) {
      Weighted sums = new Weighted();
      sums.present = in.readDouble();
      sums.missing = in.readDouble();
      sums.totalValues = in.readDouble();
      accumulator.weighted = sums;
    }
    accumulator.custom = CustomNumbers.read(in, generators);
    accumulator.readValues(in);
    return accumulator;
  }

  final CommonStatistics common(Optional<SemanticDomain> domain) {
    boolean any = present > 0;
    return new CommonStatistics(
        present,
        missing,
        any ? (long) lengths.min() : 0,
        any ? (long) lengths.max() : 0,
        any ? (double) totalValues / present : Double.NaN,
        totalValues,
        any ? Histograms.equalMass(lengths.quantiles()) : Histogram.EMPTY,
        Optional.ofNullable(weighted).map(FeatureAccumulator::of),
        domain,
        List.copyOf(custom.statistics()));
  }

  private static CommonStatistics.Weighted of(Weighted sums) {
    return new CommonStatistics.Weighted(
        sums.present,
        sums.missing,
        sums.present > 0 ? sums.totalValues / sums.present : Double.NaN,
        sums.totalValues);
  }

  /** Whether an example has at most one value. */
  final boolean isUnivalent() {
    return totalValues <= present;
  }

  final long totalValues() {
    return totalValues;
  }
}
