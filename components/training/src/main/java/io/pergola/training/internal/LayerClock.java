package io.pergola.training.internal;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Times each layer of a network during some training steps, forward and backward, the first ones
 * left out. Output layers are not timed, nor frozen ones. Not thread-safe.
 */
final class LayerClock {
  private static final int FIRST = 20;
  private static final int STEPS = 100;
  private static final int MOST_LAYERS = 20;

  private final Model network;
  private final SortedMap<String, long[]> nanos = new TreeMap<>();
  private int step;
  private long stepNanos;

  LayerClock(Model network) {
    this.network = network;
  }

  /** Tells that a step is about to begin. */
  void beforeStep() {
    if (step == FIRST && isTimeable()) {
      LayerPlaces.replace(network, this::timed);
    }
  }

  /** Tells what a step took. */
  void afterStep(long taken) {
    step++;
    if (step > FIRST && step <= FIRST + STEPS) {
      stepNanos += taken;
    }
    if (step == FIRST + STEPS) {
      stop();
    }
  }

  /** Leaves the network as it was. */
  void stop() {
    LayerPlaces.replace(
        network, layer -> layer instanceof Timed timed ? timed.getUnderlying() : layer);
  }

  /**
   * The share of the timed steps of each layer, of those that took most; empty if no step was
   * timed.
   */
  SortedMap<String, Double> shares() {
    SortedMap<String, Double> shares = new TreeMap<>();
    nanos.entrySet().stream()
        .sorted(Comparator.comparingLong((Map.Entry<String, long[]> each) -> -each.getValue()[0]))
        .limit(MOST_LAYERS)
        .forEach(each -> shares.put(each.getKey(), each.getValue()[0] / (double) stepNanos));
    return shares;
  }

  /** Parts of sequences are trained with a state that only a layer itself has. */
  private boolean isTimeable() {
    BackpropType type =
        network instanceof ComputationGraph graph
            ? graph.getConfiguration().getBackpropType()
            : ((MultiLayerNetwork) network).getLayerWiseConfigurations().getBackpropType();
    return type == BackpropType.Standard;
  }

  private Layer timed(Layer layer) {
    if (layer instanceof IOutputLayer || Structure.isFrozen(layer)) {
      return layer;
    }
    String name = Structure.name(layer, layer.getIndex());
    return new Timed(layer, nanos.computeIfAbsent(name, x -> new long[1]));
  }

  /** A layer that counts its time. */
  private static final class Timed extends BaseWrapperLayer {
    private static final long serialVersionUID = 1L;

    private final long[] nanos;

    Timed(Layer layer, long[] nanos) {
      super(layer);
      this.nanos = nanos;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      long start = System.nanoTime();
      INDArray output = underlying.activate(training, workspaces);
      count(training, start);
      return output;
    }

    @Override
    public INDArray activate(INDArray input, boolean training, LayerWorkspaceMgr workspaces) {
      long start = System.nanoTime();
      INDArray output = underlying.activate(input, training, workspaces);
      count(training, start);
      return output;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      long start = System.nanoTime();
      Pair<Gradient, INDArray> gradient = underlying.backpropGradient(epsilon, workspaces);
      count(true, start);
      return gradient;
    }

    private void count(boolean training, long start) {
      if (training) {
        nanos[0] += System.nanoTime() - start;
      }
    }
  }
}
