package io.pergola.training;

import io.pergola.fingerprint.Lambdas;
import io.pergola.training.TunerTrial.Outcome;
import io.pergola.training.internal.search.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** Trains one trial, or goes on with it, and records what came of it. */
final class TrialRun {
  private static final int LONGEST_FAILURE = 500;

  private final TunerTask task;
  private final Request request;
  private final int round;
  private final LongConsumer rows;

  /**
   * A trial of a round.
   *
   * @param rows is told of examples done
   */
  TrialRun(TunerTask task, Request request, int round, LongConsumer rows) {
    this.task = task;
    this.request = request;
    this.round = round;
    this.rows = rows;
  }

  /**
   * Trains; any error of the training itself is the trial's result. An I/O error is not: it is the
   * machine's, and another attempt may be spared it.
   */
  TunerTrial run() throws Exception {
    Hyperparameters values = values();
    TunerTrial trial;
    try {
      trial = train(values);
    } catch (Exception | OutOfMemoryError e) {
      if (isOfMachine(e)) {
        throw e;
      }
      trial = failed(values, e);
    }
    task.keep(trial);
    if (trial.outcome() != Outcome.STOPPED) {
      task.endWork(trial.number());
    }
    return trial;
  }

  private Hyperparameters values() {
    SortedMap<String, Object> all = new TreeMap<>(task.trainer().hyperparameters());
    all.putAll(task.space().complete(request.values()).values());
    return new Hyperparameters(all);
  }

  private TunerTrial train(Hyperparameters values) throws Exception {
    Path work = Files.createDirectories(task.work(request.trial()));
    return task.trainer()
        .train(
            task.inputs(),
            values,
            request.until(),
            groups -> Optional.empty(),
            new TrialExecution(work, rows),
            trained -> result(values, trained.session(), trained.model()));
  }

  private TunerTrial result(Hyperparameters values, TrainingSession session, TrainedModel model) {
    if (session.result().isEmpty() && task.isHalving()) {
      throw new TrainingException(
          "Cannot halve trials of a function with a loop of its own, which does not end at a rung. End it with training.fit(network), or choose another search.");
    }
    TrainingSession.Tuned tuned = session.evaluated(model);
    SortedMap<String, Double> metrics = new TreeMap<>(tuned.evaluated().metrics());
    metrics.put("loss", tuned.evaluated().loss());
    metrics.values().removeIf(value -> !Double.isFinite(value));
    if (!metrics.containsKey(task.objective().metric())) {
      throw new TrainingException(
          "Cannot rate a trial by %s: it has %s only. Look at the labels of split '%s'."
              .formatted(task.objective().metric(), metrics, task.trainer().evalSplit()));
    }
    session.endCurves(model).write(task.curves(request.trial()));
    return new TunerTrial(
        request.trial(),
        values.values(),
        isLast() ? Outcome.FINISHED : Outcome.STOPPED,
        task.roundsOfTrial(round),
        tuned.steps(),
        tuned.keptStep(),
        metrics,
        Optional.empty());
  }

  /** Whether no rung follows. Whoever is not asked to go on from a rung was stopped there. */
  private boolean isLast() {
    return request.until() >= task.trainer().steps();
  }

  private TunerTrial failed(Hyperparameters values, Throwable failure) {
    return new TunerTrial(
        request.trial(),
        values.values(),
        Outcome.FAILED,
        task.roundsOfTrial(round),
        0,
        0,
        new TreeMap<>(),
        Optional.of(text(failure)));
  }

  /** The error and where in the author's code it came from. */
  private String text(Throwable failure) {
    TrainingLibrary library = task.trainer().function();
    String author =
        Lambdas.isLambda(library)
            ? Lambdas.unwrap(library).getImplClass().replace('/', '.')
            : library.getClass().getName();
    StringBuilder text = new StringBuilder(failure.toString());
    for (StackTraceElement frame : failure.getStackTrace()) {
      if (frame.getClassName().equals(author)) {
        text.append(" at ").append(frame.getFileName()).append(':').append(frame.getLineNumber());
        break;
      }
    }
    return text.length() <= LONGEST_FAILURE ? text.toString() : text.substring(0, LONGEST_FAILURE);
  }

  /** Whether an error is one of input or output, or comes of a cancelled run. */
  private static boolean isOfMachine(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException || cause instanceof IOException) {
        return true;
      }
    }
    return Thread.currentThread().isInterrupted();
  }
}
