package io.pergola.training.internal;

import io.pergola.training.TrainingException;
import io.pergola.training.internal.Structure.Step;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Makes networks of which some layers stay as they are: no updates, no regularisation, no dropout
 * of what they read, and the statistics of batch normalisation do not move. Gradients pass through.
 */
public final class Freezing {
  private Freezing() {}

  /**
   * A network with the weights of another, of which some layers are frozen.
   *
   * @throws TrainingException if a layer has no weights, answers, or normalises what still learns
   */
  public static ComputationGraph frozen(ComputationGraph network, List<String> layers) {
    network.init();
    check(network, layers);
    ComputationGraphConfiguration configuration = network.getConfiguration().clone();
    for (String layer : layers) {
      LayerVertex vertex =
          (LayerVertex) Objects.requireNonNull(configuration.getVertices().get(layer));
      freeze(vertex.getLayerConf());
    }
    ComputationGraph frozen = new ComputationGraph(configuration);
    frozen.init();
    frozen.setParams(network.params());
    return frozen;
  }

  /** The same of a network of layers. */
  public static MultiLayerNetwork frozen(MultiLayerNetwork network, List<String> layers) {
    network.init();
    check(network, layers);
    MultiLayerConfiguration configuration = network.getLayerWiseConfigurations().clone();
    for (int i = 0; i < network.getnLayers(); i++) {
      if (layers.contains(Structure.name(network.getLayer(i), i))) {
        freeze(configuration.getConf(i));
      }
    }
    MultiLayerNetwork frozen = new MultiLayerNetwork(configuration);
    frozen.init();
    frozen.setParams(network.params());
    return frozen;
  }

  /** The names of the layers of a network that are frozen. */
  public static List<String> of(Model network) {
    return Structure.of(network).frozen();
  }

  private static void check(Model network, List<String> layers) {
    Structure structure = Structure.of(network);
    Set<String> fixed = new HashSet<>(structure.frozen());
    fixed.addAll(layers);
    for (String name : layers) {
      Step step = Transplant.requireLayer(structure, name);
      if (step.layer().orElseThrow() instanceof org.deeplearning4j.nn.api.layers.IOutputLayer) {
        throw new TrainingException(
            "Cannot freeze layer '%s': it computes the loss. Freeze those before it."
                .formatted(name));
      }
      if (step.conf().orElseThrow() instanceof BatchNormalization) {
        structure.before(step).stream()
            .filter(before -> !fixed.contains(before))
            .sorted()
            .findFirst()
            .ifPresent(
                before -> {
                  throw new TrainingException(
                      "Cannot freeze layer '%s': it normalises what '%s' learns, whose gradient would be wrong. Freeze that as well."
                          .formatted(name, before));
                });
      }
    }
  }

  private static void freeze(NeuralNetConfiguration configuration) {
    Layer layer = configuration.getLayer();
    if (Structure.thawed(layer) != layer) {
      return;
    }
    if (layer instanceof BaseLayer base) {
      // Deeplearning4j asks the frozen layer itself for these.
      base.setRegularization(List.of());
      base.setRegularizationBias(List.of());
      base.setGradientNormalization(GradientNormalization.None);
    }
    FrozenLayerWithBackprop frozen = new FrozenLayerWithBackprop(layer);
    String name = layer.getLayerName();
    if (name != null) {
      frozen.setLayerName(name);
    }
    configuration.setLayer(frozen);
  }
}
