package io.pergola.training.internal;

import io.pergola.model.Task;
import io.pergola.training.FeatureLayer;
import io.pergola.training.Training;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The two kinds of networks of Deeplearning4j, fed with examples. Not thread-safe. */
public abstract sealed class Network implements Predictor {
  final TrainingFeatures features;

  private Network(TrainingFeatures features) {
    this.features = features;
  }

  /**
   * A network over the features; initialised if it is not yet.
   *
   * @throws TrainingException if its inputs or outputs are not those of the features
   */
  public static Network of(ComputationGraph graph, TrainingFeatures features) {
    graph.init();
    RowMajorDense.into(graph);
    return new OfGraph(graph, features);
  }

  /**
   * A network over the features; initialised if it is not yet.
   *
   * @throws TrainingException if its inputs or outputs are not those of the features
   */
  public static Network of(MultiLayerNetwork layers, TrainingFeatures features) {
    layers.init();
    RowMajorDense.into(layers);
    return new OfLayers(layers, features);
  }

  /**
   * A network as {@link #configuration} describes it, with initial weights.
   *
   * @param kind as {@link #kind} gives it
   */
  static Network of(Kind kind, String configuration, TrainingFeatures features) {
    return switch (kind) {
      case GRAPH ->
          of(new ComputationGraph(ComputationGraphConfiguration.fromJson(configuration)), features);
      case LAYERS ->
          of(new MultiLayerNetwork(MultiLayerConfiguration.fromJson(configuration)), features);
    };
  }

  /** Which of Deeplearning4j's two classes a network is of. */
  enum Kind {
    GRAPH,
    LAYERS
  }

  Kind kind() {
    return this instanceof OfGraph ? Kind.GRAPH : Kind.LAYERS;
  }

  /** What was given. */
  public abstract Model model();

  /** One training step. */
  public abstract void fit(ExampleRows batch);

  @Override
  public abstract float[] output(ExampleRows examples);

  /** The configuration as JSON, the same for networks that are built the same. */
  public abstract String configuration();

  /** The state of the updater, such as Adam's moments; null if it has none. */
  abstract @Nullable INDArray updaterState();

  /** The learning rate of the last step, of the first layer that has one; NaN if none has. */
  public double learningRate() {
    int last = Math.max(0, iteration() - 1);
    for (org.deeplearning4j.nn.api.Layer layer : layers()) {
      if (!Structure.isFrozen(layer)
          && layer.conf().getLayer() instanceof BaseLayer base
          && base.getIUpdater() != null
          && base.getIUpdater().hasLearningRate()) {
        return base.getIUpdater().getLearningRate(last, 0);
      }
    }
    return Double.NaN;
  }

  abstract org.deeplearning4j.nn.api.Layer[] layers();

  abstract int iteration();

  abstract void iteration(int iteration);

  /** The mean loss over the last batch, regularisation included, as the network computes it. */
  public double score() {
    return model().score();
  }

  /** Each table of weights by its name: {@code hidden_1_W}, or {@code 0_W} of layers in a row. */
  public SortedMap<String, float[]> weights() {
    SortedMap<String, float[]> weights = new TreeMap<>();
    model().paramTable().forEach((name, table) -> weights.put(name, table.dup().data().asFloat()));
    return weights;
  }

  INDArray parameters() {
    return model().params();
  }

