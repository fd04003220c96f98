package io.pergola.training;

import java.io.Serializable;
import java.util.function.Function;

/**
 * How a {@link Tuner} chooses the hyperparameters of its trials. Plain data; {@code
 * docs/concepts/tuning.md} says which is for what.
 */
public sealed interface Search extends Serializable {
  /** One result for each kind of search. */
  <T> T match(
      Function<Grid, T> grid,
      Function<Random, T> random,
      Function<Tpe, T> tpe,
      Function<Halving, T> halving);

  /** The most trials there may be. */
  int MOST_TRIALS = 10_000;

  /**
   * Every combination of evenly spaced values.
   *
   * @param points values of a range, from 2, both ends included; a choice has all of its values
   */
  static Grid grid(int points) {
    return new Grid(points);
  }

  /** Values drawn at random, each range evenly on its scale (Bergstra and Bengio, 2012). */
  static Random random(int trials) {
    return new Random(trials);
  }

  /**
   * Values that are likely among the best trials so far (15 % of them) and unlikely among the
   * others: the tree-structured Parzen estimator (Bergstra et al., 2011), in its multivariate form
   * (Falkner et al., 2018).
   */
  static Tpe tpe(int trials) {
    return new Tpe(
        trials,
        Math.min(Tpe.FIRST, (trials + 1) / 2),
        Math.max(Tpe.FEWEST_AT_ONCE, trials / Tpe.ROUNDS));
  }

  /**
   * Random trials of which the best third goes on after {@code firstSteps} steps, the best third of
   * these after three times as many, and so on: successive halving (Jamieson and Talwalkar, 2016).
   */
  static Halving halving(int trials, int firstSteps) {
    return new Halving(trials, firstSteps, Halving.FACTOR);
  }

  /**
   * A grid.
   *
   * @param points values of a range, from 2
   */
  record Grid(int points) implements Search {
    public Grid {
      if (points < 2) {
        throw new IllegalArgumentException(
            "Invalid number of points of a grid: %d (must be 2 or more)".formatted(points));
      }
    }

    @Override
    public <T> T match(
        Function<Grid, T> grid,
        Function<Random, T> random,
        Function<Tpe, T> tpe,
        Function<Halving, T> halving) {
      return grid.apply(this);
    }
  }

  /**
   * A random search.
   *
   * @param trials from 1
   */
  record Random(int trials) implements Search {
    public Random {
      requireTrials(trials);
    }

    @Override
    public <T> T match(
        Function<Grid, T> grid,
        Function<Random, T> random,
        Function<Tpe, T> tpe,
        Function<Halving, T> halving) {
      return random.apply(this);
    }
  }

  /**
   * A tree-structured Parzen estimator.
   *
   * @param trials from 1
   * @param first how many are random, from 1
   * @param atOnce how many are chosen by the same results, from 1. They may run in parallel; a
   *     choice of its own makes trials independent of how many do
   */
  record Tpe(int trials, int first, int atOnce) implements Search {
    private static final int FIRST = 10;
    private static final int FEWEST_AT_ONCE = 4;
    private static final int ROUNDS = 10;

    public Tpe {
      requireTrials(trials);
      if (first < 1 || atOnce < 1) {
        throw new IllegalArgumentException(
            "Invalid search: %d random trials first, then %d at once (must be 1 or more)"
                .formatted(first, atOnce));
      }
    }

    /** The same with so many random trials at first; 10, or half of all, unless called. */
    public Tpe first(int random) {
      return new Tpe(trials, random, atOnce);
    }

    /**
     * The same with so many trials chosen by the same results; 4, or a tenth of all, unless called.
     * Fewer use results sooner, more keep more workers busy.
     */
    public Tpe atOnce(int chosen) {
      return new Tpe(trials, first, chosen);
    }

    @Override
    public <T> T match(
        Function<Grid, T> grid,
        Function<Random, T> random,
        Function<Tpe, T> tpe,
        Function<Halving, T> halving) {
      return tpe.apply(this);
    }
  }

  /**
   * A successive halving.
   *
   * @param trials from 1
   * @param firstSteps of the first rung, from 1
   * @param factor of trials less and steps more from rung to rung, from 2
   */
  record Halving(int trials, int firstSteps, int factor) implements Search {
    private static final int FACTOR = 3;

    public Halving {
      requireTrials(trials);
      if (firstSteps < 1 || factor < 2) {
        throw new IllegalArgumentException(
            "Invalid halving: %d steps at first, factor %d (from 1, from 2)"
                .formatted(firstSteps, factor));
      }
    }

    /** The same with another factor; 3 unless called. */
    public Halving factor(int value) {
      return new Halving(trials, firstSteps, value);
    }

    @Override
    public <T> T match(
        Function<Grid, T> grid,
        Function<Random, T> random,
        Function<Tpe, T> tpe,
        Function<Halving, T> halving) {
      return halving.apply(this);
    }
  }

  private static void requireTrials(int trials) {
    if (trials < 1 || trials > MOST_TRIALS) {
      throw new IllegalArgumentException(
          "Invalid number of trials: %d (from 1 to %,d)".formatted(trials, MOST_TRIALS));
    }
  }
}
