package io.pergola.training;

import io.pergola.model.GraphWeights;
import io.pergola.model.Signature;
import io.pergola.training.internal.EarlierNetwork;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * The model that a training may start from: one that an earlier run trained, or one that was
 * imported. Immutable; what it gives out is read anew each time.
 */
public final class EarlierModel {
  private final Path directory;
  private final Signature signature;
  private final FittedPlan plan;

  private EarlierModel(Path directory, Signature signature, FittedPlan plan) {
    this.directory = directory;
    this.signature = signature;
    this.plan = plan;
  }

  /**
   * Opens a model.
   *
   * @throws IOException if its signature or plan cannot be read
   */
  static EarlierModel open(Path directory) throws IOException {
    return new EarlierModel(directory, Signature.read(directory), FittedPlan.read(directory));
  }

  /** Where it lies, with the files that its library wrote beside the servable's. */
  public Path directory() {
    return directory;
  }

  /** What goes into it and what comes out. */
  public Signature signature() {
    return signature;
  }

  /** The plan that it was trained with; of an imported model, that of its label. */
  public FittedPlan plan() {
    return plan;
  }

  /**
   * The weights of its ONNX graph, by name.
   *
   * @throws IOException if the graph cannot be read
   */
  public GraphWeights weights() throws IOException {
    return GraphWeights.read(directory);
  }

  /**
   * Its network, if Deeplearning4j trained it and it is a graph.
   *
   * @throws IOException if the network cannot be read
   */
  public Optional<ComputationGraph> graph() throws IOException {
    return network().filter(ComputationGraph.class::isInstance).map(ComputationGraph.class::cast);
  }

  /**
   * Its network, if Deeplearning4j trained it and it is one layer after the other.
   *
   * @throws IOException if the network cannot be read
   */
  public Optional<MultiLayerNetwork> layers() throws IOException {
    return network().filter(MultiLayerNetwork.class::isInstance).map(MultiLayerNetwork.class::cast);
  }

  private Optional<org.deeplearning4j.nn.api.Model> network() throws IOException {
    return EarlierNetwork.read(directory.resolve(Trainer.CHECKPOINT));
  }

  /** The network with what its plan calls things. */
  Optional<EarlierNetwork> named() throws IOException {
    return network().map(network -> new EarlierNetwork(network, plan));
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
