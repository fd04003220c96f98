package io.pergola.training.internal;

import io.pergola.model.OnnxGraph;
import io.pergola.model.OnnxGraph.Value;
import io.pergola.model.OnnxLayers;
import io.pergola.model.OnnxWindow;
import io.pergola.training.GatedRecurrent;
import io.pergola.training.MultiHeadAttention;
import io.pergola.training.TrainingException;
import io.pergola.transform.FittedPlan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Layers over sequences as ONNX operators: [t, width] there, [width, t] in Deeplearning4j. Each
 * value knows the mask of the ids that it was computed from.
 */
final class SequenceExport {
  private final OnnxGraph onnx;
  private final List<FittedPlan.SequenceFeature> sequences;
  private final Map<String, Value> ids = new HashMap<>();
  private final Map<String, Value> idMasks = new HashMap<>();

  /** By the name of a value in the graph. */
  private final Map<String, Value> masks = new HashMap<>();

  private final Map<String, OnnxLayers.Recurrent> recurrent = new HashMap<>();

  SequenceExport(OnnxGraph onnx, List<FittedPlan.SequenceFeature> sequences) {
    this.onnx = onnx;
    this.sequences = List.copyOf(sequences);
    for (FittedPlan.SequenceFeature sequence : sequences) {
      ids.put(sequence.name(), onnx.ids(sequence.name(), sequence.length()));
    }
  }

  /** The mask of a sequence, as {@link Network#mask} has it: its first step always counts. */
  private Value mask(String sequence) {
    return idMasks.computeIfAbsent(
        sequence,
        name -> {
          FittedPlan.SequenceFeature feature =
              sequences.stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
          float[] first = new float[feature.length()];
          first[0] = 1;
          Value real = onnx.layers().mask(ids(name), feature.size());
          return onnx.clip(onnx.add(real, onnx.vector(name + "/first", first)), 0, 1);
        });
  }

  private Value ids(String sequence) {
    Value value = ids.get(sequence);
    if (value == null) {
      throw new TrainingException(
          "Cannot export the network: '%s' is no sequence of ids. Feed the embedding one of %s."
              .formatted(
                  sequence, sequences.stream().map(FittedPlan.SequenceFeature::name).toList()));
    }
    return value;
  }

  Value embeddings(
      String name, EmbeddingSequenceLayer conf, Layer layer, OnnxGraph.Weights table, String from) {
    Value rows = onnx.gather(table, ids(from));
    if (conf.hasBias()) {
      rows = onnx.add(rows, onnx.vector(name + "/b", Arrays2d.rowMajor(layer.getParam("b"))));
    }
    Value active = Activations.add(onnx, name, conf.getActivationFn(), rows);
    Value mask = mask(from);
    return withMask(onnx.layers().masked(active, mask), mask);
  }

  Value convolution(String name, Convolution1DLayer conf, Layer layer, Value x) {
    requireStepsLast(name, conf.getRnnDataFormat());
    Value mask = requireMask(name, x);
    Value columns = onnx.layers().transpose(x, List.of(1, 0));
    OnnxWindow window =
        ImageExport.window(
            columns,
            conf.getKernelSize(),
            conf.getStride(),
            conf.getPadding(),
            conf.getDilation(),
            conf.getConvolutionMode());
    int filters = Math.toIntExact(conf.getNOut());
    float[] bias = conf.hasBias() ? Arrays2d.rowMajor(layer.getParam("b")) : new float[filters];
    Value convolved =
        onnx.layers()
            .convolution(
                name,
                columns,
                filters(Arrays2d.rowMajor(layer.getParam("W")), columns.shape().get(0), filters),
                bias,
                filters,
                window);
    if (!convolved.shape().get(1).equals(x.shape().get(0))) {
      throw new TrainingException(
          "Cannot export layer '%s' (Convolution1DLayer): it makes %d steps of %d. Configure a stride of 1 and ConvolutionMode.Same or Causal."
              .formatted(name, convolved.shape().get(1), x.shape().get(0)));
    }
    Value active =
        Activations.add(
            onnx, name, conf.getActivationFn(), onnx.layers().transpose(convolved, List.of(1, 0)));
    return withMask(onnx.layers().masked(active, mask), mask);
  }

  /** Deeplearning4j's gates stand in the order cell, forget, output, input. */
  Value lstm(String name, LSTM conf, Layer layer, Value x) {
    Value mask = requireMask(name, x);
    OnnxLayers.Direction forward = OnnxLayers.Direction.FORWARD;
    return recurrent(name, mask, lstm(name, conf, layer, "", x, forward));
  }

