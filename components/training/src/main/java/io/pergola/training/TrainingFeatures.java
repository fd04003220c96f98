package io.pergola.training;

import io.pergola.model.Task;
import io.pergola.transform.FittedPlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What shapes a network: the plan's features, the label, and the seed of the initial weights.
 *
 * @param dense a name for each number of the dense features, in the order of a network's inputs:
 *     that of a feature, or of a vector with a number from 0 on, {@code genres[0]}
 * @param categorical names of the features of ids, in the order of a network's inputs, with their
 *     sizes: ids lie in 0..size, where {@code size} stands for missing and out of the vocabulary
 * @param vectors the dense features that are vectors, in order
 * @param sequences the features of ids in an order that matters, in the order of a network's inputs
 * @param label the label's name
 * @param task what the network answers
 * @param outputs the number of classes of a {@link Task#MULTICLASS}, otherwise 1
 * @param seed of the initial weights
 */
public record TrainingFeatures(
    List<String> dense,
    Map<String, Integer> categorical,
    List<FittedPlan.DenseFeature> vectors,
    List<FittedPlan.SequenceFeature> sequences,
    String label,
    Task task,
    int outputs,
    long seed) {

  /** Ids travel as float32, which is exact up to here. */
  private static final int MAX_SIZE = 1 << 24;

  public TrainingFeatures {
    dense = List.copyOf(dense);
    categorical = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(categorical));
    vectors = List.copyOf(vectors);
    sequences = List.copyOf(sequences);
    categorical.forEach(TrainingFeatures::requireExact);
    sequences.forEach(sequence -> requireExact(sequence.name(), sequence.size()));
    if (dense.isEmpty() && categorical.isEmpty() && sequences.isEmpty()) {
      throw new TrainingException(
          "Cannot train: the plan has no features. Add some: Features.of().dense(...).");
    }
  }

  /** Features without vectors and sequences. */
  public TrainingFeatures(
      List<String> dense,
      Map<String, Integer> categorical,
      String label,
      Task task,
      int outputs,
      long seed) {
    this(dense, categorical, List.of(), List.of(), label, task, outputs, seed);
  }

  private static void requireExact(String name, int size) {
    if (size >= MAX_SIZE) {
      throw new TrainingException(
          ("Cannot train on feature '%s': it has %d ids, and a network takes %d at most. Hash it to"
                  + " fewer.")
              .formatted(name, size, MAX_SIZE - 1));
    }
  }

  /**
   * The features of a fitted plan.
   *
   * @throws TrainingException if the plan has no label or no features
   */
  public static TrainingFeatures of(FittedPlan.Features features, long seed) {
    FittedPlan.Target target =
        features
            .label()
            .orElseThrow(
                () ->
                    new TrainingException(
                        "Cannot train: the plan has no label. End it with .label(...)."));
    Map<String, Integer> categorical = new LinkedHashMap<>();
    features.categorical().forEach(feature -> categorical.put(feature.name(), feature.size()));
    Task task =
        switch (target.kind()) {
          case TRUTH -> Task.BINARY;
          case NUMBER -> Task.REGRESSION;
          case CATEGORY -> Task.MULTICLASS;
        };
    return new TrainingFeatures(
        features.denseColumns(),
        categorical,
        features.dense().stream().filter(FittedPlan.DenseFeature::vector).toList(),
        features.sequences(),
        target.name(),
        task,
        task == Task.MULTICLASS ? target.size() : 1,
        seed);
  }

  /**
   * The number of columns of a network's input {@code features}: dense values, then an id of each
   * categorical feature, then the ids of each sequence.
   */
  public int width() {
    return dense.size()
        + categorical.size()
        + sequences.stream().mapToInt(FittedPlan.SequenceFeature::length).sum();
  }

  /**
   * Some columns of a network's input {@code features}.
   *
   * @param from the first
   * @param to the one after the last
   */
  public record Range(int from, int to) {}

  /**
   * The columns that an input of a network has.
   *
   * @param input {@link Training#FEATURES} (all), {@link Training#DENSE} (the dense values), or the
   *     name of a feature: a vector has as many as it is wide, a sequence as many as it is long,
   *     any other one
   * @return empty if there is no such input
   */
  public Optional<Range> columnsOf(String input) {
    if (input.equals(Training.FEATURES)) {
      return Optional.of(new Range(0, width()));
    } else if (input.equals(Training.DENSE) && !dense.isEmpty()) {
      return Optional.of(new Range(0, dense.size()));
    }
    int at = dense.indexOf(input);
    if (at >= 0) {
      return Optional.of(new Range(at, at + 1));
    }
    for (FittedPlan.DenseFeature vector : vectors) {
      if (vector.name().equals(input)) {
        int from = dense.indexOf(input + "[0]");
        return Optional.of(new Range(from, from + vector.width()));
      }
    }
    at = dense.size();
    for (String name : categorical.keySet()) {
      if (name.equals(input)) {
        return Optional.of(new Range(at, at + 1));
      }
      at++;
    }
    for (FittedPlan.SequenceFeature sequence : sequences) {
      if (sequence.name().equals(input)) {
        return Optional.of(new Range(at, at + sequence.length()));
      }
      at += sequence.length();
    }
    return Optional.empty();
  }

  /** The names of vectors, categorical features and sequences: inputs that a network can have. */
  public List<String> inputs() {
    List<String> inputs = new ArrayList<>();
    vectors.forEach(vector -> inputs.add(vector.name()));
    inputs.addAll(categorical.keySet());
    sequences.forEach(sequence -> inputs.add(sequence.name()));
    return inputs;
  }

  /** The sizes of the categorical features, in order. */
  public List<Integer> sizes() {
    return List.copyOf(categorical.values());
  }
}
