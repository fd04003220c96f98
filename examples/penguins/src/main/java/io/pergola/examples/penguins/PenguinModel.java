package io.pergola.examples.penguins;

import io.pergola.training.Deep;
import io.pergola.training.Training;

/** The network: the ready-made deep classifier, with two hidden layers of eight. */
final class PenguinModel {
  private PenguinModel() {}

  static void train(Training training) throws InterruptedException {
    training.fit(Deep.classifier(training.features()).hidden(8, 8).learningRate(0.01).build());
  }
}
