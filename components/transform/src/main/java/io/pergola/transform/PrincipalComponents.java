package io.pergola.transform;

import java.util.Arrays;

/** Projects vectors onto fitted directions. */
final class PrincipalComponents {
  private PrincipalComponents() {}

  /** The dot product with each direction, from left to right in float64, rounded once. */
  static RowVectors of(RowVectors vectors, Fitted.Pca fitted) {
    float[][] directions = fitted.components().stream().map(Buckets::array).toArray(float[][]::new);
    float[] x = new float[vectors.width()];
    return new RowVectors.OfRows(
        directions.length,
        vectors.presence(),
        (row, to, at) -> {
          Arrays.fill(x, 0);
          vectors.put(row, x, 0);
          for (int k = 0; k < directions.length; k++) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
              sum += (double) x[i] * directions[k][i];
            }
            to[at + k] = (float) sum;
          }
        });
  }
}
