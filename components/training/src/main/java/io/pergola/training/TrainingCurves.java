package io.pergola.training;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a training went, step by step: {@value #FILE} of a model, {@code docs/reference/trainer.md}.
 * The same training writes the same bytes, so it holds no times.
 *
 * @param task what the network answers: {@code binary}, {@code multiclass} or {@code regression}
 * @param label the label's name
 * @param batchSize examples in a step
 * @param steps that were trained, 1 or more; 0 if none was reported
 * @param keptStep the step whose weights the model has
 * @param training by step, ascending
 * @param evaluations by step, ascending; empty where there was nothing to evaluate on
 * @param summaries numbers that the training function reported, by name
 */
public record TrainingCurves(
    String task,
    String label,
    int batchSize,
    int steps,
    int keptStep,
    List<Point> training,
    List<Evaluation> evaluations,
    SortedMap<String, Curve> summaries) {
  /** The file's name in a model's directory. */
  public static final String FILE = "training.json";

  public TrainingCurves {
    training = List.copyOf(training);
    evaluations = List.copyOf(evaluations);
    summaries = Collections.unmodifiableSortedMap(new TreeMap<>(summaries));
  }

  /** Curves of a training whose function reported no numbers of its own. */
  public TrainingCurves(
      String task,
      String label,
      int batchSize,
      int steps,
      int keptStep,
      List<Point> training,
      List<Evaluation> evaluations) {
    this(task, label, batchSize, steps, keptStep, training, evaluations, new TreeMap<>());
  }

  /**
   * The steps up to one, since the point before.
   *
   * @param step counted from 1
   * @param loss the mean of the steps' losses, regularisation included; finite
   * @param learningRate at {@code step}; NaN if the network has none
   */
  public record Point(int step, double loss, double learningRate) {}

  /**
   * What the evaluation split said after a step.
   *
   * @param step counted from 1
   * @param loss the mean over examples, without regularisation; finite
   * @param metrics by the names that the Evaluator uses; finite
   */
  public record Evaluation(int step, double loss, SortedMap<String, Double> metrics) {
    public Evaluation {
      metrics = Collections.unmodifiableSortedMap(new TreeMap<>(metrics));
    }
  }

  /**
   * One curve: a value at each of some steps.
   *
   * @param steps ascending
   * @param values as many as steps, finite
   */
  public record Curve(List<Integer> steps, List<Double> values) {
    public Curve {
      steps = List.copyOf(steps);
      values = List.copyOf(values);
    }
  }

  /** Whether a model has the file. */
  public static boolean areIn(Path directory) {
    return Files.isRegularFile(directory.resolve(FILE));
  }

  /**
   * Reads the curves of a model.
   *
   * @throws TrainingException if they are not there, are damaged, or have a newer format
   */
  public static TrainingCurves read(Path directory) {
    return TrainingCurvesJson.read(directory.resolve(FILE));
  }

  /** Writes the file into a model's directory, which is created if absent. */
  public void write(Path directory) {
    TrainingCurvesJson.write(this, directory.resolve(FILE));
  }

  /** The training loss. */
  public Curve trainingLoss() {
    return new Curve(
        training.stream().map(Point::step).toList(), training.stream().map(Point::loss).toList());
  }

  /** The evaluation loss. */
  public Curve evaluationLoss() {
    return new Curve(
        evaluations.stream().map(Evaluation::step).toList(),
        evaluations.stream().map(Evaluation::loss).toList());
  }

  /** The learning rate; empty if the network has none. */
  public Curve learningRate() {
    List<Point> known = training.stream().filter(p -> !Double.isNaN(p.learningRate())).toList();
    return new Curve(
        known.stream().map(Point::step).toList(), known.stream().map(Point::learningRate).toList());
  }

  /** The names of the metrics of evaluations. */
  public SortedSet<String> metrics() {
    SortedSet<String> names = new TreeSet<>();
    evaluations.forEach(evaluation -> names.addAll(evaluation.metrics().keySet()));
    return names;
  }

  /** One metric, where evaluations have it. */
  public Curve metric(String name) {
    List<Integer> steps = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    for (Evaluation evaluation : evaluations) {
      Double value = evaluation.metrics().get(name);
      if (value != null) {
        steps.add(evaluation.step());
        values.add(value);
      }
    }
    return new Curve(steps, values);
  }

  /** The evaluation of the weights that the model has. */
  public Optional<Evaluation> kept() {
    return evaluations.stream().filter(evaluation -> evaluation.step() == keptStep).findFirst();
  }

  /** The learning rate if it never changed. */
  public OptionalDouble constantLearningRate() {
    double[] rates =
        learningRate().values().stream().mapToDouble(Double::doubleValue).distinct().toArray();
    return rates.length == 1 ? OptionalDouble.of(rates[0]) : OptionalDouble.empty();
  }
}
