package io.pergola.transform;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The eigenvectors of symmetric matrices by cyclic Jacobi rotations (Golub and Van Loan, Matrix
 * Computations, 8.5): slower than the QR algorithm, but it converges for every matrix, singular
 * ones with many zero eigenvalues included, on which the QR of libraries was seen to give up; and
 * its only operations are those that every JVM rounds alike.
 */
final class Eigenvectors {
  /** Rotations of all pairs; convergence is quadratic, and ten are many. */
  private static final int MAX_SWEEPS = 100;

  private Eigenvectors() {}

  /**
   * Vectors of length 1 that are at right angles to each other.
   *
   * @param matrix symmetric, finite; overwritten
   * @return shape [n][n], that of the largest eigenvalue first; of equal ones that of the first
   *     axis that it came from
   */
  static List<double[]> of(double[][] matrix) {
    int n = matrix.length;
    double[][] vectors = new double[n][n];
    for (int i = 0; i < n; i++) {
      vectors[i][i] = 1;
    }
    double small = 0;
    for (double[] row : matrix) {
      for (double x : row) {
        small = Math.max(small, Math.abs(x) * 0x1p-60);
      }
    }
    for (int sweep = 0; sweep < MAX_SWEEPS && sweep(matrix, vectors, small); sweep++) {}
    return IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> matrix[i][i]).reversed())
        .map(i -> vectors[i])
        .toList();
  }

  /** Turns every pair of axes once, and says whether any was turned. */
  private static boolean sweep(double[][] a, double[][] vectors, double small) {
    boolean any = false;
    for (int p = 0; p < a.length; p++) {
      for (int q = p + 1; q < a.length; q++) {
        if (Math.abs(a[p][q]) > small) {
          rotate(a, vectors, p, q);
          any = true;
        }
      }
    }
    return any;
  }

  /** Turns the axes p and q so that their entry becomes 0. */
  private static void rotate(double[][] a, double[][] vectors, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    double entry = a[p][q];
    for (int i = 0; i < a.length; i++) {
      if (i != p && i != q) {
        double x = a[p][i];
        double y = a[q][i];
        a[p][i] = c * x - s * y;
        a[q][i] = s * x + c * y;
        a[i][p] = a[p][i];
        a[i][q] = a[q][i];
      }
    }
    a[p][p] -= t * entry;
    a[q][q] += t * entry;
    a[p][q] = 0;
    a[q][p] = 0;
    double[] v = vectors[p];
    double[] w = vectors[q];
    for (int i = 0; i < v.length; i++) {
      double x = v[i];
      double y = w[i];
      v[i] = c * x - s * y;
      w[i] = s * x + c * y;
    }
  }
}
