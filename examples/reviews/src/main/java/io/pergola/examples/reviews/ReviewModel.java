package io.pergola.examples.reviews;

import io.pergola.training.TextClassifier;
import io.pergola.training.Training;

/** The network: the ready-made text classifier, which averages embeddings of words. */
final class ReviewModel {
  private ReviewModel() {}

  static void train(Training training) throws InterruptedException {
    training.fit(
        TextClassifier.of(training.features())
            .embedding(16)
            .average()
            .learningRate(0.01)
            .l2(0.001)
            .build());
  }
}
