package io.pergola.training.internal.search;

import java.util.SplittableRandom;

/** Where on the unit interval some trials stand: a probability density with mass 1. */
interface Density {
  /**
   * The density at a place, above 0.
   *
   * @param unit from 0 to 1
   */
  double at(double unit);

  /** A place drawn from it. */
  double draw(SplittableRandom random);
}
