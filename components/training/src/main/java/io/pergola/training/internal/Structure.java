package io.pergola.training.internal;

import io.pergola.training.Training;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The layers and vertices of a network of either kind, each after those that it reads. */
final class Structure {
  private final List<Step> steps = new ArrayList<>();
  private final List<String> outputs;

  /**
   * A layer or vertex.
   *
   * @param name of the layer or vertex
   * @param layer absent of a vertex
   * @param conf of the layer, or what is frozen of it
   * @param vertex absent of a layer
   * @param inputs names of steps, or of inputs of the network
   */
  record Step(
      String name,
      Optional<Layer> layer,
      Optional<org.deeplearning4j.nn.conf.layers.Layer> conf,
      Optional<GraphVertex> vertex,
      List<String> inputs) {

    Map<String, INDArray> weights() {
      @Nullable Map<String, INDArray> weights = layer.map(Layer::paramTable).orElse(null);
      return weights == null ? Map.of() : weights;
    }

    boolean learns() {
      return !weights().isEmpty();
    }

    boolean isFrozen() {
      return layer.filter(Structure::isFrozen).isPresent();
    }
  }

  private Structure(List<String> outputs) {
    this.outputs = outputs;
  }

  static Structure of(Model network) {
    return network instanceof ComputationGraph graph ? of(graph) : of((MultiLayerNetwork) network);
  }

  private static Structure of(ComputationGraph graph) {
    Structure structure = new Structure(graph.getConfiguration().getNetworkOutputs());
    List<String> names =
        Arrays.stream(graph.getVertices()).map(vertex -> vertex.getVertexName()).toList();
    for (int index : graph.topologicalSortOrder()) {
      String name = names.get(index);
      GraphVertex vertex = graph.getConfiguration().getVertices().get(name);
      if (vertex == null) {
        continue;
      }
      List<String> inputs =
          Objects.requireNonNull(graph.getConfiguration().getVertexInputs().get(name));
      structure.steps.add(
          vertex instanceof LayerVertex layer
              ? new Step(
                  name,
                  Optional.of(graph.getLayer(name)),
                  Optional.of(thawed(layer.getLayerConf().getLayer())),
                  Optional.empty(),
                  inputs)
              : new Step(
                  name, Optional.empty(), Optional.empty(), Optional.of(thawed(vertex)), inputs));
    }
    return structure;
  }

  private static Structure of(MultiLayerNetwork network) {
    List<String> output = new ArrayList<>();
    Structure structure = new Structure(output);
    String last = Training.FEATURES;
    for (int i = 0; i < network.getnLayers(); i++) {
      Layer layer = network.getLayer(i);
      String name = name(layer, i);
      structure.steps.add(
          new Step(
              name,
              Optional.of(layer),
              Optional.of(thawed(layer.conf().getLayer())),
              Optional.empty(),
              List.of(last)));
      last = name;
    }
    output.add(last);
    return structure;
  }

  /** The name of a layer of a network of layers: its own, or its number if it has none. */
  static String name(Layer layer, int index) {
    @Nullable String own = layer.conf().getLayer().getLayerName();
    return own == null ? Integer.toString(index) : own;
  }

  static boolean isFrozen(Layer layer) {
    return layer instanceof org.deeplearning4j.nn.layers.FrozenLayer
        || layer instanceof org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
  }

  /** A layer's configuration without what freezes it. */
  static org.deeplearning4j.nn.conf.layers.Layer thawed(
      org.deeplearning4j.nn.conf.layers.Layer conf) {
    if (conf instanceof FrozenLayer frozen) {
      return frozen.getLayer();
    }
    return conf instanceof FrozenLayerWithBackprop frozen ? frozen.getUnderlying() : conf;
  }

  private static GraphVertex thawed(GraphVertex vertex) {
    return vertex instanceof FrozenVertex frozen ? frozen.getUnderlying() : vertex;
  }

  List<Step> steps() {
    return steps;
  }

  Optional<Step> find(String name) {
    return steps.stream().filter(step -> step.name().equals(name)).findFirst();
  }

  /** The names of all layers with weights. */
  List<String> layers() {
    return steps.stream().filter(Step::learns).map(Step::name).toList();
  }

  /** The names of the layers with weights that stay as they are. */
  List<String> frozen() {
    return steps.stream().filter(Step::learns).filter(Step::isFrozen).map(Step::name).toList();
  }

  /** The layers with weights after which none follows: the width of their output is the label's. */
  Set<String> last() {
    Set<String> last = new HashSet<>();
    outputs.forEach(output -> addLast(output, last));
    return last;
  }

  private void addLast(String name, Set<String> last) {
    find(name)
        .ifPresent(
            step -> {
              if (step.learns()) {
                last.add(name);
              } else {
                step.inputs().forEach(input -> addLast(input, last));
              }
            });
  }

  /** The names of all layers with weights that a step reads, directly or not. */
  Set<String> before(Step step) {
    Set<String> before = new HashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(step.inputs());
    while (!open.isEmpty()) {
      Optional<Step> next = find(open.pop());
      if (next.isPresent() && seen.add(next.get().name())) {
        open.addAll(next.get().inputs());
        if (next.get().learns()) {
          before.add(next.get().name());
        }
      }
    }
    return before;
  }
}
