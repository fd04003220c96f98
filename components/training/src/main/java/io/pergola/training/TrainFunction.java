package io.pergola.training;

/**
 * What an author writes to train a model with Deeplearning4j: builds a network and hands it to
 * {@link Training#fit(org.deeplearning4j.nn.graph.ComputationGraph)}, or runs a loop of its own and
 * ends with {@code save}. A lambda or method reference; its code counts in the node's cache key.
 */
public interface TrainFunction extends TrainingLibrary {
  /** Trains one network and saves it. */
  void train(Training training) throws Exception;

  /** Trains one network. */
  @Override
  default TrainedModel train(TrainingSession session) throws Exception {
    Training training = new Training(session);
    train(training);
    return training.saved();
  }
}
