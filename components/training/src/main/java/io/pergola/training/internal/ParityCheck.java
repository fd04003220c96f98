package io.pergola.training.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.model.FullGraph;
import io.pergola.model.Graphs;
import io.pergola.model.ModelInputs;
import io.pergola.model.Predictions;
import io.pergola.model.Servable;
import io.pergola.model.Signature;
import io.pergola.model.Task;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares a written servable with the network, or other model, it was made of. A difference is
 * absolute, and divided by the size of the prediction where that is above 1.
 */
public final class ParityCheck {
  /** The number of examples compared, at most. */
  public static final int ROWS = 2_000;

  /** The largest difference of two predictions that passes. */
  public static final double TOLERANCE = 1e-5;

  /** How far a probability may be from 0..1, and a sum of probabilities from 1. */
  private static final double PROBABILITY_TOLERANCE = 1e-4;

  private ParityCheck() {}

  /**
   * The largest difference between a prediction of the network and one of the servable, divided by
   * the size of the prediction where that is above 1.
   *
   * @param examples the first {@link #ROWS} are compared
   * @throws TrainingException if it is above {@link #TOLERANCE}, or the predictions of a classifier
   *     are not probabilities
   */
  public static double largestDifference(
      Path modelDirectory, Predictor network, TrainingFeatures features, ExampleRows examples)
      throws IOException {
    ExampleRows rows = examples.range(0, Math.min(ROWS, examples.rows()));
    float[] expected = network.output(rows);
    float[] actual;
    try (Servable servable = Servable.open(modelDirectory)) {
      Predictions predictions = servable.predict(inputs(rows, features));
      actual = predictions.values();
    }
    int width = features.outputs();
    double largest = 0;
    int worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs((double) expected[i] - actual[i]);
      double size = Math.max(1, Math.abs(expected[i]));
      // Written so that NaN is a difference.
      if (!(difference / size <= largest)) {
        largest = difference / size;
        worst = i;
      }
    }
    if (!(largest <= TOLERANCE)) {
      throw new TrainingException(
          ("Cannot export the network: core.onnx predicts %s where the network predicts %s, a"
                  + " difference above %s, for %s. Leave out the layers that differ, or report it.")
              .formatted(
                  actual[worst],
                  expected[worst],
                  TOLERANCE,
                  described(rows, worst / width, features)));
    }
    requireProbabilities(expected, rows, features);
    return largest;
  }

  /**
   * What was found.
   *
   * @param examples the number of raw examples compared
   * @param core the largest difference between the network and plan with {@code core.onnx}
   * @param full that between the network and {@code full.onnx}; empty if there is none, or no
   *     example that it can be compared on ({@link FullGraph#comparable})
   */
  public record Parity(int examples, double core, OptionalDouble full) {
    /** The figures by the names that the signature gives them. */
    public SortedMap<String, Double> figures() {
      SortedMap<String, Double> figures = new TreeMap<>();
      figures.put(Graphs.EXAMPLES, (double) examples);
      figures.put(Graphs.CORE, core);
      full.ifPresent(difference -> figures.put(Graphs.FULL, difference));
      return figures;
    }

    /** The larger difference. */
    public double largest() {
      return Math.max(core, full.orElse(0));
    }
  }

  /**
   * Compares on raw examples: the plan then the network, the plan then {@code core.onnx}, and
   * {@code full.onnx}.
   *
   * @param raw with the columns that the plan reads
   * @throws TrainingException if a difference is above {@link #TOLERANCE}, with the raw example and
   *     the predictions; or if the predictions of a classifier are not probabilities
   */
  public static Parity onRaw(
      Path modelDirectory, Predictor network, TrainingFeatures features, List<ExampleBatch> raw)
      throws IOException {
    int examples = 0;
    double core = 0;
    OptionalDouble largestFull = OptionalDouble.empty();
    boolean hasFull = Signature.read(modelDirectory).graphs().hasFull();
    try (Servable servable = Servable.open(modelDirectory);
        Servable full = hasFull ? Servable.openFull(modelDirectory) : null) {
      FittedPlan plan = servable.plan();
      for (ExampleBatch batch : raw) {
        ExampleRows rows =
            ExampleRows.unlabelled(ModelInputs.of(plan.features(), plan.applyWithoutLabel(batch)));
        float[] expected = network.output(rows);
        float[] actual = servable.predict(batch).values();
        int[] chosen = full == null ? new int[0] : FullGraph.comparable(plan, batch);
        int width = features.outputs();
        float[] whole = wholePredictions(full, batch, chosen, width);
        for (int i = 0; i < expected.length; i++) {
          boolean compared = Arrays.binarySearch(chosen, i / width) >= 0;
          double ofCore = difference(expected[i], actual[i]);
          double ofFull = compared ? difference(expected[i], whole[i]) : 0;
          if (!(ofCore <= TOLERANCE && ofFull <= TOLERANCE)) {
            throw new TrainingException(
                "Cannot export the network: it predicts %s, core.onnx %s, full.onnx %s, a difference above %s, for the raw example %s. Leave out the layers or features that differ, or report it."
                    .formatted(
                        expected[i],
                        actual[i],
                        compared ? whole[i] : "nothing",
                        TOLERANCE,
                        described(batch, i / width)));
          }
          core = Math.max(core, ofCore);
          largestFull =
              compared ? OptionalDouble.of(Math.max(largestFull.orElse(0), ofFull)) : largestFull;
        }
        requireProbabilities(expected, rows, features);
        examples += batch.rows();
      }
    }
    return new Parity(examples, core, largestFull);
  }

  /** NaN differs from everything, itself included. */
  private static double difference(float expected, float actual) {
    double difference = Math.abs((double) expected - actual) / Math.max(1, Math.abs(expected));
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  /** The predictions of {@code full.onnx} for the chosen examples, in the places of all. */
  private static float[] wholePredictions(
      @Nullable Servable full, ExampleBatch raw, int[] chosen, int width) {
    float[] all = new float[raw.rows() * width];
    if (full != null && chosen.length > 0) {
      float[] predicted = full.predict(raw.select(chosen)).values();
      for (int i = 0; i < chosen.length; i++) {
        System.arraycopy(predicted, i * width, all, chosen[i] * width, width);
      }
    }
    return all;
  }

  private static String described(ExampleBatch raw, int row) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (ExampleColumn column : raw.columns()) {
      if (!column.isPresent(row)) {
        continue;
      }
      StringJoiner values = new StringJoiner(", ", "", "");
      int from = column.isMultivalent() ? column.start(row) : row;
      int to = column.isMultivalent() ? column.end(row) : row + 1;
      for (int index = from; index < to; index++) {
        values.add(value(column, index));
      }
      text.add(column.name() + ": " + (column.isMultivalent() ? "[" + values + "]" : values));
    }
    return text.toString();
  }

  private static String value(ExampleColumn column, int index) {
    if (column instanceof BytesColumn bytes) {
      return "'" + bytes.text(index) + "'";
    } else if (column instanceof LongColumn integers) {
      return Long.toString(integers.value(index));
    } else if (column instanceof FloatColumn floats) {
      return Float.toString(floats.value(index));
    }
    return Double.toString(((DoubleColumn) column).value(index));
  }

  private static void requireProbabilities(
      float[] predictions, ExampleRows rows, TrainingFeatures features) {
    if (features.task() == Task.REGRESSION) {
      return;
    }
    int width = features.outputs();
    for (int row = 0; row < rows.rows(); row++) {
      double sum = 0;
      boolean inside = true;
      for (int i = row * width; i < (row + 1) * width; i++) {
        sum += predictions[i];
        inside &=
            predictions[i] >= -PROBABILITY_TOLERANCE && predictions[i] <= 1 + PROBABILITY_TOLERANCE;
      }
      boolean whole = width == 1 || Math.abs(sum - 1) <= PROBABILITY_TOLERANCE;
      if (!inside || !whole) {
        throw new TrainingException(
            "Cannot export the network: it predicts %s, which are not probabilities, for %s. End it with a %s activation."
                .formatted(
                    Arrays.toString(
                        Arrays.copyOfRange(predictions, row * width, (row + 1) * width)),
                    described(rows, row, features),
                    width == 1 ? "sigmoid" : "softmax"));
      }
    }
  }

  private static ModelInputs inputs(ExampleRows rows, TrainingFeatures features) {
    int d = features.dense().size();
    int k = features.categorical().size();
    float[] dense = new float[rows.rows() * d];
    long[][] categorical = new long[k][rows.rows()];
    for (int row = 0; row < rows.rows(); row++) {
      int from = row * rows.width();
      System.arraycopy(rows.features(), from, dense, row * d, d);
      for (int f = 0; f < k; f++) {
        categorical[f][row] = (long) rows.features()[from + d + f];
      }
    }
    long[][] sequences = new long[features.sequences().size()][];
    int at = d + k;
    for (int s = 0; s < sequences.length; s++) {
      int length = features.sequences().get(s).length();
      sequences[s] = new long[rows.rows() * length];
      for (int row = 0; row < rows.rows(); row++) {
        for (int i = 0; i < length; i++) {
          sequences[s][row * length + i] = (long) rows.features()[row * rows.width() + at + i];
        }
      }
      at += length;
    }
    return new ModelInputs(rows.rows(), d, dense, categorical, sequences, null);
  }

  private static String described(ExampleRows rows, int row, TrainingFeatures features) {
    StringJoiner text = new StringJoiner(", ", "the example {", "}");
    int at = row * rows.width();
    for (String name : features.dense()) {
      text.add(name + ": " + rows.features()[at++]);
    }
    for (String name : features.categorical().keySet()) {
      text.add(name + ": " + (long) rows.features()[at++]);
    }
    for (FittedPlan.SequenceFeature sequence : features.sequences()) {
      StringJoiner ids = new StringJoiner(", ", "[", "]");
      for (int i = 0; i < sequence.length(); i++) {
        ids.add(Long.toString((long) rows.features()[at++]));
      }
      text.add(sequence.name() + ": " + ids);
    }
    return text.toString();
  }
}
