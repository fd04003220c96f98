package io.pergola.training;

import io.pergola.beam.RowGroup;
import io.pergola.pipeline.Execution;
import io.pergola.training.internal.CurveRecorder;
import io.pergola.training.internal.Evaluated;
import io.pergola.training.internal.ExampleReader;
import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.ExampleStream;
import io.pergola.training.internal.FitLoop;
import io.pergola.training.internal.Network;
import io.pergola.training.internal.Predictor;
import io.pergola.training.internal.Rounds;
import io.pergola.transform.FittedPlan;
import io.pergola.validation.DataSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@link TrainingLibrary} works with: the examples as arrays, the settings, and where it
 * says how it gets on. Not thread-safe.
 */
public final class TrainingSession {
  private static final int EVALUATION_BATCH = 4_096;

  private final FittedPlan plan;
  private final TrainingFeatures features;
  private final Hyperparameters hyperparameters;
  private final FitLoop.Settings settings;
  private final Data data;
  private final CurveRecorder curves;
  private final Optional<Rounds> rounds;
  private final Optional<EarlierModel> earlier;
  private final Optional<DataSchema> schema;
  private final Execution execution;
  private final SortedMap<String, String> taken = new TreeMap<>();
  private final SortedMap<String, String> anew = new TreeMap<>();
  private int until = Integer.MAX_VALUE;
  private Optional<FitLoop.Result> result = Optional.empty();

  /**
   * The examples.
   *
   * @param groups of the training split
   * @param evaluation may be empty
   */
  record Data(
      ExampleReader reader, List<RowGroup> groups, ExampleStream train, ExampleRows evaluation) {}

  TrainingSession(
      FittedPlan plan,
      TrainingFeatures features,
      Hyperparameters hyperparameters,
      FitLoop.Settings settings,
      Data data,
      CurveRecorder curves,
      Optional<Rounds> rounds,
      Optional<EarlierModel> earlier,
      Optional<DataSchema> schema,
      Execution execution) {
    this.plan = plan;
    this.features = features;
    this.hyperparameters = hyperparameters;
    this.settings = settings;
    this.data = data;
    this.curves = curves;
    this.rounds = rounds;
    this.earlier = earlier;
    this.schema = schema;
    this.execution = execution;
  }

  /** The features and the label that shape a model. */
  public TrainingFeatures features() {
    return features;
  }

  /** The plan that makes the features. */
  public FittedPlan plan() {
    return plan;
  }

  /** The values given with {@link Trainer#hyperparameters(java.util.Map)}. */
  public Hyperparameters hyperparameters() {
    return hyperparameters;
  }

  /** The model to start from; empty if there is none, as on a first run. */
  public Optional<EarlierModel> earlier() {
    return earlier;
  }

  /**
   * What the raw examples are expected to look like: domains, ranges, presence of columns; empty
   * unless {@link Trainer#schema(io.pergola.pipeline.Channel)} gave it.
   */
  public Optional<DataSchema> schema() {
    return schema;
  }

  /** The largest number of steps to train. */
  public int steps() {
    return settings.steps();
  }

  /** The number of examples in a batch: what was asked for, or all if there are fewer. */
  public int batchSize() {
    return (int) Math.min(settings.batchSize(), Math.max(1, data.train().rows()));
  }

  /** The seed that decides the order of examples and, by convention, the initial weights. */
  public long seed() {
    return features.seed();
  }

  /** A folder that survives a crash: a library keeps its checkpoints here. */
  public Path checkpoints() {
    return execution.checkpoints();
  }

  /** The next training batch of {@link #batchSize}: shuffled, epoch after epoch without end. */
  public ExampleArrays nextBatch() {
    return ExampleArrays.of(next());
  }

  /** The number of whole passes over the training examples so far. */
  public long epoch() {
    return data.train().epoch();
  }

  /**
   * The first training examples, in their order, for libraries that want all at once.
   *
   * @param most at most so many, 1 or more
   */
  public ExampleArrays firstExamples(int most) {
    return ExampleArrays.of(data.reader().first(data.groups(), most));
  }

