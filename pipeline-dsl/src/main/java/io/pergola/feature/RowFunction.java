package io.pergola.feature;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A function of an author's, called for each example. It is a lambda or method reference that
 * captures nothing but numbers, truth values and texts; a plan holds its name and the fingerprint
 * of its code, and it is found again by them.
 *
 * <p>It gives the same result for the same arguments, whenever and wherever it is called: equal
 * values may be computed once, and several threads call it at the same time. For results that are
 * the same bits on every JVM take {@link StrictMath}, not {@link Math}. What it throws fails the
 * job or the prediction, with the feature and the value.
 */
public sealed interface RowFunction extends Serializable {

  /** A number of a number. */
  @FunctionalInterface
  non-sealed interface OfNumber extends RowFunction {
    /**
     * Computes one.
     *
     * @param x a float32; NaN and infinities come as they are
     * @return is rounded to float32; NaN is kept
     */
    double of(double x);
  }

  /** A number of two numbers. */
  @FunctionalInterface
  non-sealed interface OfTwoNumbers extends RowFunction {
    /** Computes one, as {@link OfNumber#of} does. */
    double of(double x, double y);
  }

  /** A number of any number of numbers. */
  @FunctionalInterface
  non-sealed interface OfNumbers extends RowFunction {
    /**
     * Computes one, as {@link OfNumber#of} does.
     *
     * @param x float32 numbers in the order in which they are given; overwritten after the call
     */
    double of(double[] x);
  }

  /** A text of a text. */
  @FunctionalInterface
  non-sealed interface OfText extends RowFunction {
    /**
     * Computes one.
     *
     * @param text bytes that are not UTF-8 are U+FFFD
     * @return null is missing
     */
    @Nullable String of(String text);
  }

  /** A number of a text. */
  @FunctionalInterface
  non-sealed interface NumberOfText extends RowFunction {
    /**
     * Computes one.
     *
     * @param text bytes that are not UTF-8 are U+FFFD
     * @return is rounded to float32; NaN is kept
     */
    double of(String text);
  }
}
