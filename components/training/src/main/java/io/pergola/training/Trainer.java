package io.pergola.training;

import io.pergola.artifact.BestHyperparameters;
import io.pergola.artifact.Examples;
import io.pergola.artifact.FeatureVector;
import io.pergola.artifact.Model;
import io.pergola.artifact.Schema;
import io.pergola.artifact.TransformGraph;
import io.pergola.beam.BeamJobs;
import io.pergola.beam.DrivingComponent;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.pipeline.Execution;
import io.pergola.pipeline.OptionalChannel;
import io.pergola.training.internal.CurveRecorder;
import io.pergola.training.internal.ExampleReader;
import io.pergola.training.internal.ExampleRows;
import io.pergola.training.internal.ExampleStream;
import io.pergola.training.internal.FitLoop;
import io.pergola.training.internal.Nd4jSettings;
import io.pergola.training.internal.ParityCheck;
import io.pergola.training.internal.Rounds;
import io.pergola.training.internal.tensorboard.TensorBoardLog;
import io.pergola.transform.FittedPlan;
import io.pergola.transform.RawSample;
import io.pergola.transform.Transform;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Trains a model, with Deeplearning4j or another library, on transformed examples, or on raw ones
 * to which it applies the plan while it reads them, and exports it as a servable that is checked
 * against what was trained on real examples.
 *
 * @param graph the plan that transformed the examples, or that is applied to them
 * @param examples what to train on
 * @param form whether they are transformed or raw
 * @param function builds and trains the model: a {@link TrainFunction}, or another library's
 * @param steps the largest number of batches to train on
 * @param batchSize examples in a batch
 * @param seed of the order of examples and of initial weights
 * @param hyperparameters values for {@code function}, by name
 * @param patience evaluations without a new lowest loss before training stops; 0 for never
 * @param minDelta how much lower than the last one that counted an evaluation loss must be to count
 *     as new lowest, 0 or more
 * @param evaluateEvery steps between two evaluations; 0 for an epoch, but 200 or more, and a tenth
 *     of all steps or fewer
 * @param checkpointEvery steps between two checkpoints
 * @param trainSplit the split to train on
 * @param evalSplit the split to evaluate on; training goes without if the examples lack it
 * @param eventFiles whether the model has event files of TensorBoard
 * @param workers how many train at once, each on its part of the examples
 * @param version stands for the function's code, where its bytecode cannot
 * @param tuned what a tuner found best: values for {@code function} that go before {@code
 *     hyperparameters}
 * @param earlier a model to start from
 * @param earlierIfAny a model to start from if there is one
 * @param schema what the raw examples are expected to look like, for the function to read
 */
