package io.pergola.evaluation;

import io.pergola.model.Task;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the metrics of one model on one slice are computed from. Mergeable; not thread-safe. */
final class MetricAccumulator {
  private static final double EPSILON = 1e-7;
  private static final float POSITIVE_ABOVE = 0.5f;

  /** The largest number of classes whose confusion matrix is kept: 32 KiB a slice. */
  static final int MOST_CONFUSED = 64;

  private final Task task;
  private final long[] truePositives;
  private final long[] falsePositives;
  private final long[] falseNegatives;
  private final long[] confusion;
  private final ScoreCurve curve;
  private long examples;
  private long correct;
  private double logLoss;
  private double predictions;
  private double labels;
  private double absoluteError;
  private double squaredError;

  /** The sum of squared differences of the labels from their mean. */
  private double labelDeviation;

  /**
   * An empty accumulator.
   *
   * @param classes 1 unless there are several classes
   * @param exactLimit see {@link ScoreCurve}
   */
  MetricAccumulator(Task task, int classes, int exactLimit) {
    this(task, classes, new ScoreCurve(exactLimit));
  }

  private MetricAccumulator(Task task, int classes, ScoreCurve curve) {
    this.task = task;
    this.truePositives = new long[classes];
    this.falsePositives = new long[classes];
    this.falseNegatives = new long[classes];
    this.confusion =
        new long[task == Task.MULTICLASS && classes <= MOST_CONFUSED ? classes * classes : 0];
    this.curve = curve;
  }

  long examples() {
    return examples;
  }

  boolean hasExactCurve() {
    return curve.isExact();
  }

  /** Adds one example with a label: {@code values[from]} and on are the model's outputs for it. */
  void add(float[] values, int from, float label) {
    examples++;
    switch (task) {
      case BINARY -> addBinary(values[from], label);
      case REGRESSION -> addNumber(values[from], label);
      case MULTICLASS -> addClass(values, from, (int) label);
    }
  }

  private void addBinary(float score, float label) {
    boolean isPositive = label > 0.5f;
    boolean predicted = score > POSITIVE_ABOVE;
    if (predicted == isPositive) {
      correct++;
    }
    if (predicted && isPositive) {
      truePositives[0]++;
    } else if (predicted) {
      falsePositives[0]++;
    } else if (isPositive) {
      falseNegatives[0]++;
    }
    double clipped = Math.max(EPSILON, Math.min(1 - EPSILON, score));
    logLoss -= isPositive ? Math.log(clipped) : Math.log(1 - clipped);
    curve.add(score, isPositive);
    addNumber(score, label);
  }

  private void addNumber(float prediction, float label) {
    predictions += prediction;
    if (examples > 1) {
      double before = label - labels / (examples - 1);
      labelDeviation += before * before * (examples - 1) / examples;
    }
    labels += label;
    double error = (double) prediction - label;
    absoluteError += Math.abs(error);
    squaredError += error * error;
  }

  private void addClass(float[] values, int from, int label) {
    int best = 0;
    for (int c = 0; c < truePositives.length; c++) {
      if (Float.isNaN(values[from + c])) {
        logLoss = Double.NaN;
      }
      if (values[from + c] > values[from + best]) {
        best = c;
      }
    }
    if (best == label) {
      correct++;
      truePositives[best]++;
    } else {
      falsePositives[best]++;
      falseNegatives[label]++;
    }
    if (confusion.length > 0) {
      confusion[label * truePositives.length + best]++;
    }
    logLoss -= Math.log(Math.max(EPSILON, Math.min(1 - EPSILON, values[from + label])));
  }

  void merge(MetricAccumulator other) {
    if (examples > 0 && other.examples > 0) {
      double between = labels / examples - other.labels / other.examples;
      labelDeviation += between * between * examples * other.examples / (examples + other.examples);
    }
    labelDeviation += other.labelDeviation;
    for (int cell = 0; cell < confusion.length; cell++) {
      confusion[cell] += other.confusion[cell];
    }
    examples += other.examples;
    correct += other.correct;
    logLoss += other.logLoss;
    predictions += other.predictions;
    labels += other.labels;
    absoluteError += other.absoluteError;
    squaredError += other.squaredError;
    for (int c = 0; c < truePositives.length; c++) {
      truePositives[c] += other.truePositives[c];
      falsePositives[c] += other.falsePositives[c];
      falseNegatives[c] += other.falseNegatives[c];
    }
    curve.merge(other.curve);
  }

