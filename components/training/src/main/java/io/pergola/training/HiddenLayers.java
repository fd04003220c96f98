package io.pergola.training;

/**
 * A ready-made network with hidden layers, which dropout can be applied to.
 *
 * @param <M> the network itself
 */
public sealed interface HiddenLayers<M extends HiddenLayers<M>> extends ReadyMade<M>
    permits Deep, ImageClassifier, TextClassifier, WideAndDeep {
  /** The same with this dropout; 0 unless called. */
  default M dropout(double share) {
    return learning(learning().dropout(share));
  }
}
