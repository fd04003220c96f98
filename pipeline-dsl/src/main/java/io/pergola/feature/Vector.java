package io.pergola.feature;

import java.util.Arrays;

/** A fixed number of numbers per example, being described: a dense feature of some width. */
public record Vector(String name, Expr.OfVector expr) implements Dense {

  /** Numbers side by side, such as the pixels of an image; missing where any of them is. */
  public static Vector of(String name, Numeric... numbers) {
    return new Vector(
        name, new FixedVector.Packed(Arrays.stream(numbers).map(Numeric::expr).toList()));
  }

  /** How many numbers there are. */
  public int width() {
    return expr.width();
  }

  /**
   * The projections onto the {@code components} directions in which the analysed vectors vary most
   * (principal component analysis): the dot products with the first eigenvectors of their
   * covariance. Nothing is subtracted before. Bring the numbers to a common scale first.
   *
   * @param components 1 to {@link #width}, which can be 256 at most
   */
  public Vector pca(int components) {
    return new Vector(name, new FixedVector.Pca(expr, components));
  }

  /** The same feature under another name. */
  public Vector as(String newName) {
    return new Vector(newName, expr);
  }
}