  /** Writes the network as Deeplearning4j reads it; the same network gives the same bytes. */
  public void write(Path file) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    ModelSerializer.writeModel(model(), temporary.toFile(), true);
    Zips.copyWithoutTimes(temporary, file);
    Files.delete(temporary);
  }

  /** The labels: [n, 1], or one-hot for a category. */
  public static INDArray labels(ExampleRows batch, TrainingFeatures features) {
    int outputs = features.outputs();
    if (features.task() != Task.MULTICLASS) {
      return Nd4j.create(batch.labels(), new long[] {batch.rows(), 1}, 'c');
    }
    float[] oneHot = new float[batch.rows() * outputs];
    for (int row = 0; row < batch.rows(); row++) {
      oneHot[row * outputs + (int) batch.labels()[row]] = 1;
    }
    return Nd4j.create(oneHot, new long[] {batch.rows(), outputs}, 'c');
  }

  /**
   * The weights of examples, which Deeplearning4j takes as a mask of the labels: a loss multiplies
   * what it gives for an example by it.
   *
   * @return [n, 1]; null if each counts 1
   */
  public static @Nullable INDArray weights(ExampleRows batch) {
    return batch.weights().length == 0
        ? null
        : Nd4j.create(batch.weights(), new long[] {batch.rows(), 1}, 'c');
  }

  /** The columns {@code from} to {@code to}, exclusive, of the features. */
  public static INDArray columns(ExampleRows batch, int from, int to) {
    int width = batch.width();
    if (from == 0 && to == width) {
      return Nd4j.create(batch.features(), new long[] {batch.rows(), width}, 'c');
    }
    int count = to - from;
    float[] values = new float[batch.rows() * count];
    for (int row = 0; row < batch.rows(); row++) {
      System.arraycopy(batch.features(), row * width + from, values, row * count, count);
    }
    return Nd4j.create(values, new long[] {batch.rows(), count}, 'c');
  }

  /**
   * The mask of a sequence: 1 for its ids, 0 for padding; the first step always counts, so that an
   * example without any id has one.
   *
   * @param from the sequence's first column of the features
   * @param to the column after its last
   * @param padding the id that stands for padding
   * @return [n, length]
   */
  public static INDArray mask(ExampleRows batch, int from, int to, int padding) {
    int length = to - from;
    float[] mask = new float[batch.rows() * length];
    for (int row = 0; row < batch.rows(); row++) {
      for (int i = 0; i < length; i++) {
        boolean real = batch.features()[row * batch.width() + from + i] != padding;
        mask[row * length + i] = real || i == 0 ? 1 : 0;
      }
    }
    return Nd4j.create(mask, new long[] {batch.rows(), length}, 'c');
  }

  /** The mask of an input; null if it is no sequence. */
  @Nullable INDArray mask(String input, ExampleRows batch) {
    for (FittedPlan.SequenceFeature sequence : features.sequences()) {
      if (sequence.name().equals(input)) {
        TrainingFeatures.Range columns = features.columnsOf(input).orElseThrow();
        return mask(batch, columns.from(), columns.to(), sequence.size());
      }
    }
    return null;
  }

  float[] checked(INDArray output, int rows) {
    if (output.rank() != 2 || output.size(0) != rows || output.size(1) != features.outputs()) {
      throw new TrainingException(
          ("Cannot use the network: its output has shape %s, and label '%s' needs [%d, %d]. Give"
                  + " the output layer nOut(%d).")
              .formatted(
                  Arrays.toString(output.shape()),
                  features.label(),
                  rows,
                  features.outputs(),
                  features.outputs()));
    }
    return Arrays2d.rowMajor(output);
  }

  private static void requireFloats(INDArray parameters) {
    if (parameters.dataType() != DataType.FLOAT) {
      throw new TrainingException(
          "Cannot train a network of type %s: examples are float32. Configure DataType.FLOAT."
              .formatted(parameters.dataType()));
    }
  }

  private static final class OfGraph extends Network {
    private final ComputationGraph graph;
    private final int[] from;
    private final int[] to;

    OfGraph(ComputationGraph graph, TrainingFeatures features) {
      super(features);
      this.graph = graph;
      requireFloats(graph.params());
      List<String> inputs = graph.getConfiguration().getNetworkInputs();
      if (graph.getConfiguration().getNetworkOutputs().size() != 1) {
        throw new TrainingException(
            "Cannot train a network with outputs %s: a plan has one label. Give it one output."
                .formatted(graph.getConfiguration().getNetworkOutputs()));
      }
      from = new int[inputs.size()];
      to = new int[inputs.size()];
      for (int i = 0; i < from.length; i++) {
        String input = inputs.get(i);
        TrainingFeatures.Range columns =
            features
                .columnsOf(input)
                .orElseThrow(
                    () ->
                        new TrainingException(
                            ("Cannot feed input '%s' of the network: inputs are named '%s' (dense"
                                    + " values, then ids), '%s' (dense values), or by a feature %s."
                                    + " Rename it.")
                                .formatted(
                                    input, Training.FEATURES, Training.DENSE, features.inputs())));
        from[i] = columns.from();
        to[i] = columns.to();
      }
    }

    @Override
    public Model model() {
      return graph;
    }

    @Override
    public void fit(ExampleRows batch) {
      INDArray[] labels = {labels(batch, features)};
      INDArray weights = weights(batch);
      if (features.sequences().isEmpty() && weights == null) {
        graph.fit(inputs(batch), labels);
      } else {
        graph.fit(
            inputs(batch),
            labels,
            features.sequences().isEmpty() ? null : masks(batch),
            weights == null ? null : new INDArray[] {weights});
      }
    }

    @Override
    public float[] output(ExampleRows examples) {
      INDArray[] outputs =
          features.sequences().isEmpty()
              ? graph.output(inputs(examples))
              : graph.output(false, inputs(examples), masks(examples));
      return checked(outputs[0], examples.rows());
    }

    private @Nullable INDArray[] masks(ExampleRows batch) {
      List<String> inputs = graph.getConfiguration().getNetworkInputs();
      @Nullable INDArray[] masks = new INDArray[inputs.size()];
      for (int i = 0; i < masks.length; i++) {
        masks[i] = mask(inputs.get(i), batch);
      }
      return masks;
    }

    private INDArray[] inputs(ExampleRows batch) {
      INDArray[] inputs = new INDArray[from.length];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = columns(batch, from[i], to[i]);
      }
      return inputs;
    }

    @Override
    public String configuration() {
      return graph.getConfiguration().toJson();
    }

    @Override
    @Nullable INDArray updaterState() {
      return graph.getUpdater().getStateViewArray();
    }

    @Override
    org.deeplearning4j.nn.api.Layer[] layers() {
      return graph.getLayers();
    }

    @Override
    int iteration() {
      return graph.getConfiguration().getIterationCount();
    }

    @Override
    void iteration(int iteration) {
      graph.getConfiguration().setIterationCount(iteration);
    }
  }

  private static final class OfLayers extends Network {
    private final MultiLayerNetwork layers;

    OfLayers(MultiLayerNetwork layers, TrainingFeatures features) {
      super(features);
      this.layers = layers;
      requireFloats(layers.params());
      if (!features.sequences().isEmpty()) {
        throw new TrainingException(
            "Cannot feed the sequences %s to a MultiLayerNetwork: they need masks. Write a ComputationGraph, or use TextClassifier."
                .formatted(
                    features.sequences().stream().map(FittedPlan.SequenceFeature::name).toList()));
      }
      Layer first = Structure.thawed(layers.getLayerWiseConfigurations().getConf(0).getLayer());
      boolean oneIdOnly = features.width() == 1;
      if (!features.categorical().isEmpty() && !oneIdOnly && !(first instanceof FeatureLayer)) {
        throw new TrainingException(
            ("Cannot feed the categorical features %s to a MultiLayerNetwork whose first layer is"
                    + " %s: ids are not numbers. Start it with FeatureEmbeddings.of(...), or write"
                    + " a ComputationGraph.")
                .formatted(features.categorical().keySet(), first.getClass().getSimpleName()));
      }
    }

    @Override
    public Model model() {
      return layers;
    }

    @Override
    public void fit(ExampleRows batch) {
      INDArray weights = weights(batch);
      if (weights == null) {
        layers.fit(columns(batch, 0, batch.width()), labels(batch, features));
      } else {
        layers.fit(columns(batch, 0, batch.width()), labels(batch, features), null, weights);
      }
    }

    @Override
    public float[] output(ExampleRows examples) {
      return checked(layers.output(columns(examples, 0, examples.width())), examples.rows());
    }

    @Override
    public String configuration() {
      return layers.getLayerWiseConfigurations().toJson();
    }

    @Override
    @Nullable INDArray updaterState() {
      return layers.getUpdater().getStateViewArray();
    }

    @Override
    org.deeplearning4j.nn.api.Layer[] layers() {
      return layers.getLayers();
    }

    @Override
    int iteration() {
      return layers.getIterationCount();
    }

    @Override
    void iteration(int iteration) {
      layers.setIterationCount(iteration);
    }
  }
}
