package io.pergola.examples.mnist;

import io.pergola.training.ImageClassifier;
import io.pergola.training.LearningRate;
import io.pergola.training.Training;

/** The network: the ready-made image classifier, with few filters. */
final class DigitModel {
  private DigitModel() {}

  static void train(Training training) throws InterruptedException {
    training.fit(
        ImageClassifier.of(training.features(), "pixels", Digit.SIDE, Digit.SIDE)
            .filters(8, 16)
            .hidden(64)
            .dropout(0.3)
            .learningRate(LearningRate.cosine(0.005, training.steps()))
            .build());
  }
}
