package io.pergola.transform;

import io.pergola.feature.FixedVector;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The number, the sums and the sums of products of the components of float32 vectors, without
 * rounding. Vectors that have a component that is not finite are left out.
 */
final class Covariances implements Accumulator {
  static final int KIND = 9;

  private static final int BLOCK = 512;

  /** The exponent of the smallest float32, {@code 2^-149}. */
  private static final int SMALLEST = 149;

  private static final MathContext PRECISION = new MathContext(60);

  private final int width;
  private long count;
  private final ExactSum[] sums;

  /** Of the components i and j &lt;= i at i (i + 1) / 2 + j. */
  private final ExactSum[] products;

  /** Of the vectors that are not yet in the sums, component by component. */
  private final int[][] significands;

  private final int[][] positions;
  private int inBlock;

  Covariances(int width) {
    this.width = width;
    sums = new ExactSum[width];
    products = new ExactSum[width * (width + 1) / 2];
    Arrays.setAll(sums, i -> emptySum());
    Arrays.setAll(products, i -> emptyProduct());
    significands = new int[width][BLOCK];
    positions = new int[width][BLOCK];
  }

  private static ExactSum emptySum() {
    return new ExactSum(254 + 24);
  }

  private static ExactSum emptyProduct() {
    return new ExactSum(2 * 254 + 48);
  }

  void add(RowVectors vectors, int rows) {
    long[] presence = vectors.presence();
    float[] x = new float[width];
    for (int row = 0; row < rows; row++) {
      if (presence == null || (presence[row >> 6] >>> (row & 63) & 1) != 0) {
        Arrays.fill(x, 0);
        vectors.put(row, x, 0);
        add(x);
      }
    }
    addBlock();
  }

  private void add(float[] x) {
    for (float each : x) {
      if (!Float.isFinite(each)) {
        return;
      }
    }
    for (int i = 0; i < width; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      int exponent = bits >>> 23 & 0xFF;
      int significand = exponent == 0 ? bits & 0x7F_FFFF : bits & 0x7F_FFFF | 0x80_0000;
      significands[i][inBlock] = bits < 0 ? -significand : significand;
      positions[i][inBlock] = Math.max(exponent, 1) - 1;
    }
    count++;
    if (++inBlock == BLOCK) {
      addBlock();
    }
  }

  /** One sum after the other, so that each stays in the processor's cache for the whole block. */
  private void addBlock() {
    int at = 0;
    for (int i = 0; i < width; i++) {
      int[] a = significands[i];
      int[] ofA = positions[i];
      for (int row = 0; row < inBlock; row++) {
        if (a[row] != 0) {
          sums[i].add(Math.abs(a[row]), ofA[row], a[row] < 0 ? -1 : 1);
        }
      }
      for (int j = 0; j <= i; j++) {
        add(a, ofA, significands[j], positions[j], products[at++]);
      }
    }
    inBlock = 0;
  }

  private void add(int[] a, int[] ofA, int[] b, int[] ofB, ExactSum to) {
    for (int row = 0; row < inBlock; row++) {
      long product = (long) a[row] * b[row];
      if (product != 0) {
        to.add(Math.abs(product), ofA[row] + ofB[row], product < 0 ? -1 : 1);
      }
    }
  }

  Fitted.Pca fit(FixedVector.Pca of) {
    List<Float> means = new ArrayList<>();
    double[][] covariance = new double[width][width];
    List<List<Float>> rounded = new ArrayList<>();
    BigInteger n = BigInteger.valueOf(Math.max(1, count));
    BigInteger[] totals = new BigInteger[width];
    Arrays.setAll(totals, i -> sums[i].value());
    BigDecimal unit = new BigDecimal(n.shiftLeft(SMALLEST));
    BigDecimal square = new BigDecimal(n.multiply(n).shiftLeft(2 * SMALLEST));
    for (int i = 0; i < width; i++) {
      means.add(new BigDecimal(totals[i]).divide(unit, PRECISION).floatValue());
      List<Float> row = new ArrayList<>();
      for (int j = 0; j <= i; j++) {
        BigInteger product = products[i * (i + 1) / 2 + j].value();
        BigInteger difference = n.multiply(product).subtract(totals[i].multiply(totals[j]));
        BigDecimal value = new BigDecimal(difference).divide(square, PRECISION);
        covariance[i][j] = value.doubleValue();
        covariance[j][i] = covariance[i][j];
        row.add(Moments.finite(value));
      }
      rounded.add(row);
    }
    return new Fitted.Pca(of, count, means, rounded, components(covariance, of.components()));
  }

  /**
   * The first eigenvectors, those of the largest eigenvalues first; each turned so that its largest
   * component, of equally large ones the first, is positive.
   */
  private List<List<Float>> components(double[][] covariance, int components) {
    List<List<Float>> vectors = new ArrayList<>();
    double scale = 0;
    for (int i = 0; i < width; i++) {
      scale = Math.max(scale, covariance[i][i]);
    }
    if (scale == 0) {
      for (int k = 0; k < components; k++) {
        double[] axis = new double[width];
        axis[k] = 1;
        vectors.add(turned(axis));
      }
      return vectors;
    }
    // By a power of two, so that nothing is rounded: no product of two of them is out of range.
    double[][] scaled = new double[width][width];
    for (int i = 0; i < width; i++) {
      for (int j = 0; j < width; j++) {
        scaled[i][j] = Math.scalb(covariance[i][j], -Math.getExponent(scale));
      }
    }
    Eigenvectors.of(scaled).stream()
        .limit(components)
        .map(Covariances::turned)
        .forEach(vectors::add);
    return vectors;
  }

  private static List<Float> turned(double[] vector) {
    int largest = 0;
    for (int i = 1; i < vector.length; i++) {
      if (Math.abs(vector[i]) > Math.abs(vector[largest])) {
        largest = i;
      }
    }
    List<Float> turned = new ArrayList<>();
    for (double x : vector) {
      // Adding 0 makes -0 and 0 one value.
      turned.add((float) (vector[largest] < 0 ? -x : x) + 0f);
    }
    return turned;
  }

  @Override
  public int kind() {
    return KIND;
  }

  @Override
  public Covariances empty() {
    return new Covariances(width);
  }

  @Override
  public void merge(Accumulator other) {
    Covariances that = (Covariances) other;
    count += that.count;
    for (int i = 0; i < sums.length; i++) {
      sums[i].add(that.sums[i]);
    }
    for (int i = 0; i < products.length; i++) {
      products[i].add(that.products[i]);
    }
  }

  @Override
  public void write(DataOutput out) throws IOException {
    out.writeInt(width);
    out.writeLong(count);
    for (ExactSum sum : sums) {
      sum.write(out);
    }
    for (ExactSum product : products) {
      product.write(out);
    }
  }

  static Covariances readState(DataInput in) throws IOException {
    Covariances read = new Covariances(in.readInt());
    read.count = in.readLong();
    for (int i = 0; i < read.sums.length; i++) {
      read.sums[i] = read.sums[i].read(in);
    }
    for (int i = 0; i < read.products.length; i++) {
      read.products[i] = read.products[i].read(in);
    }
    return read;
  }
}
