package io.pergola.training;

import io.pergola.training.internal.FlatParameters;
import io.pergola.training.internal.GatedRecurrentLayer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;

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
 */
public final class GatedRecurrent extends OwnLayer {
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
    layer.initialize(in, units);
    return layer;
  }

  @Override
  FlatParameters parameters() {
    double scale = Math.sqrt(6.0 / (nIn + 2.0 * nOut));
    return new FlatParameters((nIn + nOut) * 3 * nOut, 3 * nOut, scale);
  }

  @Override
  InputType output() {
    return InputType.recurrent(nOut);
  }

  @Override
  Layer computing(NeuralNetConfiguration conf, DataType dataType) {
    return new GatedRecurrentLayer(conf, dataType);
  }
}