  /** The first {@value Trainer#EVALUATION_ROWS} examples of the evaluation split, in order. */
  public List<ExampleArrays> evaluationBatches() {
    return evaluationRows().stream().map(ExampleArrays::of).toList();
  }

  /**
   * Says that a step is done: it is shown, and a point of the training curves.
   *
   * @param step from 1, ascending
   * @param loss of this step
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

  /**
   * The mean loss over the evaluation examples; empty if there are none. It becomes a point of the
   * training curves, at the last step that was reported.
   */
  public OptionalDouble evaluate(Scorer scorer) {
    return evaluated(predictor(scorer));
  }

  /** The predictions of a scorer, checked for their number. */
  Predictor predictor(Scorer scorer) {
    return rows -> {
      float[] predictions = scorer.predict(ExampleArrays.of(rows));
      if (predictions.length != (long) rows.rows() * features.outputs()) {
        throw new TrainingException(
            "Cannot use the model: it gives %d predictions for %d examples, and label '%s' needs %d each. Give as many."
                .formatted(predictions.length, rows.rows(), features.label(), features.outputs()));
      }
      return predictions;
    };
  }

  OptionalDouble evaluated(Predictor predictor) {
    if (data.evaluation().rows() == 0) {
      return OptionalDouble.empty();
    }
    Evaluated evaluated = Evaluated.of(predictor, features, data.evaluation());
    if (Double.isFinite(evaluated.loss())) {
      curves.evaluated(evaluated);
    }
    return OptionalDouble.of(evaluated.loss());
  }

  /** What the last evaluation said, if it was after the last step. */
  Optional<Evaluated> lastEvaluation() {
    return curves.evaluation(curves.lastStep());
  }

  ExampleRows next() {
    return data.train().next(batchSize());
  }

  List<ExampleRows> evaluationRows() {
    ExampleRows evaluation = data.evaluation();
    List<ExampleRows> batches = new ArrayList<>();
    for (int from = 0; from < evaluation.rows(); from += EVALUATION_BATCH) {
      batches.add(evaluation.range(from, Math.min(evaluation.rows(), from + EVALUATION_BATCH)));
    }
    return batches;
  }

  /** Trains a network with the standard loop. */
  void fit(Network network) throws InterruptedException {
    FitLoop loop =
        new FitLoop(settings, features, data.train(), data.evaluation(), curves, rounds, execution)
            .until(until);
    result = Optional.of(loop.run(network, batchSize()));
  }

  /** Remembers what a network took from the earlier model. */
  void started(WarmStart start) {
    anew.putAll(start.left());
    taken.putAll(start.taken());
    anew.keySet().removeAll(taken.keySet());
  }

  /** By layer, what was taken from the earlier model. */
  SortedMap<String, String> taken() {
    return taken;
  }

  /** By layer, why nothing was taken from the earlier model. */
  SortedMap<String, String> anew() {
    return anew;
  }

  /** Ends {@code fit} after a step, with a checkpoint that another training goes on from. */
  void pauseAfter(int step) {
    until = step;
  }

  /** What came of the standard loop, if it ran. */
  Optional<FitLoop.Result> result() {
    return result;
  }

  /** What the evaluation examples say of a model, and the step whose weights it has. */
  Tuned evaluated(TrainedModel model) {
    Evaluated evaluated =
        result
            .flatMap(FitLoop.Result::evaluation)
            .orElseGet(() -> Evaluated.of(predictor(model), features, data.evaluation()));
    int steps = result.map(FitLoop.Result::steps).orElse(curves.lastStep());
    return new Tuned(
        evaluated, steps, result.map(FitLoop.Result::bestStep).orElse(curves.lastStep()));
  }

  /** How a trial's model does. */
  record Tuned(Evaluated evaluated, int steps, int keptStep) {}

  /** Ends the curves; those of a loop other than the standard one end with what is kept. */
  TrainingCurves endCurves(TrainedModel model) {
    if (result.isEmpty() && model instanceof TrainedNetwork trained) {
      curves.describe(trained.network());
      curves.weights(trained.network());
    }
    int kept = result.map(FitLoop.Result::bestStep).orElse(curves.lastStep());
    return curves.curves(features, batchSize(), kept);
  }
}
