package io.pergola.validation.internal;

import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.validation.CrossStatistics.Pair;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Means, squares and products of deviations of pairs of numeric features, each over the examples in
 * which both are present and finite; merged as Chan, Golub and LeVeque (1979) have it.
 */
final class PairMoments {
  /** The most features whose pairs are looked at: the first ones, in file order. */
  static final int MOST_FEATURES = 100;

  private final Map<Names, Moments> pairs = new LinkedHashMap<>();

  private record Names(String x, String y) {}

  /** Of one pair. */
  private static final class Moments {
    private long n;
    private double meanX;
    private double meanY;
    private double squaresX;
    private double squaresY;
    private double products;

    void merge(
        long count, double x, double y, double ofSquaresX, double ofSquaresY, double ofProducts) {
      if (count == 0) {
        return;
      }
      double share = (double) count / (n + count);
      double deltaX = x - meanX;
      double deltaY = y - meanY;
      squaresX += ofSquaresX + deltaX * deltaX * n * share;
      squaresY += ofSquaresY + deltaY * deltaY * n * share;
      products += ofProducts + deltaX * deltaY * n * share;
      meanX += deltaX * share;
      meanY += deltaY * share;
      n += count;
    }
  }

  /** The values of a column, less their mean; which rows have one; and the squares' sum. */
  private static final class Centered {
    private final String name;
    private final double[] values;
    private final long @Nullable [] there;
    private final double mean;
    private final double squares;

    Centered(ExampleColumn column) {
      name = column.name();
      int rows = column.rows();
      values = new double[rows];
      long[] bits = new long[(rows + 63) >> 6];
      int n = 0;
      double sum = 0;
      for (int row = 0; row < rows; row++) {
        if (column.isPresent(row)) {
          double value = value(column, column.entry(row));
          if (Double.isFinite(value)) {
            values[row] = value;
            bits[row >> 6] |= 1L << (row & 63);
            sum += value;
            n++;
          }
        }
      }
      there = n == rows ? null : bits;
      mean = n == 0 ? 0 : sum / n;
      double deviations = 0;
      for (int row = 0; row < rows; row++) {
        if (there == null || (there[row >> 6] >>> (row & 63) & 1) != 0) {
          values[row] -= mean;
          deviations += values[row] * values[row];
        }
      }
      squares = deviations;
    }

    private static double value(ExampleColumn column, int entry) {
      if (column instanceof LongColumn longs) {
        return longs.entries()[entry];
      }
      return column instanceof FloatColumn floats
          ? floats.entries()[entry]
          : ((DoubleColumn) column).entries()[entry];
    }
  }

  /**
   * Adds examples.
   *
   * @param chosen the features to look at; empty for all
   */
  void add(ExampleBatch batch, List<String> chosen) {
    List<Centered> columns = new ArrayList<>();
    for (ExampleColumn column : batch.columns()) {
      if (column.type().isNumber()
          && !column.isMultivalent()
          && columns.size() < MOST_FEATURES
          && (chosen.isEmpty() || chosen.contains(column.name()))) {
        columns.add(new Centered(column));
      }
    }
    for (int i = 0; i < columns.size(); i++) {
      for (int j = i + 1; j < columns.size(); j++) {
        Centered x = columns.get(i);
        Centered y = columns.get(j);
        Moments moments = pairs.computeIfAbsent(new Names(x.name, y.name), names -> new Moments());
        if (x.there == null && y.there == null) {
          moments.merge(
              batch.rows(), x.mean, y.mean, x.squares, y.squares, product(x.values, y.values));
        } else {
          addPresent(moments, x, y);
        }
      }
    }
  }

  private static double product(double[] x, double[] y) {
    double even = 0;
    double odd = 0;
    int i = 0;
    for (; i + 1 < x.length; i += 2) {
      even += x[i] * y[i];
      odd += x[i + 1] * y[i + 1];
    }
    return even + odd + (i < x.length ? x[i] * y[i] : 0);
  }

  /** Rows in which both are there; deviations are from the means of all rows of the batch. */
  private static void addPresent(Moments moments, Centered x, Centered y) {
    long n = 0;
    double sumX = 0;
    double sumY = 0;
    double squaresX = 0;
    double squaresY = 0;
    double products = 0;
    for (int w = 0; w << 6 < x.values.length; w++) {
      long bits = (x.there == null ? -1L : x.there[w]) & (y.there == null ? -1L : y.there[w]);
      for (; bits != 0; bits &= bits - 1) {
        int row = (w << 6) + Long.numberOfTrailingZeros(bits);
        if (row >= x.values.length) {
          break;
        }
        double dx = x.values[row];
        double dy = y.values[row];
        n++;
        sumX += dx;
        sumY += dy;
        squaresX += dx * dx;
        squaresY += dy * dy;
        products += dx * dy;
      }
    }
    if (n > 0) {
      moments.merge(
          n,
          x.mean + sumX / n,
          y.mean + sumY / n,
          Math.max(0, squaresX - sumX * sumX / n),
          Math.max(0, squaresY - sumY * sumY / n),
          products - sumX * sumY / n);
    }
  }

  void merge(PairMoments other) {
    other.pairs.forEach(
        (names, theirs) ->
            pairs
                .computeIfAbsent(names, name -> new Moments())
                .merge(
                    theirs.n,
                    theirs.meanX,
                    theirs.meanY,
                    theirs.squaresX,
                    theirs.squaresY,
                    theirs.products));
  }

  List<Pair> statistics() {
    List<Pair> result = new ArrayList<>();
    pairs.forEach(
        (names, m) -> {
          double spread = Math.sqrt(m.squaresX) * Math.sqrt(m.squaresY);
          result.add(
              new Pair(
                  names.x,
                  names.y,
                  m.n,
                  m.n == 0 ? Double.NaN : m.products / m.n,
                  spread > 0 ? Math.max(-1, Math.min(1, m.products / spread)) : Double.NaN));
        });
    return result;
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(pairs.size());
    for (Map.Entry<Names, Moments> pair : pairs.entrySet()) {
      out.writeUTF(pair.getKey().x);
      out.writeUTF(pair.getKey().y);
      Moments m = pair.getValue();
      out.writeLong(m.n);
      out.writeDouble(m.meanX);
      out.writeDouble(m.meanY);
      out.writeDouble(m.squaresX);
      out.writeDouble(m.squaresY);
      out.writeDouble(m.products);
    }
  }

  static PairMoments read(DataInput in) throws IOException {
    PairMoments moments = new PairMoments();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      Moments m = new Moments();
      moments.pairs.put(new Names(in.readUTF(), in.readUTF()), m);
      m.n = in.readLong();
      m.meanX = in.readDouble();
      m.meanY = in.readDouble();
      m.squaresX = in.readDouble();
      m.squaresY = in.readDouble();
      m.products = in.readDouble();
    }
    return moments;
  }
}
