package io.pergola.training;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * A deep network for a plan's features: hidden layers over dense values and embeddings of the ids.
 *
 * @param features what the network is sized by
 * @param hidden the size of each hidden layer (ReLU), from the input on; one or more
 * @param embeddings the embedding width of some categorical features; others have twice the fourth
 *     root of their size, rounded up, at most 64
 * @param learning how it learns
 */
public record Deep(
    TrainingFeatures features,
    List<Integer> hidden,
    SortedMap<String, Integer> embeddings,
    LearningOptions learning)
    implements HiddenLayers<Deep> {

  private static final List<Integer> HIDDEN = List.of(64, 32);

  public Deep {
    hidden = List.copyOf(hidden);
    embeddings = Collections.unmodifiableSortedMap(new TreeMap<>(embeddings));
    if (hidden.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid hidden layers: none (must be one or more; without them, use Linear)");
    }
    for (int size : hidden) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "Invalid size of a hidden layer: %d (must be 1 or more)".formatted(size));
      }
    }
    embeddings.forEach(
        (name, width) -> {
          if (!features.categorical().containsKey(name)) {
            throw new IllegalArgumentException(
                "Cannot size the embedding of '%s': the plan's categorical features are %s."
                        .formatted(name, features.categorical().keySet())
                    + " Correct the name.");
          }
          if (width < 1) {
            throw new IllegalArgumentException(
                "Invalid width of the embedding of '%s': %d (must be 1 or more)"
                    .formatted(name, width));
          }
        });
    learning.requireFit(features);
  }

  /**
   * A classifier for a label that is a truth value or a category.
   *
   * @throws TrainingException if the label is a number
   */
  public static Deep classifier(TrainingFeatures features) {
    return of(NetworkDraft.classified(features, Deep.class));
  }

  /**
   * A regressor for a label that is a number.
   *
   * @throws TrainingException if the label is a truth value or a category
   */
  public static Deep regressor(TrainingFeatures features) {
    return of(NetworkDraft.regressed(features, Deep.class));
  }

  static Deep of(TrainingFeatures features) {
    return new Deep(features, HIDDEN, new TreeMap<>(), LearningOptions.DEFAULTS);
  }

  /** The same with these hidden layers; 64 and 32 unless called. */
  public Deep hidden(int... sizes) {
    return new Deep(features, Arrays.stream(sizes).boxed().toList(), embeddings, learning);
  }

  /** The same with this width for the embedding of one categorical feature. */
  public Deep embedding(String feature, int width) {
    SortedMap<String, Integer> all = new TreeMap<>(embeddings);
    all.put(feature, width);
    return new Deep(features, hidden, all, learning);
  }

  @Override
  public Deep learning(LearningOptions options) {
    return new Deep(features, hidden, embeddings, options);
  }

  @Override
  public ComputationGraph build() {
    NetworkDraft draft = new NetworkDraft(features, learning);
    return draft.built(draft.addDeep(hidden, embeddings));
  }
}
