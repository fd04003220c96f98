package io.pergola.training;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A {@link WideAndDeep} before it is made: its values by name, with what they are unless set. */
final class WideAndDeepDraft {
  private final TrainingFeatures features;
  List<Integer> hidden = List.of(64, 32);
  SortedMap<String, Integer> embeddings = new TreeMap<>();
  LearningRate learningRate = LearningRate.constant(1e-3);
  double l1 = 0;
  double l2 = 0;
  double dropout = 0;
  Optional<GradientClipping> clipping = Optional.empty();
  List<Double> classWeights = List.of();

  WideAndDeepDraft(TrainingFeatures features) {
    this.features = features;
  }

  WideAndDeepDraft(WideAndDeep from) {
    this(from.features());
    this.hidden = from.hidden();
    this.embeddings = from.embeddings();
    this.learningRate = from.learningRate();
    this.l1 = from.l1();
    this.l2 = from.l2();
    this.dropout = from.dropout();
    this.clipping = from.clipping();
    this.classWeights = from.classWeights();
  }

  WideAndDeep done() {
    return new WideAndDeep(
        features, hidden, embeddings, learningRate, l1, l2, dropout, clipping, classWeights);
  }
}
