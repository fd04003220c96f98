package io.pergola.feature;

import java.io.Serializable;

/**
 * Which terms a vocabulary takes, if not the most frequent ones. It needs more columns to be
 * fitted, but no more to be applied.
 *
 * @param by a number for {@link Measure#WEIGHT}, a truth value or category for {@link
 *     Measure#INFORMATION}
 * @param least what a term must have to be in the vocabulary, 0 or above
 */
public record Ranking(Measure measure, Expr by, double least) implements Serializable {
  /** The most classes that terms can tell about. */
  public static final int MAX_CLASSES = 100;

  public Ranking {
    boolean fits =
        measure == Measure.WEIGHT
            ? by instanceof Expr.OfNumber
            : by instanceof Expr.OfTruth || by instanceof Expr.OfCategory;
    if (!fits) {
      throw new IllegalArgumentException(
          "Invalid ranking by %s: %s (must be %s)"
              .formatted(
                  measure.method,
                  by.text(),
                  measure == Measure.WEIGHT ? "a number" : "a truth value or a category"));
    }
    if (by instanceof Expr.OfCategory category && category.size() > MAX_CLASSES) {
      throw new IllegalArgumentException(
          "Invalid number of classes of %s: %d (must be at most %d)"
              .formatted(by.text(), category.size(), MAX_CLASSES));
    }
    if (!(least >= 0 && least < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid least rank: %s (must be 0 or above, and finite)".formatted(least));
    }
  }

  /** What ranks a term. {@code docs/reference/feature-plans.md} defines each. */
  public enum Measure {
    /** The sum of a number over all occurrences of the term. */
    WEIGHT("byWeight"),
    /** The mutual information of having the term with a label, in bits, times the examples. */
    INFORMATION("byInformation");

    private final String method;

    Measure(String method) {
      this.method = method;
    }
  }

  /** Ranks terms by the sum of a number, 0 or above, over their occurrences. */
  public static Ranking byWeight(Numeric weight) {
    return new Ranking(Measure.WEIGHT, weight.expr(), 0);
  }

  /** Ranks terms by what having them says about a label. */
  public static Ranking byInformation(Label label) {
    return new Ranking(Measure.INFORMATION, label.expr(), 0);
  }

  /** Ranks terms by what having them says about a class. */
  public static Ranking byInformation(Categorical label) {
    return new Ranking(Measure.INFORMATION, label.expr(), 0);
  }

  /** The same without terms that have less. */
  public Ranking atLeast(double newLeast) {
    return new Ranking(measure, by, newLeast);
  }

  /** How an author would write it. */
  String text() {
    String text = "%s(%s)".formatted(measure.method, by.text());
    return least == 0 ? text : "%s.atLeast(%s)".formatted(text, least);
  }

  /** How many counts a term has: one for each class, or one. */
  public int classes() {
    if (measure == Measure.WEIGHT) {
      return 1;
    }
    return by instanceof Expr.OfCategory category ? category.size() : 2;
  }
}
