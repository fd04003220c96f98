package io.pergola.training;

import io.pergola.model.Task;
import io.pergola.training.internal.RowMajorDense;
import io.pergola.transform.FittedPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;

/** A ready-made network before it is built: its parts, added one after the other. */
final class NetworkDraft {
  private static final int MAX_WIDTH = 64;

  /** Of initial embeddings, which Xavier's rule would make too small: an id is no sum. */
  private static final double EMBEDDING_DEVIATION = 0.1;

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
    return addHidden(last, width, hidden, 0);
  }

  /**
   * Adds hidden layers after a layer; returns the name of their logits.
   *
   * @param before the number of hidden layers that dropout is to count before these
   */
  String addHidden(String after, int afterWidth, List<Integer> hidden, int before) {
    String last = after;
    int width = afterWidth;
    for (int i = 0; i < hidden.size(); i++) {
      String name = "hidden_" + (i + 1);
      graph.addLayer(name, dense(width, hidden.get(i), Activation.RELU, before + i > 0), last);
      last = name;
      width = hidden.get(i);
    }
    graph.addLayer(
        "deep",
        dense(width, features.outputs(), Activation.IDENTITY, before + hidden.size() > 0),
        last);
    return "deep";
  }

  /** Adds embeddings of a sequence and what makes one vector of them; returns the vector's name. */
  String addReader(
      FittedPlan.SequenceFeature sequence, int embedding, TextClassifier.Reader reader) {
    graph.addLayer(
        "embeddings",
        new EmbeddingSequenceLayer.Builder()
            .nIn(sequence.size() + 1)
            .nOut(embedding)
            .inputLength(sequence.length())
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .weightInit(new NormalDistribution(0, EMBEDDING_DEVIATION))
            .build(),
        sequence.name());
    if (reader instanceof TextClassifier.Average) {
      graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "embeddings");
      return "mean";
    } else if (reader instanceof TextClassifier.Convolution convolution) {
      graph.addLayer(
          "filters",
          new Convolution1DLayer.Builder(convolution.span())
              .convolutionMode(ConvolutionMode.Same)
              .nIn(embedding)
              .nOut(convolution.filters())
              .activation(Activation.RELU)
              .build(),
          "embeddings");
      graph.addLayer("largest", new GlobalPoolingLayer(PoolingType.MAX), "filters");
      return "largest";
    } else if (reader instanceof TextClassifier.Lstm lstm) {
      graph.addLayer(
          "memory",
          new LSTM.Builder().nIn(embedding).nOut(lstm.units()).activation(Activation.TANH).build(),
          "embeddings");
    } else if (reader instanceof TextClassifier.Gru gru) {
      graph.addLayer("memory", GatedRecurrent.of(embedding, gru.units()), "embeddings");
    } else if (reader instanceof TextClassifier.Attention attention) {
      graph.addLayer(
          "attention",
          MultiHeadAttention.of(embedding, embedding, attention.heads()),
          "embeddings");
      graph.addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "attention");
      return "mean";
    }
    graph.addVertex("last", new LastTimeStepVertex(sequence.name()), "memory");
    return "last";
  }

  /** Adds convolutions of 3 x 3 and their halvings; returns the name of the flat result. */
  String addConvolutions(
      String pixels, int channels, int height, int width, List<Integer> filters) {
    String last = pixels;
    int in = channels;
    for (int i = 0; i < filters.size(); i++) {
      String convolution = "convolution_" + (i + 1);
      graph.addLayer(
          convolution,
          new ConvolutionLayer.Builder(3, 3)
              .convolutionMode(ConvolutionMode.Same)
              .nIn(in)
              .nOut(filters.get(i))
              .activation(Activation.RELU)
              .weightInit(WeightInit.RELU)
              .build(),
          last);
      if (i == 0) {
        graph.inputPreProcessor(
            convolution, new FeedForwardToCnnPreProcessor(height, width, channels));
      }
      last = "halved_" + (i + 1);
      graph.addLayer(
          last,
          new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
              .kernelSize(2, 2)
              .stride(2, 2)
              .build(),
          convolution);
      in = filters.get(i);
    }
    graph.addVertex(
        "flat",
        new PreprocessorVertex(
            new CnnToFeedForwardPreProcessor(
                height >> filters.size(), width >> filters.size(), in)),
        last);
    return "flat";
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
    RowMajorDense.into(network);
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

  /** The sequence of that name. */
  static FittedPlan.SequenceFeature sequence(TrainingFeatures features, String name) {
    return features.sequences().stream()
        .filter(sequence -> sequence.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new TrainingException(
                    "Cannot read feature '%s': the plan's sequences are %s. Correct the name."
                        .formatted(
                            name,
                            features.sequences().stream()
                                .map(FittedPlan.SequenceFeature::name)
                                .toList())));
  }

  /** Says that a label is no class. */
  static TrainingException notClasses(TrainingFeatures features) {
    return new TrainingException(
        ("Cannot train a classifier on label '%s': it is a number. Make the label a truth value,"
                + " such as stars.greaterThan(3), or a category.")
            .formatted(features.label()));
  }

  /** The features, if all of them are numbers and ids. */
  private static TrainingFeatures withoutSequences(TrainingFeatures features) {
    if (!features.sequences().isEmpty()) {
      throw new TrainingException(
          ("Cannot train on the sequences %s: only TextClassifier reads them. Make vectors of them in"
                  + " the plan: ids.bagOfWords() or ids.tfIdf().")
              .formatted(
                  features.sequences().stream().map(FittedPlan.SequenceFeature::name).toList()));
    }
    return features;
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
    return withoutSequences(features);
  }

  /** The features, if they have a label for a regressor. */
  static TrainingFeatures regressed(TrainingFeatures features, Class<?> network) {
    if (features.task() != Task.REGRESSION) {
      throw new TrainingException(
          ("Cannot train a regressor on label '%s': it is not a number. Use"
                  + " %s.classifier(...).")
              .formatted(features.label(), network.getSimpleName()));
    }
    return withoutSequences(features);
  }

  private static int defaultWidth(int size) {
    return (int) Math.min(MAX_WIDTH, Math.ceil(2 * Math.sqrt(Math.sqrt(size))));
  }
}
