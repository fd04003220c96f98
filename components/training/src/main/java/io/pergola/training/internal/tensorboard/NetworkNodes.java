package io.pergola.training.internal.tensorboard;

import io.pergola.training.Training;
import io.pergola.training.internal.tensorboard.Events.Node;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** The layers and vertices of a network and what each is fed with. */
final class NetworkNodes {
  private static final String INPUT = "Placeholder";

  private NetworkNodes() {}

  static List<Node> of(Model model) {
    List<Node> nodes = new ArrayList<>();
    if (model instanceof ComputationGraph graph) {
      ComputationGraphConfiguration configuration = graph.getConfiguration();
      configuration
          .getNetworkInputs()
          .forEach(input -> nodes.add(new Node(input, INPUT, List.of())));
      configuration
          .getVertices()
          .forEach(
              (name, vertex) ->
                  nodes.add(
                      new Node(
                          name,
                          operation(vertex),
                          configuration.getVertexInputs().getOrDefault(name, List.of()))));
    } else if (model instanceof MultiLayerNetwork layers) {
      String last = Training.FEATURES;
      nodes.add(new Node(last, INPUT, List.of()));
      for (int i = 0; i < layers.getnLayers(); i++) {
        // As Deeplearning4j names the layer's weights.
        String name = Integer.toString(i);
        String operation =
            layers.getLayerWiseConfigurations().getConf(i).getLayer().getClass().getSimpleName();
        nodes.add(new Node(name, operation, List.of(last)));
        last = name;
      }
    }
    return nodes;
  }

  private static String operation(GraphVertex vertex) {
    return vertex instanceof LayerVertex layer
        ? layer.getLayerConf().getLayer().getClass().getSimpleName()
        : vertex.getClass().getSimpleName();
  }
}
