package io.pergola.training;

import io.pergola.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.Adam;

/**
 * How a ready-made network learns: what all of them have in common.
 *
 * @param rate the learning rate of Adam
 * @param l1 added to the loss: so many times the sum of the absolute weights, 0 or more
 * @param l2 added to the loss: half of it times the sum of the squared weights, 0 or more
 * @param dropout the share of each hidden layer's outputs that are left out of a training step, in
 *     0..1, 1 not included; without effect where there are no hidden layers
 * @param clipping limits gradients, if there is one
 * @param classWeights by which the losses of each class's examples are multiplied, above 0; empty
 *     for 1 each
 */
public record LearningOptions(
    LearningRate rate,
    double l1,
    double l2,
    double dropout,
    Optional<GradientClipping> clipping,
    List<Double> classWeights) {

  /** A learning rate of 0.001, and nothing else. */
  public static final LearningOptions DEFAULTS =
      new LearningOptions(LearningRate.constant(1e-3), 0, 0, 0, Optional.empty(), List.of());

  public LearningOptions {
    classWeights = List.copyOf(classWeights);
    if (!(l1 >= 0)) {
      throw new IllegalArgumentException("Invalid l1: %s (must be 0 or more)".formatted(l1));
    }
    if (!(l2 >= 0)) {
      throw new IllegalArgumentException("Invalid l2: %s (must be 0 or more)".formatted(l2));
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException(
          "Invalid dropout: %s (must be in 0..1, 1 not included)".formatted(dropout));
    }
    for (double weight : classWeights) {
      if (!(weight > 0 && Double.isFinite(weight))) {
        throw new IllegalArgumentException(
            "Invalid class weight: %s (must be above 0)".formatted(weight));
      }
    }
  }

  /** The same with this learning rate. */
  public LearningOptions rate(LearningRate newRate) {
    return new LearningOptions(newRate, l1, l2, dropout, clipping, classWeights);
  }

  /** The same with this L1 regularisation. */
  public LearningOptions l1(double factor) {
    return new LearningOptions(rate, factor, l2, dropout, clipping, classWeights);
  }

  /** The same with this L2 regularisation. */
  public LearningOptions l2(double factor) {
    return new LearningOptions(rate, l1, factor, dropout, clipping, classWeights);
  }

  /** The same with this dropout. */
  public LearningOptions dropout(double share) {
    return new LearningOptions(rate, l1, l2, share, clipping, classWeights);
  }

  /** The same with this limit of gradients. */
  public LearningOptions clipping(GradientClipping limit) {
    return new LearningOptions(rate, l1, l2, dropout, Optional.of(limit), classWeights);
  }

  /** The same with a weight for each class. */
  public LearningOptions classWeights(double... weights) {
    return new LearningOptions(
        rate, l1, l2, dropout, clipping, Arrays.stream(weights).boxed().toList());
  }

  /**
   * Refuses weights of more or fewer classes than the label has.
   *
   * @throws IllegalArgumentException if there are weights, but not one for each class
   */
  void requireFit(TrainingFeatures features) {
    int classes =
        switch (features.task()) {
          case BINARY -> 2;
          case MULTICLASS -> features.outputs();
          case REGRESSION -> 0;
        };
    if (!classWeights.isEmpty() && classWeights.size() != classes) {
      throw new IllegalArgumentException(
          "Invalid class weights: %d of them (label '%s' has %d classes)"
              .formatted(classWeights.size(), features.label(), classes));
    }
  }

  /** A configuration with these options, and Xavier's initial weights. */
  NeuralNetConfiguration.Builder configuration(long seed) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(updater())
            .weightInit(WeightInit.XAVIER);
    if (l1 > 0) {
      builder.l1(l1);
    }
    if (l2 > 0) {
      builder.l2(l2);
    }
    clipping.ifPresent(
        limit ->
            builder
                .gradientNormalization(limit.normalization())
                .gradientNormalizationThreshold(limit.limit()));
    return builder;
  }

  /** The loss of {@code task} with the weights of its classes. */
  TaskLoss loss(Task task) {
    return TaskLoss.of(task, classWeights);
  }

  private Adam updater() {
    return rate instanceof LearningRate.Constant constant
        ? new Adam(constant.rate())
        : new Adam(LearningRateSchedule.of(rate));
  }
}
