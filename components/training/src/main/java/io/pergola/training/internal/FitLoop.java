package io.pergola.training.internal;

import io.pergola.pipeline.Execution;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.training.TrainingProfile;
import io.pergola.training.internal.Checkpoints.Progress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The standard training loop. */
public final class FitLoop {
  private static final Logger LOG = LoggerFactory.getLogger(FitLoop.class);
  private static final long REPORT_NANOS = 250_000_000;
  private static final int FEWEST_STEPS_BETWEEN_EVALUATIONS = 200;
  private static final int FEWEST_EVALUATIONS = 10;

  private final Settings settings;
  private final TrainingFeatures features;
  private final ExampleStream train;
  private final ExampleRows evaluation;
  private final Execution execution;

  private final CurveRecorder curves;
  private final Optional<Rounds> rounds;

  private int until = Integer.MAX_VALUE;
  private long inputNanos;
  private long computeNanos;
  private long evaluationNanos;
  private long checkpointNanos;
  private long trainedRows;
  private long reportedAt = System.nanoTime();

  /**
   * A loop.
   *
   * @param evaluation may be empty: then nothing is evaluated, and the last weights are kept
   * @param curves without steps: every step and evaluation is added
   * @param rounds trains on several workers; empty for this thread
   */
  public FitLoop(
      Settings settings,
      TrainingFeatures features,
      ExampleStream train,
      ExampleRows evaluation,
      CurveRecorder curves,
      Optional<Rounds> rounds,
      Execution execution) {
    this.rounds = rounds;
    this.settings = settings;
    this.features = features;
    this.train = train;
    this.evaluation = evaluation;
    this.curves = curves;
    this.execution = execution;
  }

  /**
   * How long to train.
   *
   * @param steps at most
   * @param batchSize examples in a step
   * @param patience evaluations without a new lowest loss before training stops; 0 for never
   * @param minDelta how much lower an evaluation loss must be to count as new lowest for patience
   * @param evaluateEvery steps; 0 for a choice by the size of the data
   * @param checkpointEvery steps
   * @param data stands for the examples: another value, other examples
   */
  public record Settings(
      int steps,
      int batchSize,
      int patience,
      double minDelta,
      int evaluateEvery,
      int checkpointEvery,
      String data) {}

  /**
   * What came of it.
   *
   * @param steps that were trained, those of earlier attempts included
   * @param bestStep the step whose weights the network has
   * @param loss the mean loss over the last batch
   * @param evaluation of the weights that the network has; empty if there was none
   * @param rowsPerSecond of the steps, evaluations not counted
   * @param profile of this attempt
   * @param lostRounds rounds of this attempt that were trained again because a worker was lost
   */
  public record Result(
      int steps,
      int bestStep,
      double loss,
      Optional<Evaluated> evaluation,
      double rowsPerSecond,
      TrainingProfile profile,
      int lostRounds) {}

  /**
   * The same loop, ending after a step with a checkpoint, from which a loop with a later end goes
   * on.
   *
   * @param step from 1; a loop ends after all its steps in any case
   */
  public FitLoop until(int step) {
    until = step;
    return this;
  }

  /** Trains. */
  public Result run(Network network, int batchSize) throws InterruptedException {
    long started = System.nanoTime();
    Checkpoints checkpoints = new Checkpoints(execution.checkpoints(), key(network));
    int every = evaluateEvery(batchSize);
    Progress progress = Progress.NONE;
    INDArray best = null;
    int step = 0;
    Optional<Checkpoints.State> resumed = checkpoints.latest();
    if (resumed.isPresent()) {
      Checkpoints.State state = resumed.get();
      checkpoints.restore(state, network);
      train.seek(state.epoch(), state.offset());
      progress = state.progress();
      curves.restore(state.curves());
      best = checkpoints.best(state, network).orElse(null);
      step = (int) state.step();
      LOG.info("Goes on from the checkpoint of step {}", step);
    }
    curves.describe(network);
    reseed(step);
    double loss = Double.NaN;
    int end = Math.min(until, settings.steps());
    LayerClock clock = new LayerClock(network.model());
    try {
      while (step < end && !patienceIsOver(progress)) {
        double[] losses = train(network, batchSize, step, every, end, clock);
        int iteration = network.iteration() - losses.length;
        for (double each : losses) {
          step++;
          loss = each;
          requireNumber(step, loss);
          network.iteration(++iteration);
          curves.step(step, loss, network::learningRate);
        }
        report(step, loss, progress);
        if (evaluation.rows() > 0 && (step % every == 0 || step == end)) {
          progress = evaluated(network, step, progress);
          if (progress.bestStep() == step) {
            best = network.parameters().dup();
          }
        }
        boolean due = step % settings.checkpointEvery() == 0 || step == end;
        if (due && step < settings.steps()) {
          long start = System.nanoTime();
          checkpoints.write(
              checkpoints.state(step, train, network, progress, curves.state()), network, best);
          checkpointNanos += System.nanoTime() - start;
          reseed(step);
        }
      }
    } finally {
      clock.stop();
    }
    return finished(
        network, step, loss, progress, best, profile(System.nanoTime() - started, clock));
  }