  /**
   * A long short-term memory.
   *
   * @param prefix of the names of its weights in {@code layer}
   */
  private OnnxLayers.Recurrent lstm(
      String name, LSTM conf, Layer layer, String prefix, Value x, OnnxLayers.Direction direction) {
    requireStepsLast(name, conf.getRnnDataFormat());
    if (!(conf.getActivationFn() instanceof ActivationTanH)
        || !(conf.getGateActivationFn() instanceof ActivationSigmoid)) {
      throw new TrainingException(
          "Cannot export layer '%s' (LSTM with %s, gates with %s): it has no form in core.onnx. Use tanh, and sigmoid for the gates."
              .formatted(name, conf.getActivationFn(), conf.getGateActivationFn()));
    }
    int h = Math.toIntExact(conf.getNOut());
    int[] order = {3, 2, 1, 0};
    return onnx.layers()
        .lstm(
            prefix.isEmpty() ? name : name + "/" + prefix,
            x,
            gates(Arrays2d.rowMajor(layer.getParam(prefix + "W")), 0, x.shape().get(1), h, order),
            gates(Arrays2d.rowMajor(layer.getParam(prefix + "RW")), 0, h, h, order),
            gates(Arrays2d.rowMajor(layer.getParam(prefix + "b")), 0, 1, h, order),
            Optional.of(requireMask(name, x)),
            direction);
  }

  /** Two memories that read from either end, and what becomes of both. */
  Value bidirectional(String name, Bidirectional conf, Layer layer, Value x) {
    if (!(conf.getFwd() instanceof LSTM lstm) || lstm.getClass() != LSTM.class) {
      throw new TrainingException(
          "Cannot export layer '%s' (Bidirectional %s): it has no form in core.onnx. Put an LSTM into it."
              .formatted(name, conf.getFwd().getClass().getSimpleName()));
    }
    Value mask = requireMask(name, x);
    Value forward = lstm(name, lstm, layer, "f", x, OnnxLayers.Direction.FORWARD).all();
    Value reverse = lstm(name, lstm, layer, "b", x, OnnxLayers.Direction.REVERSE).all();
    Value both =
        switch (conf.getMode()) {
          case ADD -> onnx.add(forward, reverse);
          case MUL -> onnx.multiply(forward, reverse);
          case AVERAGE -> onnx.layers().linear(onnx.add(forward, reverse), 0.5f, 0);
          case CONCAT -> onnx.layers().beside(forward, reverse);
        };
    return withMask(both, mask);
  }

  /** Ours are in ONNX's order: update, reset, candidate. */
  Value gru(String name, GatedRecurrent conf, Layer layer, Value x) {
    int h = Math.toIntExact(conf.getNOut());
    int in = x.shape().get(1);
    int[] order = {0, 1, 2};
    float[] weights = Arrays2d.rowMajor(layer.getParam(FlatParameters.WEIGHTS));
    Value mask = requireMask(name, x);
    return recurrent(
        name,
        mask,
        onnx.layers()
            .gru(
                name,
                x,
                gates(weights, 0, in, h, order),
                gates(weights, in, h, h, order),
                gates(Arrays2d.rowMajor(layer.getParam(FlatParameters.BIASES)), 0, 1, h, order),
                Optional.of(mask)));
  }

  Value attention(String name, MultiHeadAttention conf, Layer layer, Value x) {
    Value mask = requireMask(name, x);
    int in = Math.toIntExact(conf.getNIn());
    int units = Math.toIntExact(conf.getNOut());
    float[] weights = Arrays2d.rowMajor(layer.getParam(FlatParameters.WEIGHTS));
    int size = in * units;
    Value found =
        onnx.layers()
            .attention(
                projected(name + "/Wq", x, Arrays.copyOf(weights, size), units),
                projected(name + "/Wk", x, Arrays.copyOfRange(weights, size, 2 * size), units),
                projected(name + "/Wv", x, Arrays.copyOfRange(weights, 2 * size, 3 * size), units),
                conf.heads(),
                Optional.of(mask));
    float[] out = Arrays.copyOfRange(weights, 3 * size, weights.length);
    Value biased =
        onnx.add(
            projected(name + "/Wo", found, out, units),
            onnx.vector(name + "/b", Arrays2d.rowMajor(layer.getParam(FlatParameters.BIASES))));
    return withMask(onnx.layers().masked(biased, mask), mask);
  }