  /**
   * The metrics that are defined here: none but the count if one prediction is not a number, so
   * that such a model meets no threshold.
   */
  Map<Metric.Kind, Double> metrics() {
    Map<Metric.Kind, Double> metrics = new EnumMap<>(Metric.Kind.class);
    metrics.put(Metric.Kind.EXAMPLE_COUNT, (double) examples);
    if (Double.isNaN(predictions) || Double.isNaN(logLoss)) {
      return metrics;
    }
    if (task == Task.REGRESSION) {
      putErrors(metrics);
      metrics.put(Metric.Kind.R2, 1 - squaredError / labelDeviation);
    } else {
      putClasses(metrics);
      metrics.put(Metric.Kind.LOG_LOSS, logLoss / examples);
    }
    if (task == Task.BINARY) {
      ScoreCurve.Areas areas = curve.areas();
      metrics.put(Metric.Kind.AUC, areas.roc());
      metrics.put(Metric.Kind.PR_AUC, areas.precisionRecall());
      putErrors(metrics);
    }
    metrics.values().removeIf(value -> !Double.isFinite(value));
    return metrics;
  }

  /**
   * How often each class is taken for each: a row for each class of labels, a column for each class
   * of predictions; empty for numbers, and for more than {@value #MOST_CONFUSED} classes.
   */
  List<List<Long>> confusion() {
    if (task == Task.BINARY) {
      long negatives = correct - truePositives[0];
      return List.of(
          List.of(negatives, falsePositives[0]), List.of(falseNegatives[0], truePositives[0]));
    }
    int classes = confusion.length == 0 ? 0 : truePositives.length;
    List<List<Long>> rows = new ArrayList<>();
    for (int row = 0; row < classes; row++) {
      rows.add(Arrays.stream(confusion, row * classes, (row + 1) * classes).boxed().toList());
    }
    return rows;
  }

  private void putErrors(Map<Metric.Kind, Double> metrics) {
    metrics.put(Metric.Kind.CALIBRATION, predictions / labels);
    metrics.put(Metric.Kind.MAE, absoluteError / examples);
    metrics.put(Metric.Kind.MSE, squaredError / examples);
    metrics.put(Metric.Kind.RMSE, Math.sqrt(squaredError / examples));
  }

  private void putClasses(Map<Metric.Kind, Double> metrics) {
    metrics.put(Metric.Kind.ACCURACY, (double) correct / examples);
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    int seen = 0;
    for (int c = 0; c < truePositives.length; c++) {
      double tp = truePositives[c];
      double predicted = tp + falsePositives[c];
      double actual = tp + falseNegatives[c];
      if (truePositives.length > 1 && predicted + actual == 0) {
        continue;
      }
      seen++;
      boolean lenient = truePositives.length > 1;
      precision += lenient && predicted == 0 ? 0 : tp / predicted;
      recall += lenient && actual == 0 ? 0 : tp / actual;
      f1 += 2 * tp / (predicted + actual);
    }
    metrics.put(Metric.Kind.PRECISION, precision / seen);
    metrics.put(Metric.Kind.RECALL, recall / seen);
    metrics.put(Metric.Kind.F1, f1 / seen);
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(task.ordinal());
    out.writeInt(truePositives.length);
    out.writeLong(examples);
    out.writeLong(correct);
    out.writeDouble(logLoss);
    out.writeDouble(predictions);
    out.writeDouble(labels);
    out.writeDouble(absoluteError);
    out.writeDouble(squaredError);
    out.writeDouble(labelDeviation);
    for (int c = 0; c < truePositives.length; c++) {
      out.writeLong(truePositives[c]);
      out.writeLong(falsePositives[c]);
      out.writeLong(falseNegatives[c]);
    }
    for (long cell : confusion) {
      out.writeLong(cell);
    }
    curve.write(out);
  }

  static MetricAccumulator read(DataInput in) throws IOException {
    Task task = Task.values()[in.readByte()];
    int classes = in.readInt();
    long[] counts = {in.readLong(), in.readLong()};
    double[] sums = {
      in.readDouble(),
      in.readDouble(),
      in.readDouble(),
      in.readDouble(),
      in.readDouble(),
      in.readDouble()
    };
    long[][] byClass = new long[classes][3];
    for (long[] of : byClass) {
      for (int i = 0; i < 3; i++) {
        of[i] = in.readLong();
      }
    }
    long[] cells = new long[new MetricAccumulator(task, classes, 1).confusion.length];
    for (int cell = 0; cell < cells.length; cell++) {
      cells[cell] = in.readLong();
    }
    MetricAccumulator read = new MetricAccumulator(task, classes, ScoreCurve.read(in));
    read.examples = counts[0];
    read.correct = counts[1];
    read.logLoss = sums[0];
    read.predictions = sums[1];
    read.labels = sums[2];
    read.absoluteError = sums[3];
    read.squaredError = sums[4];
    read.labelDeviation = sums[5];
    System.arraycopy(cells, 0, read.confusion, 0, cells.length);
    for (int c = 0; c < classes; c++) {
      read.truePositives[c] = byClass[c][0];
      read.falsePositives[c] = byClass[c][1];
      read.falseNegatives[c] = byClass[c][2];
    }
    return read;
  }
}
