package io.pergola.training;

import io.pergola.training.internal.FlatParameters;
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
 * A layer that Deeplearning4j lacks: its sizes are known from the start, and its parameters lie in
 * one row.
 *
 * <p>Layers of Deeplearning4j are beans with a no-argument constructor because its JSON needs one;
 * these are made with their {@code of} methods.
 */
abstract sealed class OwnLayer extends FeedForwardLayer
    permits FeatureLayer, GatedRecurrent, MultiHeadAttention {
  private static final long serialVersionUID = 1L;

  OwnLayer() {}

  /** Gives a new layer its sizes; the settings of the network apply to it. */
  final void initialize(long in, long out) {
    setNIn(in);
    setNOut(out);
    // Unset, so that the network's own applies; without a builder a layer has none.
    setGradientNormalization(null);
    setGradientNormalizationThreshold(Double.NaN);
  }

  /** What its parameters are. */
  abstract FlatParameters parameters();

  /** What it gives. */
  abstract InputType output();

  /** What computes, without parameters. */
  abstract Layer computing(NeuralNetConfiguration conf, DataType dataType);

  @Override
  public final ParamInitializer initializer() {
    return parameters();
  }

  @Override
  public final Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parametersView,
      boolean initialize,
      DataType dataType) {
    Layer layer = computing(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parametersView);
    layer.setParamTable(parameters().init(conf, parametersView, initialize));
    layer.setConf(conf);
    return layer;
  }

  @Override
  public final InputType getOutputType(int layerIndex, InputType inputType) {
    return output();
  }

  @Override
  public final void setNIn(InputType inputType, boolean override) {
    // Known from the start.
  }

  @Override
  public final LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(layerName, getClass(), inputType, output())
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }
}
