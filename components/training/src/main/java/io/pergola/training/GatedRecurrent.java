package io.pergola.training;

import io.pergola.training.internal.FlatParameters;
import io.pergola.training.internal.GatedRecurrentLayer;
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

/**
 * A gated recurrent unit, which Deeplearning4j has none of: [n, in, t] becomes [n, units, t]. With
 * {@code s} for the logistic function and {@code *} for the product element by element, from {@code
 * h = 0} on,
 *
 * <pre>{@code
 * z = s(x Wz + h Rz + bz)
 * r = s(x Wr + h Rr + br)
 * c = tanh(x Wc + (r * h) Rc + bc)
 * h = (1 - z) * c + z * h
 * }</pre>
 *
 * <p>After Cho et al., Learning Phrase Representations using RNN Encoder-Decoder, 2014; the ONNX
 * operator GRU without {@code linear_before_reset}. A masked step gives 0 and leaves {@code h} as
 * it is. Initial weights are uniform within the root of {@code 6 / (in + 2 units)}; biases are 0.
 *
 * <p>A layer of Deeplearning4j is a bean with a no-argument constructor because its JSON needs one;
 * make this with {@link #of}.
 */
public final class GatedRecurrent extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("unused") // For JSON.
  private GatedRecurrent() {}

  /**
   * A layer.
   *
   * @param in the width of a step of its input, 1 or more
   * @param units the width of its state and its output, 1 or more
   */
  public static GatedRecurrent of(int in, int units) {
    if (in < 1 || units < 1) {
      throw new IllegalArgumentException(
          "Invalid size of a recurrent layer: %d to %d (must be 1 or more)".formatted(in, units));
    }
    GatedRecurrent layer = new GatedRecurrent();
    layer.setNIn(in);
    layer.setNOut(units);
    // Unset, so that the network's own applies; without a builder a layer has none.
    layer.setGradientNormalization(null);
    layer.setGradientNormalizationThreshold(Double.NaN);
    return layer;
  }

  private FlatParameters parameters() {
    double scale = Math.sqrt(6.0 / (nIn + 2.0 * nOut));
    return new FlatParameters((nIn + nOut) * 3 * nOut, 3 * nOut, scale);
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
    GatedRecurrentLayer layer = new GatedRecurrentLayer(conf, dataType);
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
}
