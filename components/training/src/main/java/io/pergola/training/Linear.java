package io.pergola.training;

import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A linear model of a plan's features: linear regression, logistic regression, or multinomial
 * logistic regression, with a weight for each dense value and each id. All weights start at 0.
 *
 * @param features what the network is sized by
 * @param learning how it learns
 */
public record Linear(TrainingFeatures features, LearningOptions learning)
    implements ReadyMade<Linear> {
  public Linear {
    learning.requireFit(features);
  }

  /**
   * A classifier for a label that is a truth value or a category.
   *
   * @throws TrainingException if the label is a number
   */
  public static Linear classifier(TrainingFeatures features) {
    return new Linear(NetworkDraft.classified(features, Linear.class), LearningOptions.DEFAULTS);
  }

  /**
   * A regressor for a label that is a number.
   *
   * @throws TrainingException if the label is a truth value or a category
   */
  public static Linear regressor(TrainingFeatures features) {
    return new Linear(NetworkDraft.regressed(features, Linear.class), LearningOptions.DEFAULTS);
  }

  @Override
  public Linear learning(LearningOptions options) {
    return new Linear(features, options);
  }

  @Override
  public ComputationGraph build() {
    NetworkDraft draft = new NetworkDraft(features, learning);
    return draft.built(draft.addWide());
  }
}
