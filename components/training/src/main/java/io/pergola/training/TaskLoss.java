package io.pergola.training;

import io.pergola.model.Task;
import io.pergola.training.internal.Arrays2d;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonInclude;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The loss of a task, computed from logits: cross-entropy of a sigmoid ({@link Task#BINARY}) or of
 * a softmax ({@link Task#MULTICLASS}), natural logarithm, or squared error ({@link
 * Task#REGRESSION}). The score is the mean over examples, each times the weight of its class and
 * its own, which is the mask of its label, [n, 1].
 *
 * <p>The output layer's activation must be the task's: sigmoid, softmax, identity. Unlike
 * Deeplearning4j's own losses it neither clips nor overwrites the logits: after a {@code LossLayer}
 * with a sigmoid those report the score of the gradient.
 */
public final class TaskLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  @JsonProperty("task")
  private Task task = Task.BINARY;

  /** Empty for 1 each; not in the configuration then. */
  @JsonProperty("classWeights")
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  private double[] classWeights = {};

  @SuppressWarnings("unused") // For JSON.
  private TaskLoss() {}

  private TaskLoss(Task task, List<Double> classWeights) {
    this.task = task;
    this.classWeights = classWeights.stream().mapToDouble(Double::doubleValue).toArray();
    for (double weight : this.classWeights) {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "Invalid class weight: %s (must be above 0)".formatted(weight));
      }
    }
  }

  /** The loss of {@code task}. */
  public static TaskLoss of(Task task) {
    return new TaskLoss(task, List.of());
  }

  /**
   * The loss of {@code task} with a weight for each class.
   *
   * @param classWeights above 0, in the order of the classes, two of a truth value; none for 1 each
   */
  public static TaskLoss of(Task task, List<Double> classWeights) {
    return new TaskLoss(task, classWeights);
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray logits,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    double sum = 0;
    for (double loss : losses(labels, logits, mask)) {
      sum += loss;
    }
    return average ? sum / logits.size(0) : sum;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray logits, IActivation activation, @Nullable INDArray mask) {
    double[] losses = losses(labels, logits, mask);
    float[] values = new float[losses.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) losses[i];
    }
    return Nd4j.create(values, new long[] {values.length, 1}, 'c');
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray logits, IActivation activation, @Nullable INDArray mask) {
    float[] y = Arrays2d.rowMajor(labels);
    float[] z = Arrays2d.rowMajor(logits);
    int width = Math.toIntExact(logits.size(1));
    float[] gradient = new float[z.length];
    for (int from = 0; from < z.length; from += width) {
      switch (task) {
        case BINARY -> {
          for (int i = from; i < from + width; i++) {
            gradient[i] = (float) (1 / (1 + Math.exp(-z[i])) - y[i]);
          }
        }
        case REGRESSION -> {
          for (int i = from; i < from + width; i++) {
            gradient[i] = 2 * (z[i] - y[i]);
          }
        }
        case MULTICLASS -> {
          double max = max(z, from, width);
          double sum = 0;
          for (int i = from; i < from + width; i++) {
            sum += Math.exp(z[i] - max);
          }
          for (int i = from; i < from + width; i++) {
            gradient[i] = (float) (Math.exp(z[i] - max) / sum - y[i]);
          }
        }
      }
    }
    float[] weights = mask == null ? new float[0] : Arrays2d.rowMajor(mask);
    if (classWeights.length > 0 || weights.length > 0) {
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= (float) weight(y, i - i % width, width, weights);
      }
    }
    INDArray result = Nd4j.createUninitialized(logits.dataType(), logits.shape(), 'c');
    Arrays2d.values(result).put(gradient);
    return result;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray logits,
      IActivation activation,
      @Nullable INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, logits, activation, mask, average),
        computeGradient(labels, logits, activation, mask));
  }

  private double[] losses(INDArray labels, INDArray logits, @Nullable INDArray mask) {
    float[] weights = mask == null ? new float[0] : Arrays2d.rowMajor(mask);
    float[] y = Arrays2d.rowMajor(labels);
    float[] z = Arrays2d.rowMajor(logits);
    int width = Math.toIntExact(logits.size(1));
    double[] losses = new double[z.length / width];
    for (int row = 0, from = 0; from < z.length; row++, from += width) {
      double loss = 0;
      switch (task) {
        case BINARY -> {
          for (int i = from; i < from + width; i++) {
            // log(1 + e^z) - y z, without overflow.
            loss += Math.max(z[i], 0) + Math.log1p(Math.exp(-Math.abs(z[i]))) - y[i] * z[i];
          }
        }
        case REGRESSION -> {
          for (int i = from; i < from + width; i++) {
            double error = z[i] - y[i];
            loss += error * error;
          }
        }
        case MULTICLASS -> {
          double max = max(z, from, width);
          double sum = 0;
          double target = 0;
          for (int i = from; i < from + width; i++) {
            sum += Math.exp(z[i] - max);
            target += y[i] * (z[i] - max);
          }
          loss = Math.log(sum) - target;
        }
      }
      losses[row] = loss * weight(y, from, width, weights);
    }
    return losses;
  }

  /**
   * The weight of the example whose labels stand at an index: that of its class, times its own.
   *
   * @param weights of the examples; empty for 1 each
   */
  private double weight(float[] y, int from, int width, float[] weights) {
    double own = weights.length == 0 ? 1 : weights[from / width];
    if (classWeights.length == 0) {
      return own;
    }
    if (width == 1) {
      return own * classWeights[y[from] > 0.5f ? 1 : 0];
    }
    int label = 0;
    while (label < width - 1 && y[from + label] <= 0.5f) {
      label++;
    }
    return own * classWeights[label];
  }

  private static double max(float[] values, int from, int width) {
    float max = values[from];
    for (int i = from + 1; i < from + width; i++) {
      max = Math.max(max, values[i]);
    }
    return max;
  }

  @Override
  public String name() {
    return toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TaskLoss that
        && task == that.task
        && Arrays.equals(classWeights, that.classWeights);
  }

  @Override
  public int hashCode() {
    return 31 * Objects.hashCode(task) + Arrays.hashCode(classWeights);
  }

  @Override
  public String toString() {
    return classWeights.length == 0
        ? "TaskLoss(" + task + ")"
        : "TaskLoss(%s, class weights %s)".formatted(task, Arrays.toString(classWeights));
  }
}
