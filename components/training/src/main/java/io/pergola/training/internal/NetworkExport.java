package io.pergola.training.internal;

import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxGraph.Value;
import io.pergola.model.Signature;
import io.pergola.training.FeatureEmbeddings;
import io.pergola.training.FeatureLayer;
import io.pergola.training.FeatureWeights;
import io.pergola.training.GatedRecurrent;
import io.pergola.training.MultiHeadAttention;
import io.pergola.training.Training;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Writes a trained network as an ONNX graph. Used once for one network. */
public final class NetworkExport {
  private static final String REMEDY =
      "Use dense, embedding, convolution, pooling, zero padding, upsampling, LSTM, GatedRecurrent,"
          + " attention, batch normalisation, dropout, activation, output and loss layers, and"
          + " merge, element-wise, scale, shift, subset, preprocessor and last-step vertices.";

  private final TrainingFeatures features;
  private final OnnxGraph onnx = OnnxGraph.named("pergola");
  private final Optional<Value> dense;
  private final Map<String, Value> ids = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();
  private final SequenceExport sequences;

  private NetworkExport(TrainingFeatures features) {
    this.features = features;
    int d = features.dense().size();
    this.dense = d > 0 ? Optional.of(onnx.floats(Signature.DENSE, d)) : Optional.empty();
    features.categorical().keySet().forEach(name -> ids.put(name, onnx.ids(name)));
    this.sequences = new SequenceExport(onnx, features.sequences());
  }

  /**
   * The content of {@code core.onnx} for a network.
   *
   * @throws TrainingException if the network has a layer, vertex or activation with no form there
   */
  public static byte[] onnx(Model network, TrainingFeatures features) {
    NetworkExport export = new NetworkExport(features);
    Value prediction =
        network instanceof ComputationGraph graph
            ? export.graph(graph)
            : export.layers((MultiLayerNetwork) network);
    return export.onnx.output(Signature.PREDICTION, prediction).bytes();
  }

  private Value graph(ComputationGraph graph) {
    List<String> names =
        Arrays.stream(graph.getVertices()).map(vertex -> vertex.getVertexName()).toList();
    Map<String, GraphVertex> vertices = graph.getConfiguration().getVertices();
    for (int index : graph.topologicalSortOrder()) {
      String name = names.get(index);
      GraphVertex vertex = vertices.get(name);
      if (vertex != null) {
        List<String> inputs =
            Objects.requireNonNull(graph.getConfiguration().getVertexInputs().get(name));
        values.put(name, vertex(name, vertex, inputs, graph));
      }
    }
    return value(graph.getConfiguration().getNetworkOutputs().get(0));
  }

  private Value layers(MultiLayerNetwork network) {
    String last = Training.FEATURES;
    for (int i = 0; i < network.getnLayers(); i++) {
      Layer layer = network.getLayer(i);
      String name = "layer_" + i;
      String input =
          preprocessed(name, network.getLayerWiseConfigurations().getInputPreProcess(i), last);
      values.put(name, layer(name, layer.conf().getLayer(), layer, input));
      last = name;
    }
    return value(last);
  }