  /** Of Deeplearning4j: every step is a query, also one that the mask leaves out. */
  Value attention(String name, SelfAttentionLayer conf, Layer layer, Value x) {
    Value mask = requireMask(name, x);
    if (!conf.isProjectInput()) {
      return withMask(onnx.layers().attention(x, x, x, 1, Optional.of(mask)), mask);
    }
    Value found =
        onnx.layers()
            .attention(
                projected(name, "Wq", layer, x),
                projected(name, "Wk", layer, x),
                projected(name, "Wv", layer, x),
                conf.getNHeads(),
                Optional.of(mask));
    int out = Math.toIntExact(conf.getNOut());
    float[] weights = Arrays2d.rowMajor(layer.getParam("Wo"));
    return withMask(projected(name + "/Wo", found, weights, out), mask);
  }

  /** Times the weights of all heads, which Deeplearning4j keeps as [heads][depth][in]. */
  private Value projected(String name, String key, Layer layer, Value x) {
    float[] weights = Arrays2d.rowMajor(layer.getParam(key));
    int in = x.shape().get(1);
    int out = weights.length / in;
    float[] transposed = new float[weights.length];
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        transposed[i * out + j] = weights[j * in + i];
      }
    }
    return projected(name + "/" + key, x, transposed, out);
  }

  private Value projected(String name, Value x, float[] weights, int out) {
    OnnxGraph.Weights w = onnx.matrix(name, weights.length / out, out, weights);
    return onnx.layers().timeDistributed(x, w, Optional.empty());
  }

  private Value recurrent(String name, Value mask, OnnxLayers.Recurrent result) {
    recurrent.put(result.all().name(), result);
    return withMask(result.all(), mask);
  }

  /** The step after which nothing counts, of a recurrent layer. */
  Value last(String name, Value x) {
    OnnxLayers.Recurrent result = recurrent.get(x.name());
    if (result == null) {
      throw new TrainingException(
          "Cannot export vertex '%s' (LastTimeStepVertex): it does not follow a recurrent layer. Put it after an LSTM or a GatedRecurrent."
              .formatted(name));
    }
    return result.last();
  }

  Value pooled(String name, GlobalPoolingLayer conf, Value x) {
    Value mask = masks.get(x.name());
    if (mask == null) {
      return ImageExport.pooledWhole(onnx, name, conf.getPoolingType(), x);
    }
    return switch (conf.getPoolingType()) {
      case AVG -> onnx.layers().maskedMean(x, mask);
      case MAX -> onnx.layers().maskedLargest(x, mask);
      case SUM -> onnx.layers().sum(onnx.layers().masked(x, mask), 0);
      case PNORM ->
          throw new TrainingException(
              "Cannot export layer '%s' (GlobalPoolingLayer PNORM): it has no form in core.onnx. Use MAX, AVG or SUM."
                  .formatted(name));
    };
  }

  /** Says that a value was computed step by step from another, and has its mask. */
  Value like(Value x, Value from) {
    Value mask = masks.get(from.name());
    return mask == null ? x : withMask(x, mask);
  }

  private Value withMask(Value x, Value mask) {
    masks.put(x.name(), mask);
    return x;
  }

  private Value requireMask(String name, Value x) {
    @Nullable Value mask = masks.get(x.name());
    if (mask == null) {
      throw new TrainingException(
          "Cannot export layer '%s': it does not read a sequence. Put it after an EmbeddingSequenceLayer."
              .formatted(name));
    }
    return mask;
  }

  /** Deeplearning4j keeps them as [span][in][filters], whatever shape it gives them. */
  private static float[] filters(float[] weights, int in, int filters) {
    int span = weights.length / in / filters;
    float[] result = new float[weights.length];
    for (int i = 0; i < span; i++) {
      for (int j = 0; j < in; j++) {
        for (int f = 0; f < filters; f++) {
          result[(f * in + j) * span + i] = weights[(i * in + j) * filters + f];
        }
      }
    }
    return result;
  }

  /**
   * Weights gate by gate, transposed: [gates h][rows] of [all rows][gates h].
   *
   * @param first of the rows that are taken
   * @param order of the new gates among the old ones
   */
  private static float[] gates(float[] weights, int first, int rows, int h, int[] order) {
    int columns = order.length * h;
    float[] gates = new float[columns * rows];
    for (int gate = 0; gate < order.length; gate++) {
      for (int unit = 0; unit < h; unit++) {
        for (int row = 0; row < rows; row++) {
          gates[(gate * h + unit) * rows + row] =
              weights[(first + row) * columns + order[gate] * h + unit];
        }
      }
    }
    return gates;
  }

  private static void requireStepsLast(String name, RNNFormat format) {
    if (format != RNNFormat.NCW) {
      throw new TrainingException(
          "Cannot export layer '%s': its sequences are %s. Configure NCW: steps last."
              .formatted(name, format));
    }
  }
}