  /** Trains one step, or on several workers up to the next stop; returns the loss of each step. */
  private double[] train(
      Network network, int batchSize, int step, int every, int end, LayerClock clock)
      throws InterruptedException {
    if (rounds.isEmpty()) {
      return new double[] {train(network, batchSize, clock)};
    }
    long start = System.nanoTime();
    int to = Math.min(end, Math.min(next(step, every), next(step, settings.checkpointEvery())));
    double[] losses = rounds.get().train(network, batchSize, step, to);
    computeNanos += System.nanoTime() - start;
    trainedRows += (long) batchSize * losses.length * rounds.get().workers();
    return losses;
  }

  private static int next(int step, int every) {
    return (step / every + 1) * every;
  }

  private double train(Network network, int batchSize, LayerClock clock) {
    clock.beforeStep();
    long start = System.nanoTime();
    ExampleRows batch = train.next(batchSize);
    long fed = System.nanoTime();
    inputNanos += fed - start;
    network.fit(batch);
    double loss = network.score();
    long computed = System.nanoTime() - fed;
    clock.afterStep(computed);
    computeNanos += computed;
    trainedRows += batchSize;
    execution.addRows(batchSize);
    return loss;
  }

  private Progress evaluated(Network network, int step, Progress before) {
    long start = System.nanoTime();
    Evaluated evaluated = Evaluated.of(network, features, evaluation);
    evaluationNanos += System.nanoTime() - start;
    double loss = evaluated.loss();
    requireNumber(step, loss);
    curves.evaluated(evaluated);
    curves.weights(network);
    return before.evaluated(step, loss, settings.minDelta());
  }

  private Result finished(
      Network network,
      int step,
      double loss,
      Progress progress,
      @Nullable INDArray best,
      TrainingProfile profile) {
    if (best == null) {
      return new Result(step, step, loss, Optional.empty(), rowsPerSecond(), profile, lost());
    }
    if (progress.bestStep() != step) {
      network.parameters().assign(best);
    }
    return new Result(
        step,
        (int) progress.bestStep(),
        loss,
        curves.evaluation((int) progress.bestStep()),
        rowsPerSecond(),
        profile,
        lost());
  }

  private int lost() {
    return rounds.map(Rounds::lost).orElse(0);
  }

  private double rowsPerSecond() {
    long nanos = inputNanos + computeNanos;
    return nanos == 0 ? 0 : trainedRows * 1e9 / nanos;
  }

  private TrainingProfile profile(long nanos, LayerClock clock) {
    double all = Math.max(1, nanos);
    return new TrainingProfile(
        all / 1e9,
        inputNanos / all,
        computeNanos / all,
        evaluationNanos / all,
        checkpointNanos / all,
        clock.shares());
  }

  private boolean patienceIsOver(Progress progress) {
    return settings.patience() > 0 && progress.waited() >= settings.patience();
  }

  private void report(int step, double loss, Progress progress) throws InterruptedException {
    long now = System.nanoTime();
    if (now - reportedAt < REPORT_NANOS && step < settings.steps()) {
      return;
    }
    reportedAt = now;
    execution.throwIfCancelled();
    String evaluated =
        Double.isNaN(progress.evaluationLoss())
            ? ""
            : ", evaluation loss %.4f".formatted(progress.evaluationLoss());
    execution.progress(
        "step %,d of %,d, loss %.4f%s, %,.0f rows/s"
            .formatted(step, settings.steps(), loss, evaluated, rowsPerSecond()));
  }

  /**
   * Steps between two evaluations: an epoch, but 200 or more, and a tenth of all steps or fewer.
   */
  private int evaluateEvery(int batchSize) {
    if (settings.evaluateEvery() > 0) {
      return settings.evaluateEvery();
    }
    long epoch = Math.max(FEWEST_STEPS_BETWEEN_EVALUATIONS, train.rows() / batchSize);
    return (int) Math.max(1, Math.min(epoch, settings.steps() / FEWEST_EVALUATIONS));
  }

  /** Makes dropout after a checkpoint the same whether or not the process died there. */
  private void reseed(int step) {
    Nd4j.getRandom().setSeed(ExampleStream.mixed(features.seed(), step, -2));
  }

  /**
   * Refuses a loss that is no number.
   *
   * @throws TrainingException if the loss is NaN or infinite
   */
  public static void requireNumber(int step, double loss) {
    if (!Double.isFinite(loss)) {
      throw new TrainingException(
          ("Cannot go on training at step %d: the loss is %s. Lower the learning rate, and look for"
                  + " NaN or huge values among the features and labels.")
              .formatted(step, loss));
    }
  }

  private String key(Network network) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((settings + "\n" + features).getBytes(StandardCharsets.UTF_8));
      digest.update(network.configuration().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
