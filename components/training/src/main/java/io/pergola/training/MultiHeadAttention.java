package io.pergola.training;

import io.pergola.training.internal.FlatParameters;
import io.pergola.training.internal.MultiHeadAttentionLayer;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Self-attention of several heads over a sequence: [n, in, t] becomes [n, units, t]. Every step is
 * a query for every other, itself included; with {@code x} of shape [t, in] and a head's own
 * columns of {@code Wq}, {@code Wk} and {@code Wv}, each {@code d = units / heads} wide,
 *
 * <pre>{@code
 * head = softmax((x Wq) (x Wk)' / sqrt(d)) (x Wv)
 * y = [head, head, ...] Wo + b
 * }</pre>
 *
 * <p>After Vaswani et al., Attention Is All You Need, 2017; no step knows where it stands. A masked
 * step is found by none and gives 0. Initial weights are uniform within the root of {@code 6 / (in
 * + units)}; biases are 0. Deeplearning4j's own {@code SelfAttentionLayer} does the same without
 * {@code b}, in a graph of its own for every pass.
 *
 * <p>A layer of Deeplearning4j is a bean with a no-argument constructor because its JSON needs one;
 * make this with {@link #of}.
 */
@SuppressWarnings("EqualsHashCode") // Only what the superclass generates differs by fields.
public final class MultiHeadAttention extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  @JsonProperty("heads")
  private int heads;

  @SuppressWarnings("unused") // For JSON.
  private MultiHeadAttention() {}

  /**
   * A layer.
   *
   * @param in the width of a step of its input, 1 or more
   * @param units the width of its output, a multiple of {@code heads}
   * @param heads how many there are, 1 or more
   */
  public static MultiHeadAttention of(int in, int units, int heads) {
    if (in < 1 || heads < 1 || units < 1 || units % heads != 0) {
      throw new IllegalArgumentException(
          "Invalid size of an attention layer: %d to %d with %d heads (must be 1 or more, and the second a multiple of the third)"
              .formatted(in, units, heads));
    }
    MultiHeadAttention layer = new MultiHeadAttention();
    layer.setNIn(in);
    layer.setNOut(units);
    layer.heads = heads;
    // Unset, so that the network's own applies; without a builder a layer has none.
    layer.setGradientNormalization(null);
    layer.setGradientNormalizationThreshold(Double.NaN);
    return layer;
  }

  /** How many heads there are. */
  public int heads() {
    return heads;
  }

  private FlatParameters parameters() {
    double scale = Math.sqrt(6.0 / (nIn + nOut));
    return new FlatParameters((3 * nIn + nOut) * nOut, nOut, scale);
  }

  @Override
  public ParamInitializer initializer() {
    return parameters();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parametersView,
      boolean initialize,
      DataType dataType) {
    MultiHeadAttentionLayer layer = new MultiHeadAttentionLayer(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parametersView);
    layer.setParamTable(parameters().init(conf, parametersView, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.recurrent(nOut);
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    // Known from the start.
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            layerName, getClass(), inputType, InputType.recurrent(nOut))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other) && other instanceof MultiHeadAttention that && heads == that.heads;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + heads;
  }
}
