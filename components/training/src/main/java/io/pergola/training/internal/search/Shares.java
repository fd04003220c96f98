package io.pergola.training.internal.search;

import java.util.SplittableRandom;

/**
 * How often each value of a choice was taken, once more than it was (Bergstra et al., 2011): a
 * density that is even within the cell of a value.
 */
final class Shares implements Density {
  private final double[] shares;

  /**
   * Counts places.
   *
   * @param units from 0 to 1, maybe none
   * @param values how many there are, each with a cell of the same width
   */
  Shares(double[] units, int values) {
    shares = new double[values];
    for (int i = 0; i < values; i++) {
      shares[i] = 1;
    }
    for (double unit : units) {
      shares[cell(unit)]++;
    }
    for (int i = 0; i < values; i++) {
      shares[i] /= units.length + values;
    }
  }

  private int cell(double unit) {
    return (int) Math.min(shares.length - 1, Math.floor(unit * shares.length));
  }

  @Override
  public double at(double unit) {
    return shares[cell(unit)] * shares.length;
  }

  @Override
  public double draw(SplittableRandom random) {
    double left = random.nextDouble();
    int value = 0;
    while (value < shares.length - 1 && left >= shares[value]) {
      left -= shares[value++];
    }
    return (value + 0.5) / shares.length;
  }
}
