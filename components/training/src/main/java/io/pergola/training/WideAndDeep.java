package io.pergola.training;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A wide-and-deep network for a plan's features: the sum of a linear model over dense values and
 * ids (wide), and of hidden layers over dense values and embeddings of the ids (deep).
 *
 * <p>After Cheng et al., Wide and Deep Learning for Recommender Systems, 2016.
 *
 * @param deep the hidden layers, and how both parts learn
 */
public record WideAndDeep(Deep deep) implements HiddenLayers<WideAndDeep> {

  /**
   * A classifier for a label that is a truth value or a category.
   *
   * @throws TrainingException if the label is a number
   */
  public static WideAndDeep classifier(TrainingFeatures features) {
    return new WideAndDeep(Deep.of(NetworkDraft.classified(features, WideAndDeep.class)));
  }

  /**
   * A regressor for a label that is a number.
   *
   * @throws TrainingException if the label is a truth value or a category
   */
  public static WideAndDeep regressor(TrainingFeatures features) {
    return new WideAndDeep(Deep.of(NetworkDraft.regressed(features, WideAndDeep.class)));
  }

  /** The same with these hidden layers; 64 and 32 unless called. */
  public WideAndDeep hidden(int... sizes) {
    return new WideAndDeep(deep.hidden(sizes));
  }

  /** The same with this width for the embedding of one categorical feature. */
  public WideAndDeep embedding(String feature, int width) {
    return new WideAndDeep(deep.embedding(feature, width));
  }

  @Override
  public TrainingFeatures features() {
    return deep.features();
  }

  @Override
  public LearningOptions learning() {
    return deep.learning();
  }

  @Override
  public WideAndDeep learning(LearningOptions options) {
    return new WideAndDeep(deep.learning(options));
  }

  @Override
  public ComputationGraph build() {
    NetworkDraft draft = new NetworkDraft(features(), learning());
    String wide = draft.addWide();
    return draft.built(draft.addSum(draft.addDeep(deep.hidden(), deep.embeddings()), wide));
  }
}
