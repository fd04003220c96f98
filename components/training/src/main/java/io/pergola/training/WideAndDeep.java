package io.pergola.training;

import io.pergola.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A wide-and-deep network for a plan's features: the sum of a linear model over dense values and
 * ids (wide), and of hidden layers over dense values and embeddings of the ids (deep). Trained with
 * Adam on the loss of its task.
 *
 * <p>After Cheng et al., Wide and Deep Learning for Recommender Systems, 2016.
 *
 * @param features what the network is sized by
 * @param hidden the size of each hidden layer (ReLU), from the input on; none makes it a linear
 *     model
 * @param embeddings the embedding width of some categorical features; others have twice the fourth
 *     root of their size, rounded up, at most 64
 * @param learningRate of Adam
 * @param l1 added to the loss: so many times the sum of the absolute weights, 0 or more
 * @param l2 added to the loss: half of it times the sum of the squared weights, 0 or more
 * @param dropout the share of each hidden layer's outputs that are left out of a training step, in
 *     0..1, 1 not included
 * @param clipping limits gradients, if there is one
 * @param classWeights by which the losses of each class's examples are multiplied, above 0; empty
 *     for 1 each
 */
public record WideAndDeep(
    TrainingFeatures features,
    List<Integer> hidden,
    SortedMap<String, Integer> embeddings,
    LearningRate learningRate,
    double l1,
    double l2,
    double dropout,
    Optional<GradientClipping> clipping,
    List<Double> classWeights) {

  private static final int MAX_WIDTH = 64;

  public WideAndDeep {
    hidden = List.copyOf(hidden);
    classWeights = List.copyOf(classWeights);
    embeddings = Collections.unmodifiableSortedMap(new TreeMap<>(embeddings));
    for (int size : hidden) {
      if (size < 1) {
        throw new IllegalArgumentException(
            "Invalid size of a hidden layer: %d (must be 1 or more)".formatted(size));
      }
    }
    for (String name : embeddings.keySet()) {
      if (!features.categorical().containsKey(name)) {
        throw new IllegalArgumentException(
            "Cannot size the embedding of '%s': the plan's categorical features are %s."
                    .formatted(name, features.categorical().keySet())
                + " Correct the name.");
      }
    }
    if (!(l1 >= 0)) {
      throw new IllegalArgumentException("Invalid l1: %s (must be 0 or more)".formatted(l1));
    }
    if (!(l2 >= 0)) {
      throw new IllegalArgumentException("Invalid l2: %s (must be 0 or more)".formatted(l2));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "Invalid dropout: %s (must be in 0..1, 1 not included)".formatted(dropout));
    }
    int classes =
        switch (features.task()) {
          case BINARY -> 2;
          case MULTICLASS -> features.outputs();
          case REGRESSION -> 0;
        };
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          "Invalid class weights: %d of them (label '%s' has %d classes)"
              .formatted(classWeights.size(), features.label(), classes));
    }
  }

  /**
   * A classifier for a label that is a truth value or a category.
   *
   * @throws TrainingException if the label is a number
   */
  public static WideAndDeep classifier(TrainingFeatures features) {
    if (features.task() == Task.REGRESSION) {
      throw new TrainingException(
          ("Cannot train a classifier on label '%s': it is a number. Use"
                  + " WideAndDeep.regressor(...), or make the label a truth value, such as"
                  + " tips.greaterThan(1).")
              .formatted(features.label()));
    }
    return new WideAndDeepDraft(features).done();
  }

  /**
   * A regressor for a label that is a number.
   *
   * @throws TrainingException if the label is a truth value or a category
   */
  public static WideAndDeep regressor(TrainingFeatures features) {
    if (features.task() != Task.REGRESSION) {
      throw new TrainingException(
          ("Cannot train a regressor on label '%s': it is not a number. Use"
                  + " WideAndDeep.classifier(...).")
              .formatted(features.label()));
    }
    return new WideAndDeepDraft(features).done();
  }

  /** The same with these hidden layers; 64 and 32 unless called. */
  public WideAndDeep hidden(int... sizes) {
    return copy(draft -> draft.hidden = Arrays.stream(sizes).boxed().toList());
  }

  /** The same without hidden layers: the wide part alone. */
  public WideAndDeep linear() {
    return hidden(new int[0]);
  }

  /** The same with this width for the embedding of one categorical feature. */
  public WideAndDeep embedding(String feature, int width) {
    SortedMap<String, Integer> all = new TreeMap<>(embeddings);
    all.put(feature, width);
    return copy(draft -> draft.embeddings = all);
  }

  /** The same with this learning rate at every step; 0.001 unless called. */
  public WideAndDeep learningRate(double rate) {
    return learningRate(LearningRate.constant(rate));
  }

  /** The same with a learning rate that changes with the steps. */
  public WideAndDeep learningRate(LearningRate rate) {
    return copy(draft -> draft.learningRate = rate);
  }

  /** The same with this L1 regularisation; 0 unless called. */
  public WideAndDeep l1(double factor) {
    return copy(draft -> draft.l1 = factor);
  }

  /** The same with this L2 regularisation; 0 unless called. */
  public WideAndDeep l2(double factor) {
    return copy(draft -> draft.l2 = factor);
  }

  /** The same with this dropout; 0 unless called. */
  public WideAndDeep dropout(double share) {
    return copy(draft -> draft.dropout = share);
  }

  /** The same, scaling each layer's gradient down to an L2 norm of {@code limit} at most. */
  public WideAndDeep clipNorm(double limit) {
    return copy(
        draft ->
            draft.clipping =
                Optional.of(new GradientClipping(GradientClipping.By.LAYER_NORM, limit)));
  }

  /** The same, with every element of a gradient brought into {@code -limit..limit}. */
  public WideAndDeep clipValue(double limit) {
    return copy(
        draft ->
            draft.clipping = Optional.of(new GradientClipping(GradientClipping.By.VALUE, limit)));
  }

  /**
   * The same with a weight for each class, by which the losses of its examples are multiplied while
   * it trains; the evaluation loss has no weights. 1 each unless called.
   *
   * @param weights in the order of the classes; two of a truth value: false, true
   */
  public WideAndDeep classWeights(double... weights) {
    return copy(draft -> draft.classWeights = Arrays.stream(weights).boxed().toList());
  }

  private WideAndDeep copy(Consumer<WideAndDeepDraft> change) {
    WideAndDeepDraft draft = new WideAndDeepDraft(this);
    change.accept(draft);
    return draft.done();
  }

  /** The network, with initial weights that depend on the features' seed only. */
  public ComputationGraph build() {
    ComputationGraph network = new ComputationGraph(configuration());
    network.init();
    return network;
  }

  private ComputationGraphConfiguration configuration() {
    NeuralNetConfiguration.Builder common =
        new NeuralNetConfiguration.Builder()
            .seed(features.seed())
            .updater(updater())
            .weightInit(WeightInit.XAVIER);
    if (l1 > 0) {
      common.l1(l1);
    }
    if (l2 > 0) {
      common.l2(l2);
    }
    clipping.ifPresent(
        limit ->
            common
                .gradientNormalization(limit.normalization())
                .gradientNormalizationThreshold(limit.limit()));
    ComputationGraphConfiguration.GraphBuilder graph =
        common.graphBuilder().addInputs(Training.FEATURES);
    graph.addLayer(
        "wide",
        FeatureWeights.of(features.dense().size(), features.sizes(), features.outputs()),
        Training.FEATURES);
    String logits = "wide";
    if (!hidden.isEmpty()) {
      addDeep(graph);
      graph.addVertex("logits", new ElementWiseVertex(ElementWiseVertex.Op.Add), "deep", "wide");
      logits = "logits";
    }
    Activation activation =
        switch (features.task()) {
          case BINARY -> Activation.SIGMOID;
          case REGRESSION -> Activation.IDENTITY;
          case MULTICLASS -> Activation.SOFTMAX;
        };
    graph.addLayer(
        "prediction",
        new LossLayer.Builder(TaskLoss.of(features.task(), classWeights))
            .activation(activation)
            .build(),
        logits);
    return graph.setOutputs("prediction").build();
  }

  private Adam updater() {
    return learningRate instanceof LearningRate.Constant constant
        ? new Adam(constant.rate())
        : new Adam(LearningRateSchedule.of(learningRate));
  }

  private void addDeep(ComputationGraphConfiguration.GraphBuilder graph) {
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
    for (int i = 0; i < hidden.size(); i++) {
      String name = "hidden_" + (i + 1);
      graph.addLayer(name, dense(width, hidden.get(i), Activation.RELU, i > 0), last);
      last = name;
      width = hidden.get(i);
    }
    graph.addLayer("deep", dense(width, features.outputs(), Activation.IDENTITY, true), last);
  }

  private DenseLayer dense(int in, int out, Activation activation, boolean afterHidden) {
    DenseLayer.Builder layer = new DenseLayer.Builder().nIn(in).nOut(out).activation(activation);
    if (afterHidden && dropout > 0) {
      // Deeplearning4j takes the share that is kept.
      layer.dropOut(1 - dropout);
    }
    return layer.build();
  }

  private static int defaultWidth(int size) {
    return (int) Math.min(MAX_WIDTH, Math.ceil(2 * Math.sqrt(Math.sqrt(size))));
  }
}
