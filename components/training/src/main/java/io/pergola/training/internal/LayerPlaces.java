package io.pergola.training.internal;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** Puts other layers in the places of a network's: they must have the same parameters. */
final class LayerPlaces {
  private LayerPlaces() {}

  /**
   * Replaces layers of a network.
   *
   * @param other what comes into the place of a layer: it may be the layer itself
   */
  static void replace(Model network, UnaryOperator<Layer> other) {
    if (network instanceof ComputationGraph graph) {
      Map<Layer, Layer> replaced = replace(graph.getLayers(), other);
      for (GraphVertex vertex : graph.getVertices()) {
        if (vertex instanceof LayerVertex layered && replaced.containsKey(layered.getLayer())) {
          layered.setLayer(replaced.get(layered.getLayer()));
        }
      }
    } else if (network instanceof MultiLayerNetwork layers) {
      replace(layers.getLayers(), other);
    }
  }

  private static Map<Layer, Layer> replace(Layer[] layers, UnaryOperator<Layer> other) {
    Map<Layer, Layer> replaced = new IdentityHashMap<>();
    for (int i = 0; i < layers.length; i++) {
      Layer before = layers[i];
      layers[i] = other.apply(before);
      replaced.put(before, layers[i]);
    }
    return replaced;
  }
}
