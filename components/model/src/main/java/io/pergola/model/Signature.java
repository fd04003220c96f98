package io.pergola.model;

import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What goes into a servable and what comes out, as {@code signature.json} says it.
 *
 * @param task what the model answers
 * @param inputs the raw columns a prediction needs, by name
 * @param labelInputs the raw columns the label is computed from, by name; needed for {@link
 *     Servable#labels} only
 * @param dense a name for each column of the graph's input {@code dense}, in order: that of a
 *     feature, or of a vector with a number, {@code genres[0]}
 * @param categorical the id features, each an input of the graph under its name
 * @param sequences the features of ids in an order that matters, each an input of the graph under
 *     its name
 * @param label the label's name, if the plan has one
 * @param outputs the width of a prediction: the number of classes, or 1
 * @param pergola the release that wrote the servable
 * @param training what the trainer tells of itself: steps, loss, framework; sorted by key
 * @param graphs the graphs that lie beside it
 */
public record Signature(
    Task task,
    List<Input> inputs,
    List<Input> labelInputs,
    List<String> dense,
    List<Category> categorical,
    List<Sequence> sequences,
    Optional<String> label,
    int outputs,
    String pergola,
    SortedMap<String, String> training,
    Graphs graphs) {

  /** The version of {@code signature.json} that this release writes and the newest it reads. */
  public static final int FORMAT = 1;

  /** The name of the file that holds a signature. */
  public static final String FILE = "signature.json";

  /** The name of the graph's only output, float32 [n, outputs]. */
  public static final String PREDICTION = "prediction";

  /** The name of the graph's input of float features, float32 [n, d]; absent where d is 0. */
  public static final String DENSE = "dense";

  public Signature {
    inputs = List.copyOf(inputs);
    labelInputs = List.copyOf(labelInputs);
    dense = List.copyOf(dense);
    categorical = List.copyOf(categorical);
    sequences = List.copyOf(sequences);
    training = Collections.unmodifiableSortedMap(new TreeMap<>(training));
    if (task == Task.MULTICLASS ? outputs < 2 : outputs != 1) {
      throw new IllegalArgumentException(
          "Invalid number of outputs of a %s model: %d (must be %s)"
              .formatted(task, outputs, task == Task.MULTICLASS ? "2 or more" : "1"));
    }
    categorical.forEach(category -> requireFree(category.name()));
    sequences.forEach(sequence -> requireFree(sequence.name()));
  }

  private static void requireFree(String name) {
    if (name.equals(DENSE) || name.equals(PREDICTION)) {
      throw new IllegalArgumentException(
          ("Invalid feature name: '%s' (it names another input or output of the graph). Rename the"
                  + " feature: .as(\"%s_id\").")
              .formatted(name, name));
    }
  }

  /** A raw column. */
  public record Input(String name, FittedPlan.Kind type) {}

  /**
   * An id feature.
   *
   * @param size ids lie in 0..size; the last stands for missing and out of the vocabulary
   */
  public record Category(String name, int size) {}

  /**
   * A feature of ids in an order that matters.
   *
   * @param length how many an example has
   * @param size ids lie in 0..size; the last is padding, and stands behind all others
   */
  public record Sequence(String name, int length, int size) {}

  /**
   * The signature of a model of a plan's features.
   *
   * @param training what the trainer tells of itself
   */
  public static Signature of(
      FittedPlan plan, Task task, int outputs, Map<String, String> training) {
    FittedPlan.Features features = plan.features();
    return new Signature(
        task,
        inputs(plan.inputs()),
        inputs(plan.labelInputs()),
        features.denseColumns(),
        features.categorical().stream().map(c -> new Category(c.name(), c.size())).toList(),
        features.sequences().stream()
            .map(s -> new Sequence(s.name(), s.length(), s.size()))
            .toList(),
        features.label().map(FittedPlan.Target::name),
        outputs,
        release(),
        new TreeMap<>(training),
        Graphs.NONE);
  }

  /**
   * The signature of a model that predicts the plan's label: a truth value makes it {@link
   * Task#BINARY}, a number {@link Task#REGRESSION}, a category {@link Task#MULTICLASS}.
   *
   * @throws IllegalArgumentException if the plan has no label
   */
  public static Signature of(FittedPlan plan, Map<String, String> training) {
    FittedPlan.Target label =
        plan.features()
            .label()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot tell what a model predicts: its plan has no label. End the plan"
                            + " with .label(...)."));
    return switch (label.kind()) {
      case TRUTH -> of(plan, Task.BINARY, 1, training);
      case NUMBER -> of(plan, Task.REGRESSION, 1, training);
      case CATEGORY -> of(plan, Task.MULTICLASS, label.size(), training);
    };
  }

  /**
   * Reads a signature.
   *
   * @param directoryOrFile a {@code signature.json}, or the directory that holds it
   * @throws IOException if it cannot be read, is not a signature, or is of a newer format
   */
  public static Signature read(Path directoryOrFile) throws IOException {
    return SignatureFile.read(directoryOrFile);
  }

  /**
   * The signature of a model from elsewhere.
   *
   * @param label computes the label from raw columns; its features are not looked at
   */
  public static Signature of(
      FittedPlan label,
      Task task,
      int outputs,
      Map<String, String> training,
      ImportedGraph imported) {
    SortedMap<String, FittedPlan.Kind> columns = new TreeMap<>();
    for (GraphInput input : imported.inputs()) {
      for (GraphInput.Column column : input.columns()) {
        FittedPlan.Kind kind = input.kind(column);
        FittedPlan.Kind other = columns.put(column.name(), kind);
        if (other != null && other != kind) {
          throw new IllegalArgumentException(
              "Invalid inputs: column '%s' is both %s and %s (must be one of them)"
                  .formatted(column.name(), other, kind));
        }
      }
    }
    List<Input> inputs = new ArrayList<>();
    columns.forEach((name, kind) -> inputs.add(new Input(name, kind)));
    return new Signature(
        task,
        inputs,
        inputs(label.labelInputs()),
        List.of(),
        List.of(),
        List.of(),
        label.features().label().map(FittedPlan.Target::name),
        outputs,
        release(),
        new TreeMap<>(training),
        new Graphs(Optional.empty(), new TreeMap<>(), Optional.of(imported)));
  }

  /** The same beside other graphs. */
  public Signature with(Graphs others) {
    return new Signature(
        task,
        inputs,
        labelInputs,
        dense,
        categorical,
        sequences,
        label,
        outputs,
        pergola,
        training,
        others);
  }

  private static List<Input> inputs(List<FittedPlan.Input> inputs) {
    List<Input> columns = new ArrayList<>();
    inputs.forEach(input -> columns.add(new Input(input.column(), input.kind())));
    return columns;
  }

  private static String release() {
    try (InputStream properties =
        Signature.class.getResourceAsStream(
            "/META-INF/maven/io.pergola/pergola-model/pom.properties")) {
      Properties maven = new Properties();
      if (properties != null) {
        maven.load(properties);
      }
      return maven.getProperty("version", "development");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
