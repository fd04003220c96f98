package io.pergola.examples.mnist;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;

/** How a digit becomes features: its pixels as they are; its label is one of ten classes. */
final class DigitFeatures {
  private static final int CLASSES = 10;

  private DigitFeatures() {}

  static FeaturePlan of(Columns<Digit> digit) {
    return Features.of()
        .dense(digit.numbers(Digit::imageFloats).padTo(Digit.SIDE * Digit.SIDE).as("pixels"))
        .label(digit.number(Digit::imageClass).identity(CLASSES));
  }
}
