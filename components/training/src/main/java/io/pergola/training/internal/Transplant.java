package io.pergola.training.internal;

import io.pergola.training.FeatureEmbeddings;
import io.pergola.training.FeatureLayer;
import io.pergola.training.FeatureWeights;
import io.pergola.training.Training;
import io.pergola.training.TrainingException;
import io.pergola.training.TrainingFeatures;
import io.pergola.training.WarmStart;
import io.pergola.training.internal.Structure.Step;
import io.pergola.transform.FittedPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies weights from one network to another, layer by layer, where names and shapes agree. Rows of
 * tables, and of matrices that read columns, go by what they stand for ({@link Meanings}), not by
 * their place: a vocabulary in another order keeps the embedding of each word.
 */
public final class Transplant {
  private static final String ALL = "all weights";

  private final Side from;
  private final Side to;
  private final SortedMap<String, String> taken = new TreeMap<>();
  private final SortedMap<String, String> left = new TreeMap<>();

  private Transplant(Side from, Side to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies what can be.
   *
   * @param wanted layers that must take their weights, or else none do; empty for as many as can
   * @throws TrainingException if there is no such layer, or one cannot take them; the message says
   *     why
   */
  public static WarmStart start(
      Model network,
      FittedPlan plan,
      TrainingFeatures features,
      EarlierNetwork earlier,
      Collection<String> wanted) {
    TrainingFeatures before = TrainingFeatures.of(earlier.plan().features(), features.seed());
    Transplant transplant =
        new Transplant(
            new Side(Structure.of(earlier.network()), before, new Meanings(earlier.plan(), before)),
            new Side(Structure.of(network), features, new Meanings(plan, features)));
    for (String layer : wanted) {
      requireLayer(transplant.to.structure, layer);
    }
    List<Runnable> copies = new ArrayList<>();
    transplant.to.structure.steps().forEach(step -> transplant.visit(step, wanted, copies));
    for (String layer : wanted) {
      String reason = transplant.left.get(layer);
      if (reason != null) {
        throw new TrainingException(
            "Cannot start layer '%s' from the earlier model: %s. Leave it out of those that must, or build it as it was."
                .formatted(layer, reason));
      }
    }
    copies.forEach(Runnable::run);
    return new WarmStart(transplant.taken, transplant.left);
  }

  static Step requireLayer(Structure structure, String layer) {
    return structure
        .find(layer)
        .filter(Step::learns)
        .orElseThrow(
            () ->
                new TrainingException(
                    "Cannot find layer '%s' with weights: the network has %s. Correct the name."
                        .formatted(layer, structure.layers())));
  }

  /** One of the two networks; each column of a value is called by what it stands for. */
  private static final class Side {
    private final Structure structure;
    private final TrainingFeatures features;
    private final Meanings meanings;
    private final Map<String, List<String>> columns = new HashMap<>();

    /** Tables that start anew in a layer of which others do not. */
    private final Set<String> anew = new HashSet<>();

    private Side(Structure structure, TrainingFeatures features, Meanings meanings) {
      this.structure = structure;
      this.features = features;
      this.meanings = meanings;
    }

    /** Of a step that has been named, or of an input of the network. */
    private List<String> columns(String name) {
      List<String> known = columns.get(name);
      return known == null ? meanings.columns(name) : known;
    }

    private List<String> read(Step step) {
      List<String> all = new ArrayList<>();
      step.inputs().forEach(input -> all.addAll(columns(input)));
      return all;
    }

    /**
     * Names the columns of a step's output.
     *
     * @param prefix stands before the names of those that a layer learns
     */
    private void name(Step step, String prefix) {
      columns.put(step.name(), named(step, prefix + step.name()));
    }

    private List<String> named(Step step, String name) {
      if (step.vertex().isPresent() && step.vertex().get() instanceof ElementWiseVertex) {
        return combined(step);
      }
      if (!step.learns()) {
        return read(step);
      }
      Layer conf = step.conf().orElseThrow();
      if (conf instanceof FeatureEmbeddings embeddings) {
        List<String> all = new ArrayList<>(dense());
        int i = 0;
        for (String feature : features.categorical().keySet()) {
          String table = name + " of " + feature;
          String prefix = anew.contains(table) ? "new " : "";
          all.addAll(numbered(prefix + table, embeddings.tableWidths().get(i++)));
        }
        return all;
      }
      return conf instanceof FeedForwardLayer sized && sized.getNOut() > 0
          ? numbered(name, Math.toIntExact(sized.getNOut()))
          : read(step).stream().map(column -> name + " of " + column).toList();
    }

    private List<String> combined(Step step) {
      List<String> sum = new ArrayList<>(columns(step.inputs().get(0)));
      for (String input : step.inputs().subList(1, step.inputs().size())) {
        List<String> other = columns(input);
        for (int i = 0; i < sum.size(); i++) {
          sum.set(i, sum.get(i) + " and " + (i < other.size() ? other.get(i) : "nothing"));
        }
      }
      return sum;
    }

    private List<String> dense() {
      return features.dense().isEmpty() ? List.of() : meanings.columns(Training.DENSE);
    }

    private static List<String> numbered(String name, int size) {
      return IntStream.range(0, size).mapToObj(i -> name + " " + i).toList();
    }
  }

  private void visit(Step step, Collection<String> wanted, List<Runnable> copies) {
    if (!step.learns()) {
      to.name(step, "");
      return;
    }
    Optional<Step> before = from.structure.find(step.name()).filter(Step::learns);
    before.ifPresent(
        found ->
            from.structure.steps().stream()
                .takeWhile(other -> other != found)
                .filter(other -> !from.columns.containsKey(other.name()))
                .forEach(other -> from.name(other, "")));
    Outcome outcome =
        wanted.isEmpty() || wanted.contains(step.name())
            ? before.map(found -> outcome(found, step)).orElseGet(() -> Outcome.no("it is new"))
            : Outcome.no("it was not asked for");
    if (outcome.copy().isPresent()) {
      copies.add(outcome.copy().get());
      taken.put(step.name(), outcome.text());
    } else {
      left.put(step.name(), outcome.text());
    }
    to.name(step, outcome.copy().isPresent() ? "" : "new ");
  }

  /**
   * What becomes of a layer.
   *
   * @param text what is copied, or why nothing is
   */
  private record Outcome(Optional<Runnable> copy, String text) {
    static Outcome no(String reason) {
      return new Outcome(Optional.empty(), reason);
    }
  }

  private Outcome outcome(Step before, Step step) {
    Layer was = before.conf().orElseThrow();
    Layer is = step.conf().orElseThrow();
    if (was.getClass() != is.getClass()) {
      return Outcome.no("it was a " + was.getClass().getSimpleName());
    }
    if (to.structure.last().contains(step.name())
        && !to.meanings.answers().equals(from.meanings.answers())) {
      return Outcome.no("it answers something else");
    }
    if (is instanceof FeatureLayer layer) {
      return ofFeatures(before, (FeatureLayer) was, step, layer);
    }
    if (is instanceof EmbeddingLayer || is instanceof EmbeddingSequenceLayer) {
      return ofRows(before, table(from, before), step, table(to, step));
    }
    if (is instanceof DenseLayer || is instanceof OutputLayer) {
      return ofRows(before, from.read(before), step, to.read(step));
    }
    return whole(before, from.read(before), step, to.read(step));
  }

  /** What the rows of an embedding's table stand for. */
  private static List<String> table(Side side, Step step) {
    String input = step.inputs().get(0);
    Set<String> ids = side.features.categorical().keySet();
    if (ids.contains(input)
        || side.features.sequences().stream().anyMatch(s -> s.name().equals(input))) {
      return side.meanings.rows(input);
    }
    // A network of layers whose only feature is one of ids.
    return ids.size() == 1 ? side.meanings.rows(ids.iterator().next()) : side.read(step);
  }

  /** A layer whose matrix {@code W} has a row for each column that it reads, or each id. */
  private Outcome ofRows(Step before, List<String> were, Step step, List<String> are) {
    INDArray old = weights(before, "W");
    INDArray matrix = weights(step, "W");
    if (were.size() != old.size(0) || are.size() != matrix.size(0)) {
      return whole(before, were, step, are);
    }
    if (!before.weights().keySet().equals(step.weights().keySet())
        || old.size(1) != matrix.size(1)) {
      return Outcome.no(
          "its weights have the shape %s, and had %s"
              .formatted(Arrays.toString(matrix.shape()), Arrays.toString(old.shape())));
    }
    int[] places = places(were, are);
    long found = found(places);
    if (found == 0) {
      return Outcome.no("nothing that it reads was there before");
    }
    Runnable copy =
        () -> {
          int width = Math.toIntExact(matrix.size(1));
          float[] values = Arrays2d.rowMajor(matrix);
          copyRows(Arrays2d.rowMajor(old), 0, values, 0, places, width);
          assign(matrix, values);
          step.weights()
              .forEach(
                  (name, weights) -> {
                    if (!name.equals("W")) {
                      weights.assign(weights(before, name));
                    }
                  });
        };
    return new Outcome(Optional.of(copy), text(found, places.length));
  }

  /** A layer that takes all of its weights, or none. */
  private static Outcome whole(Step before, List<String> were, Step step, List<String> are) {
    if (!were.equals(are)) {
      return Outcome.no("what it reads was another");
    }
    if (!before.weights().keySet().equals(step.weights().keySet())) {
      return Outcome.no(
          "it has the weights %s, and had %s"
              .formatted(step.weights().keySet(), before.weights().keySet()));
    }
    for (Map.Entry<String, INDArray> weights : step.weights().entrySet()) {
      INDArray old = weights(before, weights.getKey());
      if (!Arrays.equals(old.shape(), weights.getValue().shape())) {
        return Outcome.no(
            "its weights %s have the shape %s, and had %s"
                .formatted(
                    weights.getKey(),
                    Arrays.toString(weights.getValue().shape()),
                    Arrays.toString(old.shape())));
      }
    }
    Runnable copy =
        () -> step.weights().forEach((name, weights) -> weights.assign(weights(before, name)));
    return new Outcome(Optional.of(copy), ALL);
  }

  /** A layer with a table for each feature of ids, one behind the other. */
  private Outcome ofFeatures(Step before, FeatureLayer was, Step step, FeatureLayer is) {
    boolean linear = is instanceof FeatureWeights;
    int out = Math.toIntExact(is.getNOut());
    if (linear && was.getNOut() != out) {
      return Outcome.no("it has %d outputs, and had %d".formatted(out, was.getNOut()));
    }
    INDArray oldFlat = weights(before, FlatParameters.WEIGHTS);
    INDArray flat = weights(step, FlatParameters.WEIGHTS);
    List<Table> tables = new ArrayList<>();
    if (linear && is.denseSize() > 0 && was.denseSize() > 0) {
      tables.add(new Table("numbers", 0, 0, places(from.dense(), to.dense()), out));
    }
    List<String> names = List.copyOf(to.features.categorical().keySet());
    List<String> oldNames = List.copyOf(from.features.categorical().keySet());
    for (String feature : names) {
      int at = names.indexOf(feature);
      int oldAt = oldNames.indexOf(feature);
      int width = is.tableWidths().get(at);
      if (oldAt >= 0
          && was.tableWidths().get(oldAt) == width
          && from.meanings.rows(feature).size() == was.tableRows().get(oldAt)
          && to.meanings.rows(feature).size() == is.tableRows().get(at)) {
        tables.add(
            new Table(
                feature,
                start(was, oldAt, linear),
                start(is, at, linear),
                places(from.meanings.rows(feature), to.meanings.rows(feature)),
                width));
      } else {
        to.anew.add(step.name() + " of " + feature);
      }
    }
    long found = tables.stream().mapToLong(table -> found(table.places())).sum();
    if (found == 0) {
      return Outcome.no("nothing that it reads was there before");
    }
    Runnable copy =
        () -> {
          float[] old = Arrays2d.rowMajor(oldFlat);
          float[] values = Arrays2d.rowMajor(flat);
          for (Table table : tables) {
            copyRows(old, table.from(), values, table.to(), table.places(), table.width());
          }
          assign(flat, values);
          if (linear) {
            weights(step, FlatParameters.BIASES).assign(weights(before, FlatParameters.BIASES));
          }
        };
    return new Outcome(Optional.of(copy), text(tables, is, names, linear));
  }

  /** What is copied of each table, where it is not all of all. */
  private static String text(
      List<Table> tables, FeatureLayer layer, List<String> names, boolean linear) {
    StringJoiner parts = new StringJoiner(", ");
    boolean all = true;
    if (linear && layer.denseSize() > 0) {
      all = add(tables, "numbers", layer.denseSize(), parts);
    }
    for (int i = 0; i < names.size(); i++) {
      all &= add(tables, names.get(i), layer.tableRows().get(i), parts);
    }
    return all ? ALL : parts.toString();
  }

  private static boolean add(List<Table> tables, String name, int rows, StringJoiner parts) {
    long found =
        tables.stream()
            .filter(table -> table.name().equals(name))
            .mapToLong(table -> found(table.places()))
            .sum();
    parts.add("%s: %d of %d rows".formatted(name, found, rows));
    return found == rows;
  }

  /**
   * Rows of one length among the weights of a layer.
   *
   * @param from where the old ones start
   * @param to where the new ones start
   * @param places of each new one among the old ones, -1 if it is none of them
   */
  @SuppressWarnings("ArrayRecordComponent") // Made and read here only.
  private record Table(String name, int from, int to, int[] places, int width) {}

  private static int start(FeatureLayer layer, int table, boolean linear) {
    int start = linear ? Math.toIntExact(layer.denseSize() * layer.getNOut()) : 0;
    for (int i = 0; i < table; i++) {
      start += layer.tableRows().get(i) * layer.tableWidths().get(i);
    }
    return start;
  }

  private static int[] places(List<String> were, List<String> are) {
    Map<String, Integer> known = new HashMap<>();
    for (int i = 0; i < were.size(); i++) {
      known.putIfAbsent(were.get(i), i);
    }
    return are.stream().mapToInt(name -> known.getOrDefault(name, -1)).toArray();
  }

  private static long found(int[] places) {
    return Arrays.stream(places).filter(place -> place >= 0).count();
  }

  private static String text(long found, int rows) {
    return found == rows ? ALL : "%d of %d rows".formatted(found, rows);
  }

  private static void copyRows(
      float[] old, int from, float[] values, int to, int[] places, int width) {
    for (int row = 0; row < places.length; row++) {
      if (places[row] >= 0) {
        System.arraycopy(old, from + places[row] * width, values, to + row * width, width);
      }
    }
  }

  private static INDArray weights(Step step, String name) {
    return Objects.requireNonNull(step.weights().get(name));
  }

  private static void assign(INDArray weights, float[] rowMajor) {
    weights.assign(Nd4j.create(rowMajor, weights.shape(), 'c'));
  }
}