  private Value vertex(
      String name, GraphVertex vertex, List<String> inputs, ComputationGraph graph) {
    if (vertex instanceof LayerVertex layer) {
      String input = preprocessed(name, layer.getPreProcessor(), inputs.get(0));
      return layer(name, layer.getLayerConf().getLayer(), graph.getLayer(name), input);
    }
    if (vertex instanceof FrozenVertex frozen) {
      return vertex(name, frozen.getUnderlying(), inputs, graph);
    }
    List<Value> parts = inputs.stream().map(this::value).toList();
    if (vertex instanceof MergeVertex) {
      return onnx.concat(parts);
    }
    if (vertex instanceof PreprocessorVertex preprocessor) {
      return value(preprocessed(name, preprocessor.getPreProcessor(), inputs.get(0)));
    }
    if (vertex instanceof LastTimeStepVertex) {
      return sequences.last(name, parts.get(0));
    }
    if (vertex instanceof ElementWiseVertex elementWise) {
      Value result = parts.get(0);
      for (Value part : parts.subList(1, parts.size())) {
        result = combined(name, elementWise, result, part);
      }
      return elementWise.getOp() == ElementWiseVertex.Op.Average
          ? onnx.layers().linear(result, 1f / parts.size(), 0)
          : result;
    }
    if (vertex instanceof ScaleVertex scale) {
      Value scaled = onnx.layers().linear(parts.get(0), (float) scale.getScaleFactor(), 0);
      return sequences.like(scaled, parts.get(0));
    }
    if (vertex instanceof ShiftVertex shift) {
      Value shifted = onnx.layers().linear(parts.get(0), 1, (float) shift.getShiftFactor());
      return sequences.like(shifted, parts.get(0));
    }
    if (vertex instanceof SubsetVertex subset && parts.get(0).shape().size() == 1) {
      return onnx.layers().part(parts.get(0), subset.getFrom(), subset.getTo() + 1);
    }
    throw new TrainingException(
        "Cannot export vertex '%s' (%s): it has no form in core.onnx. %s"
            .formatted(name, vertex.getClass().getSimpleName(), REMEDY));
  }

  private Value combined(String name, ElementWiseVertex vertex, Value a, Value b) {
    return switch (vertex.getOp()) {
      case Add, Average -> onnx.add(a, b);
      case Subtract -> onnx.subtract(a, b);
      case Product -> onnx.multiply(a, b);
      case Max -> onnx.max(a, b);
      default ->
          throw new TrainingException(
              "Cannot export vertex '%s' (ElementWiseVertex %s): it has no form in core.onnx. %s"
                  .formatted(name, vertex.getOp(), "Use Add, Subtract, Product, Average or Max."));
    };
  }

  private Value layer(
      String name, org.deeplearning4j.nn.conf.layers.Layer given, Layer layer, String input) {
    org.deeplearning4j.nn.conf.layers.Layer conf = Structure.thawed(given);
    if (conf instanceof FeatureEmbeddings embeddings) {
      requireFeatures(name, input);
      return embeddings(name, embeddings, layer);
    } else if (conf instanceof FeatureWeights weights) {
      requireFeatures(name, input);
      return weights(name, weights, layer);
    } else if (conf instanceof EmbeddingLayer embedding) {
      Value rows = onnx.gather(matrix(name + "/W", layer.getParam("W")), ids(name, input));
      Value biased =
          embedding.hasBias()
              ? onnx.add(rows, onnx.vector(name + "/b", floats(layer.getParam("b"))))
              : rows;
      return Activations.add(onnx, name, embedding.getActivationFn(), biased);
    } else if (conf instanceof EmbeddingSequenceLayer embedding) {
      return sequences.embeddings(
          name, embedding, layer, matrix(name + "/W", layer.getParam("W")), input);
    } else if (conf instanceof Convolution1DLayer convolution) {
      return sequences.convolution(name, convolution, layer, value(input));
    } else if (conf.getClass() == ConvolutionLayer.class) {
      return ImageExport.convolution(onnx, name, (ConvolutionLayer) conf, layer, value(input));
    } else if (conf.getClass() == SubsamplingLayer.class) {
      return ImageExport.pool(onnx, name, (SubsamplingLayer) conf, value(input));
    } else if (conf instanceof GlobalPoolingLayer pooling) {
      return sequences.pooled(name, pooling, value(input));
    } else if (conf.getClass() == LSTM.class) {
      return sequences.lstm(name, (LSTM) conf, layer, value(input));
    } else if (conf instanceof GatedRecurrent gated) {
      return sequences.gru(name, gated, layer, value(input));
    } else if (conf instanceof Bidirectional both) {
      return sequences.bidirectional(name, both, layer, value(input));
    } else if (conf instanceof LastTimeStep last) {
      return sequences.last(name, layer(name, last.getUnderlying(), layer, input));
    } else if (conf instanceof ZeroPaddingLayer padding) {
      return ImageExport.zeroPadding(onnx, name, padding, value(input));
    } else if (conf instanceof Upsampling2D upsampling) {
      return ImageExport.upsampled(onnx, name, upsampling, value(input));
    } else if (conf instanceof MultiHeadAttention attention) {
      return sequences.attention(name, attention, layer, value(input));
    } else if (conf instanceof SelfAttentionLayer attention) {
      return sequences.attention(name, attention, layer, value(input));
    } else if (conf instanceof DenseLayer denseLayer) {
      if (denseLayer.hasLayerNorm()) {
        throw new TrainingException(
            "Cannot export layer '%s' (DenseLayer with layer normalisation): it has no form in"
                    .formatted(name)
                + " core.onnx. Configure hasLayerNorm(false).");
      }
      Value product = product(name, layer, value(input), denseLayer.hasBias());
      return Activations.add(onnx, name, denseLayer.getActivationFn(), product);
    } else if (conf instanceof OutputLayer output) {
      Value product = product(name, layer, value(input), output.hasBias());
      return Activations.add(onnx, name, output.getActivationFn(), product);
    } else if (conf instanceof LossLayer loss) {
      return Activations.add(onnx, name, loss.getActivationFn(), value(input));
    } else if (conf instanceof ActivationLayer activation) {
      Value x = value(input);
      return sequences.like(Activations.add(onnx, name, activation.getActivationFn(), x), x);
    } else if (conf instanceof DropoutLayer) {
      return value(input);
    } else if (conf instanceof BatchNormalization normalization) {
      return normalized(name, normalization, layer, value(input));
    }
    throw new TrainingException(
        "Cannot export layer '%s' (%s): it has no form in core.onnx. %s"
            .formatted(name, conf.getClass().getSimpleName(), REMEDY));
  }

