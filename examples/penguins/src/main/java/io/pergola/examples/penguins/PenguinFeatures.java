package io.pergola.examples.penguins;

import io.pergola.feature.Columns;
import io.pergola.feature.FeaturePlan;
import io.pergola.feature.Features;

/** How a penguin becomes features; its label is one of three classes. */
final class PenguinFeatures {
  private static final int SPECIES = 3;

  private PenguinFeatures() {}

  static FeaturePlan of(Columns<Penguin> penguin) {
    return Features.of()
        .dense(
            penguin.number(Penguin::culmenLengthMm).zScore(),
            penguin.number(Penguin::culmenDepthMm).zScore(),
            penguin.number(Penguin::flipperLengthMm).zScore(),
            penguin.number(Penguin::bodyMassG).zScore())
        .label(penguin.number(Penguin::species).identity(SPECIES));
  }
}
