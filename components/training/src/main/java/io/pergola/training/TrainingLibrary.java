package io.pergola.training;

import java.io.Serializable;

/**
 * A way to train a model: with Deeplearning4j that is a {@link TrainFunction}, and others stand
 * beside it. What it trains becomes a servable, is compared with its graph, evaluated, drawn and
 * recorded as every model. A lambda, a method reference or a record; its code, and a record's
 * components, count in the node's cache key.
 */
@FunctionalInterface
public interface TrainingLibrary extends Serializable {
  /**
   * Trains a model.
   *
   * @throws InterruptedException if the run was cancelled
   */
  TrainedModel train(TrainingSession session) throws Exception;
}