  private Value product(String name, Layer layer, Value input, boolean biased) {
    OnnxGraph.Weights w = matrix(name + "/W", layer.getParam("W"));
    return biased
        ? onnx.gemm(input, w, onnx.vector(name + "/b", floats(layer.getParam("b"))))
        : onnx.gemm(input, w);
  }

  private Value embeddings(String name, FeatureEmbeddings conf, Layer layer) {
    float[] weights = floats(layer.getParam(FlatParameters.WEIGHTS));
    List<Value> parts = new ArrayList<>();
    dense.ifPresent(parts::add);
    parts.addAll(gathered(name, conf, weights, 0));
    return onnx.concat(parts);
  }

  private Value weights(String name, FeatureWeights conf, Layer layer) {
    float[] weights = floats(layer.getParam(FlatParameters.WEIGHTS));
    int out = Math.toIntExact(conf.getNOut());
    int denseLength = conf.denseSize() * out;
    OnnxGraph.Weights bias =
        onnx.vector(name + "/b", floats(layer.getParam(FlatParameters.BIASES)));
    List<Value> parts = new ArrayList<>();
    dense.ifPresent(
        x -> {
          float[] part = Arrays.copyOf(weights, denseLength);
          parts.add(onnx.gemm(x, onnx.matrix(name + "/W", conf.denseSize(), out, part), bias));
        });
    parts.addAll(gathered(name, conf, weights, denseLength));
    Value sum = parts.get(0);
    for (Value part : parts.subList(1, parts.size())) {
      sum = onnx.add(sum, part);
    }
    return dense.isPresent() ? sum : onnx.add(sum, bias);
  }

  /** The rows of each categorical feature's table, which lie one after the other. */
  private List<Value> gathered(String name, FeatureLayer conf, float[] weights, int first) {
    List<Value> parts = new ArrayList<>();
    int from = first;
    int i = 0;
    for (String feature : features.categorical().keySet()) {
      int rows = conf.tableRows().get(i);
      int width = conf.tableWidths().get(i);
      float[] table = Arrays.copyOfRange(weights, from, from + rows * width);
      Value id = ids(name, feature);
      parts.add(onnx.gather(onnx.matrix(name + "/" + feature, rows, width, table), id));
      from += rows * width;
      i++;
    }
    return parts;
  }

