package io.pergola.training;

import io.pergola.training.internal.FlatParameters;
import io.pergola.training.internal.MultiHeadAttentionLayer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.nd4j.linalg.api.buffer.DataType;
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
 */
@SuppressWarnings("EqualsHashCode") // Only what the superclass generates differs by fields.
public final class MultiHeadAttention extends OwnLayer {
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
    layer.initialize(in, units);
    layer.heads = heads;
    return layer;
  }

  /** How many heads there are. */
  public int heads() {
    return heads;
  }

  @Override
  FlatParameters parameters() {
    double scale = Math.sqrt(6.0 / (nIn + nOut));
    return new FlatParameters((3 * nIn + nOut) * nOut, nOut, scale);
  }

  @Override
  InputType output() {
    return InputType.recurrent(nOut);
  }

  @Override
  Layer computing(NeuralNetConfiguration conf, DataType dataType) {
    return new MultiHeadAttentionLayer(conf, dataType);
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