@BuiltIn
public record Trainer(
    Channel<TransformGraph> graph,
    Channel<? extends Examples<?>> examples,
    ExampleForm form,
    TrainingLibrary function,
    int steps,
    int batchSize,
    long seed,
    SortedMap<String, Object> hyperparameters,
    int patience,
    double minDelta,
    int evaluateEvery,
    int checkpointEvery,
    String trainSplit,
    String evalSplit,
    boolean eventFiles,
    int workers,
    Optional<String> version,
    Optional<Channel<BestHyperparameters>> tuned,
    Optional<Channel<Model>> earlier,
    Optional<OptionalChannel<Model>> earlierIfAny,
    Optional<Channel<Schema>> schema)
    implements DrivingComponent<Channel<Model>> {

  /** The number of examples that an evaluation during training takes, at most. */
  static final int EVALUATION_ROWS = 100_000;

  /** The name of Deeplearning4j's own file in a model: network, weights, updater state. */
  public static final String CHECKPOINT = "dl4j.zip";

  /** The folder of a model with event files, if {@link #tensorBoard} asked for them. */
  public static final String TENSOR_BOARD_FOLDER = "tensorboard";

  public Trainer {
    // Not unmodifiable by wrapper: a component must be serialisable and equal by value.
    hyperparameters = new TreeMap<>(Hyperparameters.of(hyperparameters).values());
    requirePositive("number of steps", steps);
    requirePositive("batch size", batchSize);
    requirePositive("number of steps between checkpoints", checkpointEvery);
    requirePositive("number of workers", workers);
    requireNotNegative("patience", patience);
    if (!(minDelta >= 0 && Double.isFinite(minDelta))) {
      throw new IllegalArgumentException(
          "Invalid smallest change of early stopping: %s (must be 0 or more)".formatted(minDelta));
    }
    requireNotNegative("number of steps between evaluations", evaluateEvery);
    if (earlier.isPresent() && earlierIfAny.isPresent()) {
      throw new IllegalArgumentException(
          "Cannot start from two models, %s and %s. Name one of them."
              .formatted(earlier.get(), earlierIfAny.get()));
    }
  }

  /** Starts a trainer on what Transform makes. */
  public static Of of(Transform.Outputs transformed) {
    return of(transformed.graph(), transformed.examples());
  }

  /** Starts a trainer on transformed examples and the plan that transformed them. */
  public static Of of(Channel<TransformGraph> graph, Channel<Examples<FeatureVector>> examples) {
    return new Of(graph, examples, ExampleForm.TRANSFORMED);
  }

  /**
   * Starts a trainer on raw examples, to which it applies a plan while it reads them: no
   * transformed examples have to be written before.
   *
   * @param graph fitted to these examples, or to earlier ones of their kind
   * @param raw with the columns that the plan reads, label and weight included
   */
  public static Of applying(Channel<TransformGraph> graph, Channel<? extends Examples<?>> raw) {
    return new Of(graph, raw, ExampleForm.RAW);
  }

  /**
   * A trainer that lacks its function.
   *
   * @param form what the examples are
   */
  public record Of(
      Channel<TransformGraph> graph, Channel<? extends Examples<?>> examples, ExampleForm form) {
    /**
     * Trains with {@code function}, 10,000 steps at most, batches of 1,024, seed 1.
     *
     * @param function a method reference or lambda
     */
    public Trainer with(TrainFunction function) {
      return using(function);
    }

    /**
     * Trains with another library than Deeplearning4j, and the same defaults as {@link #with}.
     *
     * @param library a record, a method reference or lambda
     */
    public Trainer using(TrainingLibrary library) {
      return new TrainerDraft(graph, examples, form, library).done();
    }
  }

  /** The same with at most this many steps; 10,000 unless called. */
  public Trainer steps(int most) {
    return copy(draft -> draft.steps = most);
  }

  /**
   * The same with batches of this size; 1,024 unless called. Smaller batches train fewer examples a
   * second.
   */
  public Trainer batchSize(int size) {
    return copy(draft -> draft.batchSize = size);
  }

  /** The same with this seed; 1 unless called. */
  public Trainer seed(long value) {
    return copy(draft -> draft.seed = value);
  }

  /** The same with these values for the function: numbers, text, truth values, lists of these. */
  public Trainer hyperparameters(Map<String, ?> values) {
    return copy(draft -> draft.hyperparameters = Hyperparameters.of(values).values());
  }

  /** The same with the components of a record as values for the function. */
  public Trainer hyperparameters(Record values) {
    return hyperparameters(Hyperparameters.of(values).values());
  }

  /** The same with the values that a tuner found best, which go before values given otherwise. */
  public Trainer hyperparameters(Channel<BestHyperparameters> best) {
    return copy(draft -> draft.tuned = best);
  }

  /**
   * The same, giving its function what the raw examples are expected to look like: {@link
   * Training#schema}. Default: not.
   */
  public Trainer schema(Channel<Schema> expected) {
    return copy(draft -> draft.schema = expected);
  }

  /**
   * The same, starting from another model: {@link Training#earlier} gives it to the function, and
   * {@link Training#warmStart(org.deeplearning4j.nn.graph.ComputationGraph)} copies its weights.
   *
   * @param model one that was trained, or imported
   */
  public Trainer startingFrom(Channel<Model> model) {
    return copy(
        draft -> {
          draft.earlier = model;
          draft.earlierIfAny = null;
        });
  }

  /**
   * The same, starting from another model if there is one, such as the newest one of earlier runs:
   * {@code startingFrom(p.add(Resolve.latest(Model.class)))}.
   */
  public Trainer startingFrom(OptionalChannel<Model> model) {
    return copy(
        draft -> {
          draft.earlier = null;
          draft.earlierIfAny = model;
        });
  }

  /**
   * The same, stopping after this many evaluations in a row without a new lowest loss; 5 unless
   * called.
   */
  public Trainer earlyStopping(int evaluations) {
    return earlyStopping(evaluations, 0);
  }

  /**
   * The same, stopping after this many evaluations in a row whose loss was not lower by {@code
   * minDelta} than the last one that was. The weights with the lowest loss are kept all the same.
   */
  public Trainer earlyStopping(int evaluations, double minDelta) {
    requirePositive("patience", evaluations);
    return copy(
        draft -> {
          draft.patience = evaluations;
          draft.minDelta = minDelta;
        });
  }

  /** The same, training all steps; the weights with the lowest evaluation loss are still kept. */
  public Trainer withoutEarlyStopping() {
    return copy(draft -> draft.patience = 0);
  }

  /**
   * The same, evaluating after every so many steps; see {@link #evaluateEvery()} for the default.
   */
  public Trainer evaluateEvery(int every) {
    requirePositive("number of steps between evaluations", every);
    return copy(draft -> draft.evaluateEvery = every);
  }

  /** The same, writing a checkpoint after every so many steps; 1,000 unless called. */
  public Trainer checkpointEvery(int every) {
    return copy(draft -> draft.checkpointEvery = every);
  }

  /** The same, training on this split; {@code train} unless called. */
  public Trainer trainSplit(String split) {
    return copy(draft -> draft.trainSplit = split);
  }

  /** The same, evaluating on this split; {@code eval} unless called. */
  public Trainer evalSplit(String split) {
    return copy(draft -> draft.evalSplit = split);
  }

  /**
   * The same, writing event files of TensorBoard into the model's folder {@value
   * #TENSOR_BOARD_FOLDER}, and into the folder of checkpoints while it trains.
   */
  public Trainer tensorBoard() {
    return copy(draft -> draft.eventFiles = true);
  }

  /**
   * The same, training on so many workers at once, as Beam jobs on the engine that the run has; 1
   * unless called, which needs no engine. A step is then a batch on every worker. The steps between
   * two evaluations are a round: each worker trains on its own part of the examples, all from the
   * same weights on, and the weights become the mean of theirs. A lost worker costs a round. Only
   * for functions that end with {@link Training#fit}; loops of one's own stay on one.
   */
  public Trainer workers(int count) {
    return copy(draft -> draft.workers = count);
  }

  /** The same with a version that stands for the function's code in the cache key. */
  public Trainer version(String code) {
    return copy(draft -> draft.version = code);
  }

  private Trainer copy(Consumer<TrainerDraft> change) {
    TrainerDraft draft = new TrainerDraft(this);
    change.accept(draft);
    return draft.done();
  }

  private Object writeReplace() {
    return new TrainerDraft(this);
  }

  @Override
  public Optional<String> codeVersion() {
    return version;
  }

  /** Trains as {@link #run(BeamJobs, Artifacts, Channel)} does, where there is no engine. */
  public void run(Artifacts artifacts, Channel<Model> out) throws Exception {
    run(
        (name, build) -> {
          throw new IllegalStateException(
              "Cannot train on %d workers: there is no engine. Run the pipeline, or take one worker."
                  .formatted(workers));
        },
        artifacts,
        out);
  }

  @Override
  public void run(BeamJobs jobs, Artifacts artifacts, Channel<Model> out) throws Exception {
    Path directory = artifacts.of(out).directory();
    SortedMap<String, Object> values = new TreeMap<>(hyperparameters);
    tuned.ifPresent(
        best -> values.putAll(Hyperparameters.read(artifacts.of(best).directory()).values()));
    train(
        TrainingInputs.of(this, artifacts),
        new Hyperparameters(values),
        Integer.MAX_VALUE,
        groups -> rounds(jobs, artifacts, groups),
        artifacts.execution(),
        trained -> {
          new ModelExport(artifacts.execution(), out, directory, workers).write(trained);
          if (eventFiles) {
            trained.log().copyTo(directory.resolve(TENSOR_BOARD_FOLDER));
          }
          return directory;
        });
  }

  /**
   * A training whose function is done, while its data is still open.
   *
   * @param compared features of real examples
   * @param raw reads raw examples, of those or others
   */
  record Trained(
      TrainingSession session,
      TrainedModel model,
      FittedPlan plan,
      TrainingFeatures features,
      ExampleRows compared,
      RawExamples raw,
      TensorBoardLog log) {}

  /** Raw examples that are read when they are needed. */
  interface RawExamples {
    List<ExampleBatch> read() throws IOException;
  }

  /** What is made of a training. */
  interface Result<T> {
    T of(Trained trained) throws Exception;
  }

  /**
   * Trains, and makes something of it.
   *
   * @param until the step after which {@code fit} pauses with a checkpoint
   * @param rounds how several workers train on some row groups together, if they do
   */
  <T> T train(
      TrainingInputs inputs,
      Hyperparameters values,
      int until,
      Function<List<RowGroup>, Optional<Rounds>> rounds,
      Execution execution,
      Result<T> result)
      throws Exception {
    Path data = inputs.examplesDirectory();
    FittedPlan plan = FittedPlan.read(inputs.graphDirectory());
    TrainingFeatures features = TrainingFeatures.of(plan.features(), seed);
    ExampleReader reader = ExampleReader.of(form, plan);
    reader.require(ExampleFiles.schema(data));
    List<RowGroup> trainGroups = rowGroups(data, trainSplit);
    if (rows(trainGroups) == 0) {
      throw new TrainingException(
          ("Cannot train: split '%s' has no examples (the examples have splits %s). Give ExampleGen"
                  + " more data, or name another split: Trainer.trainSplit(...).")
              .formatted(trainSplit, ExampleFiles.splits(data)));
    }
    Nd4jSettings.apply();
    Path events = execution.checkpoints().resolve(TENSOR_BOARD_FOLDER);
    try (TensorBoardLog log = new TensorBoardLog(events);
        ExampleStream train =
            new ExampleStream(trainGroups, reader, seed, ExampleStream.POOL_BYTES)) {
      List<RowGroup> evalGroups = rowGroups(data, evalSplit);
      ExampleRows evaluation = reader.first(evalGroups, EVALUATION_ROWS);
      TrainingSession session =
          new TrainingSession(
              plan,
              features,
              values,
              settings(trainGroups),
              new TrainingSession.Data(reader, trainGroups, train, evaluation),
              new CurveRecorder(steps, eventFiles ? Optional.of(log) : Optional.empty()),
              rounds.apply(trainGroups),
              inputs.openEarlier(),
              inputs.readSchema(),
              execution);
      session.pauseAfter(until);
      TrainedModel model = function.train(session);
      ExampleRows compared =
          evaluation.rows() > 0 ? evaluation : reader.first(trainGroups, ParityCheck.ROWS);
      List<RowGroup> raw = rows(evalGroups) > 0 ? evalGroups : trainGroups;
      return result.of(
          new Trained(
              session,
              model,
              plan,
              features,
              compared,
              () ->
                  form == ExampleForm.RAW
                      ? reader.firstRaw(raw, ParityCheck.ROWS)
                      : rawExamples(inputs.graphDirectory()),
              log));
    }
  }

  /** Those that Transform kept, of the evaluation split, or else of the training split. */
  private List<ExampleBatch> rawExamples(Path graphDirectory) throws IOException {
    List<ExampleBatch> evaluation = RawSample.read(graphDirectory, evalSplit);
    return evaluation.stream().anyMatch(batch -> batch.rows() > 0)
        ? evaluation
        : RawSample.read(graphDirectory, trainSplit);
  }

  private Optional<Rounds> rounds(BeamJobs jobs, Artifacts artifacts, List<RowGroup> groups) {
    return workers == 1
        ? Optional.empty()
        : Optional.of(
            new Rounds(
                jobs,
                artifacts.of(graph).directory(),
                form,
                groups,
                workers,
                seed,
                artifacts.execution().checkpoints().resolve("rounds")));
  }

  private FitLoop.Settings settings(List<RowGroup> groups) {
    String data = "%s %d".formatted(groups.get(0).file(), rows(groups));
    if (workers > 1) {
      data += " on %d workers".formatted(workers);
    }
    return new FitLoop.Settings(
        steps, batchSize, patience, minDelta, evaluateEvery, checkpointEvery, data);
  }

  static List<RowGroup> rowGroups(Path data, String split) {
    return ExampleFiles.splits(data).contains(split)
        ? ExampleFiles.rowGroups(data, List.of(split))
        : List.of();
  }

  private static long rows(List<RowGroup> groups) {
    return groups.stream().mapToLong(RowGroup::rows).sum();
  }

  private static void requirePositive(String what, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "Invalid %s: %d (must be 1 or more)".formatted(what, value));
    }
  }

  private static void requireNotNegative(String what, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "Invalid %s: %d (must be 0 or more)".formatted(what, value));
    }
  }
}