  /** {@code gamma (x - mean) / sqrt(variance + eps) + beta}, as one product and one sum. */
  private Value normalized(String name, BatchNormalization conf, Layer layer, Value x) {
    float[] mean = floats(layer.getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    float[] scale = new float[mean.length];
    float[] shift = new float[mean.length];
    for (int i = 0; i < mean.length; i++) {
      double variance;
      if (conf.isUseLogStd()) {
        String log = BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
        variance = Math.pow(10, 2 * layer.getParam(log).getDouble(i));
      } else {
        variance = layer.getParam(BatchNormalizationParamInitializer.GLOBAL_VAR).getDouble(i);
      }
      double gamma = conf.getGamma();
      double beta = conf.getBeta();
      if (!conf.isLockGammaBeta()) {
        gamma = layer.getParam(BatchNormalizationParamInitializer.GAMMA).getDouble(i);
        beta = layer.getParam(BatchNormalizationParamInitializer.BETA).getDouble(i);
      }
      double factor = gamma / Math.sqrt(variance + conf.getEps());
      scale[i] = (float) factor;
      shift[i] = (float) (beta - mean[i] * factor);
    }
    if (x.shape().size() > 1) {
      return ImageExport.normalized(onnx, name, conf, scale, shift, x);
    }
    Value scaled = onnx.multiply(x, onnx.vector(name + "/scale", scale));
    return onnx.add(scaled, onnx.vector(name + "/shift", shift));
  }

  /** A value of floats, by the name of an input or a vertex. */
  private Value value(String name) {
    Value value = values.get(name);
    if (value != null) {
      return value;
    }
    if (dense.isPresent()
        && (name.equals(Training.DENSE)
            || (name.equals(Training.FEATURES)
                && features.categorical().isEmpty()
                && features.sequences().isEmpty()))) {
      return dense.get();
    }
    Optional<TrainingFeatures.Range> part =
        features.columnsOf(name).filter(range -> range.to() <= features.dense().size());
    if (dense.isPresent() && part.isPresent()) {
      return onnx.layers().part(dense.get(), part.get().from(), part.get().to());
    }
    throw new TrainingException(
        "Cannot export the network: '%s' holds ids, which are not numbers. Put an embedding layer"
                .formatted(name)
            + " after it.");
  }

  /** The ids of a categorical feature, by the name of a network's input. */
  private Value ids(String layer, String input) {
    boolean only = dense.isEmpty() && ids.size() == 1 && input.equals(Training.FEATURES);
    Value value = only ? ids.values().iterator().next() : ids.get(input);
    if (value == null) {
      throw new TrainingException(
          "Cannot export layer '%s' (EmbeddingLayer): its input '%s' is not a categorical feature."
                  .formatted(layer, input)
              + " Feed it one of "
              + features.categorical().keySet()
              + ".");
    }
    return value;
  }

  private static void requireFeatures(String layer, String input) {
    if (!input.equals(Training.FEATURES)) {
      throw new TrainingException(
          "Cannot export layer '%s': it stands after '%s'. Feed it the input '%s'."
              .formatted(layer, input, Training.FEATURES));
    }
  }

  /** Adds what a preprocessor makes of an input; returns the name to find it under. */
  private String preprocessed(String name, @Nullable InputPreProcessor preprocessor, String input) {
    if (preprocessor == null) {
      return input;
    }
    Value reshaped =
        ImageExport.reshaped(onnx, preprocessor, value(input))
            .orElseThrow(
                () ->
                    new TrainingException(
                        "Cannot export layer '%s': it has a %s, which has no form in core.onnx. Leave it out."
                            .formatted(name, preprocessor.getClass().getSimpleName())));
    String shaped = name + "/input";
    values.put(shaped, reshaped);
    return shaped;
  }

  private OnnxGraph.Weights matrix(String name, INDArray weights) {
    return onnx.matrix(
        name, Math.toIntExact(weights.size(0)), Math.toIntExact(weights.size(1)), floats(weights));
  }

  private static float[] floats(INDArray array) {
    return Arrays2d.rowMajor(array);
  }
}
