package io.pergola.training;

import io.pergola.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;

/** A ready-made network before it is built: its parts, added one after the other. */
final class NetworkDraft {
  private static final int MAX_WIDTH = 64;

  private final TrainingFeatures features;
  private final LearningOptions learning;
  private final ComputationGraphConfiguration.GraphBuilder graph;

  /** A draft of a network that gets all features. */
  NetworkDraft(TrainingFeatures features, LearningOptions learning) {
    this(features, learning, Training.FEATURES);
  }

  /** A draft of a network that gets one feature, or all. */
  NetworkDraft(TrainingFeatures features, LearningOptions learning, String input) {
    this.features = features;
    this.learning = learning;
    this.graph = learning.configuration(features.seed()).graphBuilder().addInputs(input);
  }

  /** Adds a linear model of all features; returns the name of its logits. */
  String addWide() {
    graph.addLayer(
        "wide",
        FeatureWeights.of(features.dense().size(), features.sizes(), features.outputs()),
        Training.FEATURES);
    return "wide";
  }

  /** Adds hidden layers over dense values and embeddings; returns the name of their logits. */
  String addDeep(List<Integer> hidden, SortedMap<String, Integer> embeddings) {
    String last = Training.FEATURES;
    int width = features.dense().size();
    if (!features.categorical().isEmpty()) {
      List<Integer> widths = new ArrayList<>();
      for (Map.Entry<String, Integer> feature : features.categorical().entrySet()) {
        widths.add(embeddings.getOrDefault(feature.getKey(), defaultWidth(feature.getValue())));
      }
      graph.addLayer(
          "embeddings",
          FeatureEmbeddings.of(features.dense().size(), features.sizes(), widths),
          Training.FEATURES);
      last = "embeddings";
      width += widths.stream().mapToInt(Integer::intValue).sum();
    }
    return addHidden(last, width, hidden);
  }

  /** Adds hidden layers after a layer; returns the name of their logits. */
  String addHidden(String after, int afterWidth, List<Integer> hidden) {
    String last = after;
    int width = afterWidth;
    for (int i = 0; i < hidden.size(); i++) {
      String name = "hidden_" + (i + 1);
      graph.addLayer(name, dense(width, hidden.get(i), Activation.RELU, i > 0), last);
      last = name;
      width = hidden.get(i);
    }
    graph.addLayer(
        "deep", dense(width, features.outputs(), Activation.IDENTITY, !hidden.isEmpty()), last);
    return "deep";
  }

  /** Adds logits to logits; returns the name of the sum. */
  String addSum(String first, String second) {
    graph.addVertex("logits", new ElementWiseVertex(ElementWiseVertex.Op.Add), first, second);
    return "logits";
  }

  /** The network that answers with these logits. */
  ComputationGraph built(String logits) {
    Activation activation =
        switch (features.task()) {
          case BINARY -> Activation.SIGMOID;
          case REGRESSION -> Activation.IDENTITY;
          case MULTICLASS -> Activation.SOFTMAX;
        };
    graph.addLayer(
        "prediction",
        new LossLayer.Builder(learning.loss(features.task())).activation(activation).build(),
        logits);
    ComputationGraph network = new ComputationGraph(graph.setOutputs("prediction").build());
    network.init();
    return network;
  }

  private DenseLayer dense(int in, int out, Activation activation, boolean afterHidden) {
    DenseLayer.Builder layer = new DenseLayer.Builder().nIn(in).nOut(out).activation(activation);
    if (afterHidden && learning.dropout() > 0) {
      // Deeplearning4j takes the share that is kept.
      layer.dropOut(1 - learning.dropout());
    }
    return layer.build();
  }

  /** The features, if they have a label for a classifier. */
  static TrainingFeatures classified(TrainingFeatures features, Class<?> network) {
    if (features.task() == Task.REGRESSION) {
      throw new TrainingException(
          ("Cannot train a classifier on label '%s': it is a number. Use"
                  + " %s.regressor(...), or make the label a truth value, such as"
                  + " tips.greaterThan(1).")
              .formatted(features.label(), network.getSimpleName()));
    }
    return features;
  }

  /** The features, if they have a label for a regressor. */
  static TrainingFeatures regressed(TrainingFeatures features, Class<?> network) {
    if (features.task() != Task.REGRESSION) {
      throw new TrainingException(
          ("Cannot train a regressor on label '%s': it is not a number. Use"
                  + " %s.classifier(...).")
              .formatted(features.label(), network.getSimpleName()));
    }
    return features;
  }

  private static int defaultWidth(int size) {
    return (int) Math.min(MAX_WIDTH, Math.ceil(2 * Math.sqrt(Math.sqrt(size))));
  }
}
