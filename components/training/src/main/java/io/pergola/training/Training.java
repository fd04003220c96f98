package io.pergola.training;

import io.pergola.pipeline.Execution;
import io.pergola.training.internal.CurveRecorder;
import io.pergola.training.internal.Evaluated;
import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.ExampleStream;
import io.pergola.training.internal.FitLoop;
import io.pergola.training.internal.Network;
import io.pergola.training.internal.Rounds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

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

  private static final int EVALUATION_BATCH = 4_096;

  private final TrainingFeatures features;
  private final Hyperparameters hyperparameters;
  private final FitLoop.Settings settings;
  private final ExampleStream train;
  private final ExampleRows evaluation;
  private final Execution execution;
  private final CurveRecorder curves;
  private final Optional<Rounds> rounds;

  private int until = Integer.MAX_VALUE;
  private Optional<Network> network = Optional.empty();
  private Optional<FitLoop.Result> result = Optional.empty();

  Training(
      TrainingFeatures features,
      Hyperparameters hyperparameters,
      FitLoop.Settings settings,
      ExampleStream train,
      ExampleRows evaluation,
      CurveRecorder curves,
      Optional<Rounds> rounds,
      Execution execution) {
    this.rounds = rounds;
    this.features = features;
    this.hyperparameters = hyperparameters;
    this.settings = settings;
    this.train = train;
    this.evaluation = evaluation;
    this.execution = execution;
    this.curves = curves;
  }

  /** The features and the label that shape a network. */
  public TrainingFeatures features() {
    return features;
  }

  /** The values given with {@link Trainer#hyperparameters(java.util.Map)}. */
  public Hyperparameters hyperparameters() {
    return hyperparameters;
  }

  /** The largest number of steps to train. */
  public int steps() {
    return settings.steps();
  }

  /** The number of examples in a batch: what was asked for, or all if there are fewer. */
  public int batchSize() {
    return (int) Math.min(settings.batchSize(), Math.max(1, train.rows()));
  }

  /** The seed that decides the order of examples and, by convention, the initial weights. */
  public long seed() {
    return features.seed();
  }

  /** A folder that survives a crash: an author's own loop keeps its checkpoints here. */
  public Path checkpoints() {
    return execution.checkpoints();
  }

  /** The next training batch: shuffled, epoch after epoch without end. */
  public Batch nextBatch() {
    return new Batch(train.next(batchSize()), features);
  }

  /** The number of whole passes over the training examples so far. */
  public long epoch() {
    return train.epoch();
  }

  /** The first {@value Trainer#EVALUATION_ROWS} examples of the evaluation split, in order. */
  public List<Batch> evaluationBatches() {
    List<Batch> batches = new ArrayList<>();
    for (int from = 0; from < evaluation.rows(); from += EVALUATION_BATCH) {
      int to = Math.min(evaluation.rows(), from + EVALUATION_BATCH);
      batches.add(new Batch(evaluation.range(from, to), features));
    }
    return batches;
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
    fit(Network.of(graph, features));
  }

  /** Trains a network of layers, as {@link #fit(ComputationGraph)}. */
  public void fit(MultiLayerNetwork layers) throws InterruptedException {
    fit(Network.of(layers, features));
  }

  /**
   * The mean loss over the evaluation examples; empty if there are none. It becomes a point of the
   * training curves, at the last step that was reported.
   */
  public OptionalDouble evaluate(ComputationGraph graph) {
    return evaluate(Network.of(graph, features));
  }

  /** The mean loss over the evaluation examples; empty if there are none. */
  public OptionalDouble evaluate(MultiLayerNetwork layers) {
    return evaluate(Network.of(layers, features));
  }

  /**
   * Reports a step of an author's own loop.
   *
   * @throws TrainingException if the loss is NaN or infinite
   * @throws InterruptedException if the run was cancelled
   */
  public void progress(int step, double loss) throws InterruptedException {
    FitLoop.requireNumber(step, loss);
    curves.step(step, loss, () -> Double.NaN);
    execution.throwIfCancelled();
    execution.addRows(batchSize());
    execution.progress("step %,d of %,d, loss %.4f".formatted(step, steps(), loss));
  }

  /**
   * Reports a number of the author's own, such as a norm of gradients, after the last reported
   * step. It becomes a curve beside the loss, and a scalar of TensorBoard. A curve has 200 points
   * at most: of more the last of as many steps.
   *
   * @param name of the curve
   * @throws IllegalArgumentException if the name is blank, or the value is NaN or infinite
   */
  public void summary(String name, double value) {
    if (name.isBlank() || !Double.isFinite(value)) {
      throw new IllegalArgumentException(
          "Invalid summary '%s': %s (must have a name, and be a finite number)"
              .formatted(name, value));
    }
    curves.summary(name, value);
  }

  /** Hands over the network that the model is made of; {@code fit} does this itself. */
  public void save(ComputationGraph graph) {
    network = Optional.of(Network.of(graph, features));
  }

  /** Hands over the network that the model is made of; {@code fit} does this itself. */
  public void save(MultiLayerNetwork layers) {
    network = Optional.of(Network.of(layers, features));
  }

  private OptionalDouble evaluate(Network given) {
    if (evaluation.rows() == 0) {
      return OptionalDouble.empty();
    }
    Evaluated evaluated = Evaluated.of(given, features, evaluation);
    if (Double.isFinite(evaluated.loss())) {
      curves.evaluated(evaluated);
    }
    return OptionalDouble.of(evaluated.loss());
  }

  private void fit(Network given) throws InterruptedException {
    FitLoop loop =
        new FitLoop(settings, features, train, evaluation, curves, rounds, execution).until(until);
    result = Optional.of(loop.run(given, batchSize()));
    network = Optional.of(given);
  }

  /** Ends {@code fit} after a step, with a checkpoint that another training goes on from. */
  void pauseAfter(int step) {
    until = step;
  }

  /**
   * What the evaluation examples say of the network that was saved, and the step whose weights it
   * has.
   */
  TunedNetwork evaluated() {
    Evaluated evaluated =
        result
            .flatMap(FitLoop.Result::evaluation)
            .orElseGet(() -> Evaluated.of(saved(), features, evaluation));
    int steps = result.map(FitLoop.Result::steps).orElse(curves.lastStep());
    return new TunedNetwork(
        evaluated, steps, result.map(FitLoop.Result::bestStep).orElse(curves.lastStep()));
  }

  /** How a trial's network does. */
  record TunedNetwork(Evaluated evaluated, int steps, int keptStep) {}

  Network saved() {
    return network.orElseThrow(
        () ->
            new TrainingException(
                "Cannot make a model: the training function saved no network. End it with"
                    + " training.fit(network) or training.save(network)."));
  }

  /** Ends the curves; those of an author's own loop end with the weights that are kept. */
  TrainingCurves endCurves() {
    int kept = result.map(FitLoop.Result::bestStep).orElse(curves.lastStep());
    if (result.isEmpty()) {
      curves.describe(saved());
      curves.weights(saved());
    }
    return curves.curves(features, batchSize(), kept);
  }

  Optional<FitLoop.Result> result() {
    return result;
  }
}
