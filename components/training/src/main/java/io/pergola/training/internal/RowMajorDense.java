package io.pergola.training.internal;

import java.util.Arrays;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Deeplearning4j's dense layer with a shorter way to its sums. The result is multiplied straight
 * into rows, transposed on both sides, where Deeplearning4j multiplies into columns and copies them
 * with a stride, which takes some times as long as the product. And where the derivative of the
 * activation is seen from what the layer gave, backpropagation does not compute the sums again. The
 * configuration stays a {@code DenseLayer}, so that files of networks are as they were. Not
 * thread-safe.
 */
public final class RowMajorDense extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private final Derivative derivative;
  private transient @Nullable INDArray takenInput;
  private transient @Nullable INDArray givenOutput;

  private RowMajorDense(
      NeuralNetConfiguration configuration, DataType type, Derivative derivative) {
    super(configuration, type);
    this.derivative = derivative;
  }

  /** What the derivative of a layer's activation is computed from. */
  private enum Derivative {
    OF_SUMS,
    /** Above 0 where the sum is. */
    OF_OUTPUT
  }

  /** Puts such layers in the places of a network's dense layers; they share its parameters. */
  public static void into(ComputationGraph graph) {
    into(graph, graph.getLayers());
  }

  /** Puts such layers in the places of a network's dense layers; they share its parameters. */
  static void into(MultiLayerNetwork network) {
    into(network, network.getLayers());
  }

  private static void into(Model network, Layer[] layers) {
    boolean signsStay = Arrays.stream(layers).allMatch(RowMajorDense::leavesSigns);
    LayerPlaces.replace(
        network,
        layer -> layer.getClass() == DenseLayer.class ? of((DenseLayer) layer, signsStay) : layer);
  }

  /**
   * Whether a layer changes no sign in its input: dropout works in place, on the output of the
   * layer before. Where it makes a 0, the gradient is 0 as well.
   */
  private static boolean leavesSigns(Layer layer) {
    IDropout dropout = layer.conf().getLayer().getIDropout();
    return dropout == null || dropout instanceof Dropout;
  }

  private static boolean isSeenFromOutput(IActivation activation) {
    return activation instanceof ActivationIdentity
        || activation instanceof ActivationReLU && activation.equals(new ActivationReLU());
  }

  private static RowMajorDense of(DenseLayer plain, boolean signsStay) {
    Derivative derivative =
        signsStay && isSeenFromOutput(plain.layerConf().getActivationFn())
            ? Derivative.OF_OUTPUT
            : Derivative.OF_SUMS;
    RowMajorDense layer = new RowMajorDense(plain.conf(), plain.params().dataType(), derivative);
    layer.setIndex(plain.getIndex());
    layer.setListeners(plain.getListeners());
    layer.setParamsViewArray(plain.params());
    layer.setParamTable(plain.paramTable());
    if (plain.getGradientsViewArray() != null) {
      layer.setBackpropGradientsViewArray(plain.getGradientsViewArray());
    }
    return layer;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray output = super.activate(training, workspaces);
    boolean kept = training && derivative == Derivative.OF_OUTPUT && !hasLayerNorm();
    takenInput = kept ? input : null;
    givenOutput = kept ? output : null;
    return output;
  }

  @Override
  protected Pair<INDArray, INDArray> preOutputWithPreNorm(
      boolean training, boolean forBackprop, LayerWorkspaceMgr workspaces) {
    INDArray known = givenOutput;
    if (forBackprop && known != null && takenInput == input) {
      takenInput = null;
      givenOutput = null;
      return new Pair<>(known, known);
    }
    assertInputSet(forBackprop);
    applyDropOutIfNecessary(training, workspaces);
    INDArray weights = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, training, workspaces);
    if (hasLayerNorm() || input.rank() != 2 || input.columns() != weights.rows()) {
      return super.preOutputWithPreNorm(training, forBackprop, workspaces);
    }
    INDArray columns =
        workspaces.createUninitialized(
            ArrayType.ACTIVATIONS,
            weights.dataType(),
            new long[] {weights.size(1), input.size(0)},
            'f');
    weights.transpose().mmuli(input.castTo(dataType).transpose(), columns);
    INDArray sums = columns.transpose();
    if (hasBias()) {
      sums.addiRowVector(getParamWithNoise(DefaultParamInitializer.BIAS_KEY, training, workspaces));
    }
    if (maskArray != null) {
      applyMask(sums);
    }
    return new Pair<>(sums, sums);
  }
}
