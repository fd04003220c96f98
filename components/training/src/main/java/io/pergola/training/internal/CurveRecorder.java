package io.pergola.training.internal;

import io.pergola.training.TrainingCurves;
import io.pergola.training.TrainingCurves.Curve;
import io.pergola.training.TrainingCurves.Evaluation;
import io.pergola.training.TrainingCurves.Point;
import io.pergola.training.TrainingFeatures;
import io.pergola.training.internal.tensorboard.TensorBoardLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;

/**
 * Collects the curves of a training: {@value #POINTS} points of the training loss at most, each the
 * mean of as many steps, every evaluation, and numbers of the author's own. Not thread-safe.
 */
public final class CurveRecorder {
  static final int POINTS = 200;

  private final int window;
  private final Optional<TensorBoardLog> log;
  private final List<Point> training = new ArrayList<>();
  private final List<Evaluation> evaluations = new ArrayList<>();
  private final SortedMap<String, Curve> summaries = new TreeMap<>();
  private int step;
  private int windowSteps;
  private double windowLoss;
  private double learningRate = Double.NaN;

  /**
   * A recorder without points.
   *
   * @param steps the largest number there will be
   * @param log where points and evaluations go as well
   */
  public CurveRecorder(int steps, Optional<TensorBoardLog> log) {
    this.log = log;
    this.window = (steps + POINTS - 1) / POINTS;
  }

  /**
   * What a checkpoint keeps.
   *
   * @param windowSteps since the last point
   * @param windowLoss the sum of their losses
   * @param eventBytes lengths of the files of the log
   */
  record State(
      int step,
      int windowSteps,
      double windowLoss,
      double learningRate,
      List<Point> training,
      List<Evaluation> evaluations,
      SortedMap<String, Curve> summaries,
      SortedMap<String, Long> eventBytes) {}

  State state() {
    return new State(
        step,
        windowSteps,
        windowLoss,
        learningRate,
        List.copyOf(training),
        List.copyOf(evaluations),
        new TreeMap<>(summaries),
        log.map(TensorBoardLog::lengths).orElseGet(TreeMap::new));
  }

  /** Goes on from a checkpoint. */
  void restore(State state) {
    step = state.step();
    windowSteps = state.windowSteps();
    windowLoss = state.windowLoss();
    learningRate = state.learningRate();
    training.addAll(state.training());
    evaluations.addAll(state.evaluations());
    summaries.putAll(state.summaries());
    log.ifPresent(events -> events.restore(state.eventBytes()));
  }

  /** Describes the network in the log; before its first step, or once it is known. */
  public void describe(Network network) {
    log.ifPresent(events -> events.describe(network));
  }

  /** Adds the weights after the last step to the log. */
  public void weights(Network network) {
    log.ifPresent(events -> events.weights(step, network));
  }

  /**
   * Adds a step.
   *
   * @param rate the learning rate of the step, asked for only where a point is made of it
   */
  public void step(int number, double loss, DoubleSupplier rate) {
    step = number;
    windowSteps++;
    windowLoss += loss;
    if (windowSteps == window) {
      learningRate = rate.getAsDouble();
      endWindow();
    }
  }

  /** Adds an evaluation after the last step. */
  public void evaluated(Evaluated result) {
    if (!evaluations.isEmpty() && evaluations.get(evaluations.size() - 1).step() == step) {
      evaluations.remove(evaluations.size() - 1);
    }
    Evaluation evaluation = new Evaluation(step, result.loss(), result.metrics());
    evaluations.add(evaluation);
    log.ifPresent(events -> events.evaluation(evaluation));
  }

  /**
   * Adds a number of the author's own after the last step. Of those after as many steps as make a
   * point the last is kept.
   */
  public void summary(String name, double value) {
    Curve before = summaries.getOrDefault(name, new Curve(List.of(), List.of()));
    List<Integer> steps = new ArrayList<>(before.steps());
    List<Double> values = new ArrayList<>(before.values());
    int last = steps.size() - 1;
    if (last >= 0 && window(steps.get(last)) == window(step)) {
      steps.remove(last);
      values.remove(last);
    }
    steps.add(step);
    values.add(value);
    summaries.put(name, new Curve(steps, values));
    log.ifPresent(events -> events.summary(step, name, value));
  }

  private int window(int ofStep) {
    return (ofStep + window - 1) / window;
  }

  /** What an evaluation said; empty if there was none after that step. */
  public Optional<Evaluated> evaluation(int atStep) {
    return evaluations.stream()
        .filter(evaluation -> evaluation.step() == atStep)
        .findFirst()
        .map(evaluation -> new Evaluated(evaluation.loss(), evaluation.metrics()));
  }

  private void endWindow() {
    Point point = new Point(step, windowLoss / windowSteps, learningRate);
    training.add(point);
    log.ifPresent(events -> events.point(point));
    windowSteps = 0;
    windowLoss = 0;
  }

  /**
   * The curves so far; no further step may follow.
   *
   * @param keptStep the step whose weights the model has
   */
  public TrainingCurves curves(TrainingFeatures features, int batchSize, int keptStep) {
    if (windowSteps > 0) {
      endWindow();
    }
    return new TrainingCurves(
        features.task().name().toLowerCase(Locale.ROOT),
        features.label(),
        batchSize,
        step,
        keptStep,
        training,
        evaluations,
        summaries);
  }

  /** The last step that was reported, 0 before the first. */
  public int lastStep() {
    return step;
  }
}
