package io.pergola.training;

import io.pergola.model.GraphWeights;
import io.pergola.training.internal.EarlierNetwork;
import io.pergola.training.internal.Freezing;
import io.pergola.training.internal.Network;
import io.pergola.training.internal.Transplant;
import io.pergola.validation.DataSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a {@link TrainFunction} works with: the data as arrays, the settings, and where the network
 * goes in the end. Not thread-safe.
 *
 * <p>A network is a {@code MultiLayerNetwork}, or a {@code ComputationGraph} with one output whose
 * inputs are named {@link #FEATURES}, {@link #DENSE}, or by a vector, categorical feature or
 * sequence.
 */
public final class Training {
  /** The input of dense values followed by ids, float32 [n, d + k]. */
  public static final String FEATURES = "features";

  /** The input of dense values, float32 [n, d]. */
  public static final String DENSE = "dense";

  private final TrainingSession session;
  private Optional<Network> network = Optional.empty();

  Training(TrainingSession session) {
    this.session = session;
  }

  /** The features and the label that shape a network. */
  public TrainingFeatures features() {
    return session.features();
  }

  /** The values given with {@link Trainer#hyperparameters(java.util.Map)}. */
  public Hyperparameters hyperparameters() {
    return session.hyperparameters();
  }

  /** The largest number of steps to train. */
  public int steps() {
    return session.steps();
  }

  /** The number of examples in a batch: what was asked for, or all if there are fewer. */
  public int batchSize() {
    return session.batchSize();
  }

  /** The seed that decides the order of examples and, by convention, the initial weights. */
  public long seed() {
    return session.seed();
  }

  /** A folder that survives a crash: an author's own loop keeps its checkpoints here. */
  public Path checkpoints() {
    return session.checkpoints();
  }

  /** The next training batch: shuffled, epoch after epoch without end. */
  public Batch nextBatch() {
    return new Batch(session.next(), features());
  }

  /** The number of whole passes over the training examples so far. */
  public long epoch() {
    return session.epoch();
  }

  /** The first {@value Trainer#EVALUATION_ROWS} examples of the evaluation split, in order. */
  public List<Batch> evaluationBatches() {
    return session.evaluationRows().stream().map(rows -> new Batch(rows, features())).toList();
  }

  /**
   * Trains a network for {@link #steps()} steps and saves it: evaluates it now and then, keeps the
   * weights with the lowest evaluation loss, stops early as the node says, and writes checkpoints
   * that a new attempt goes on from.
   *
   * @throws TrainingException if the loss is no number any more, or the network does not fit the
   *     features
   * @throws InterruptedException if the run was cancelled
   */
  public void fit(ComputationGraph graph) throws InterruptedException {
    fit(Network.of(graph, features()));
  }

  /** Trains a network of layers, as {@link #fit(ComputationGraph)}. */
  public void fit(MultiLayerNetwork layers) throws InterruptedException {
    fit(Network.of(layers, features()));
  }

  /**
   * The mean loss over the evaluation examples; empty if there are none. It becomes a point of the
   * training curves, at the last step that was reported.
   */
  public OptionalDouble evaluate(ComputationGraph graph) {
    return session.evaluated(Network.of(graph, features()));
  }

  /** The mean loss over the evaluation examples; empty if there are none. */
  public OptionalDouble evaluate(MultiLayerNetwork layers) {
    return session.evaluated(Network.of(layers, features()));
  }

  /**
   * Reports a step of an author's own loop.
   *
   * @throws TrainingException if the loss is NaN or infinite
   * @throws InterruptedException if the run was cancelled
   */
  public void progress(int step, double loss) throws InterruptedException {
    session.progress(step, loss);
  }

  /**
   * Reports a number of the author's own, as {@link TrainingSession#summary} does.
   *
   * @throws IllegalArgumentException if the name is blank, or the value is NaN or infinite
   */
  public void summary(String name, double value) {
    session.summary(name, value);
  }

  /** Hands over the network that the model is made of; {@code fit} does this itself. */
  public void save(ComputationGraph graph) {
    network = Optional.of(Network.of(graph, features()));
  }

  /** Hands over the network that the model is made of; {@code fit} does this itself. */
  public void save(MultiLayerNetwork layers) {
    network = Optional.of(Network.of(layers, features()));
  }

  /**
   * What the raw examples are expected to look like, as {@link TrainingSession#schema} gives it.
   */
  public Optional<DataSchema> schema() {
    return session.schema();
  }

  /** The model to start from; empty if there is none, as on a first run. */
  public Optional<EarlierModel> earlier() {
    return session.earlier();
  }

  /**
   * Starts a network from the earlier model: copies the weights of all layers whose name, kind and
   * shapes agree. Rows of tables and of matrices go by what they stand for: the embedding of a word
   * stays with the word, whatever its place in the vocabulary, and columns of features go by their
   * names and expressions. Layers that read others than they did start anew, and so do those that
   * answer if the label is another. What came of it is on record with the model.
   *
   * @return nothing taken if there is no earlier model
   * @throws TrainingException if Deeplearning4j did not train the earlier model
   * @throws IOException if its network cannot be read
   */
  public WarmStart warmStart(ComputationGraph graph) throws IOException {
    graph.init();
    return warmStart(graph, List.of());
  }

  /** Starts a network of layers from the earlier model, as {@link #warmStart(ComputationGraph)}. */
  public WarmStart warmStart(MultiLayerNetwork layers) throws IOException {
    layers.init();
    return warmStart(layers, List.of());
  }

  /**
   * Starts some layers of a network from the earlier model, as {@link
   * #warmStart(ComputationGraph)}, and no others.
   *
   * @throws TrainingException if one of them cannot take its weights, too; the message says why
   */
  public WarmStart warmStart(ComputationGraph graph, String... layers) throws IOException {
    graph.init();
    return warmStart(graph, List.of(layers));
  }

  /**
   * Starts some layers of a network of layers from the earlier model.
   *
   * @param names of layers; those without a name are {@code layer0}, {@code layer1} and so on
   */
  public WarmStart warmStart(MultiLayerNetwork layers, String... names) throws IOException {
    layers.init();
    return warmStart(layers, List.of(names));
  }

  /**
   * Puts weights of the earlier model's graph into a network; for models that were imported.
   *
   * @param network initialised
   * @param parameter as the network names it: {@code hidden_1_W}, or {@code 0_W} of layers
   * @param name as the graph names them, or {@link GraphWeights} does
   * @param weights of the parameter's shape: those of that name, or made of them
   * @throws TrainingException if there is no such parameter, or its shape is another
   */
  public void take(
      org.deeplearning4j.nn.api.Model network,
      String parameter,
      String name,
      GraphWeights.Tensor weights) {
    INDArray values = network.paramTable().get(parameter);
    if (values == null) {
      throw new TrainingException(
          "Cannot put weights into parameter '%s': the network has %s. Correct the name."
              .formatted(parameter, network.paramTable().keySet()));
    }
    long[] shape = weights.shape().stream().mapToLong(Integer::longValue).toArray();
    if (weights.values().length != values.length() || !sameShape(shape, values.shape())) {
      throw new TrainingException(
          "Cannot put weights '%s' of shape %s into parameter '%s' of shape %s. Transpose them, or build the layer as it was."
              .formatted(name, weights.shape(), parameter, Arrays.toString(values.shape())));
    }
    values.assign(Nd4j.create(weights.values(), values.shape(), 'c'));
    SortedMap<String, String> taken = new TreeMap<>();
    taken.put(parameter, "'%s' of the graph".formatted(name));
    session.started(new WarmStart(taken, new TreeMap<>()));
  }

  /** Biases have one dimension there and two here. */
  private static boolean sameShape(long[] given, long[] wanted) {
    return Arrays.equals(withoutOnes(given), withoutOnes(wanted));
  }

  private static long[] withoutOnes(long[] shape) {
    return Arrays.stream(shape).filter(size -> size != 1).toArray();
  }

  /**
   * A network with the weights of this one, some layers of which stay as they are while it is
   * trained; gradients pass through them. It is exported, kept in checkpoints and trained on
   * several workers as any other, and the model's properties name its frozen layers.
   *
   * @param layers with weights, not the one that computes the loss; such as {@link
   *     WarmStart#layers}
   * @throws TrainingException if one of them is not such a layer, or normalises what still learns
   */
  public ComputationGraph frozen(ComputationGraph graph, String... layers) {
    return Freezing.frozen(graph, List.of(layers));
  }

  /**
   * A network of layers, some of which stay as they are, as {@link #frozen(ComputationGraph,
   * String...)}.
   *
   * @param names of layers; those without a name are {@code layer0}, {@code layer1} and so on
   */
  public MultiLayerNetwork frozen(MultiLayerNetwork layers, String... names) {
    return Freezing.frozen(layers, List.of(names));
  }

  private WarmStart warmStart(org.deeplearning4j.nn.api.Model network, List<String> layers)
      throws IOException {
    if (earlier().isEmpty()) {
      return WarmStart.NONE;
    }
    EarlierModel model = earlier().get();
    EarlierNetwork before =
        model
            .named()
            .orElseThrow(
                () ->
                    new TrainingException(
                        "Cannot start from model %s: Deeplearning4j did not train it. Take its weights by name: training.take(...)."
                            .formatted(model)));
    WarmStart start = Transplant.start(network, session.plan(), features(), before, layers);
    session.started(start);
    return start;
  }

  private void fit(Network given) throws InterruptedException {
    session.fit(given);
    network = Optional.of(given);
  }

  /** The network that was handed over. */
  TrainedModel saved() {
    Network saved =
        network.orElseThrow(
            () ->
                new TrainingException(
                    "Cannot make a model: the training function saved no network. End it with"
                        + " training.fit(network) or training.save(network)."));
    return new TrainedNetwork(saved, features());
  }
}
