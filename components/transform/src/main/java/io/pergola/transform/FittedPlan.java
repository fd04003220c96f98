package io.pergola.transform;

import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.feature.Expr;
import io.pergola.feature.FeaturePlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A feature plan with every constant known: turns raw examples into features, the same bits
 * wherever it runs. Immutable and thread-safe.
 *
 * <p>Numbers are float32 and every operation rounds to float32. A missing value stays missing
 * unless the plan says what to put in its place.
 */
public final class FittedPlan {
  /** The version of {@code transform.json} that this release writes and the newest it reads. */
  public static final int FORMAT = 1;

  /** The name of the file that holds a fitted plan. */
  public static final String FILE = "transform.json";

  private final FeaturePlan plan;
  private final Map<Expr, Fitted> fitted;

  private FittedPlan(FeaturePlan plan, Map<Expr, Fitted> fitted) {
    this.plan = plan;
    this.fitted = fitted;
  }

  /**
   * A plan and its constants.
   *
   * @throws IllegalArgumentException if an expression of the plan lacks its constants, or constants
   *     fit no expression of the plan
   */
  public static FittedPlan of(FeaturePlan plan, Collection<? extends Fitted> fitted) {
    FittedPlan whole = partial(plan, fitted);
    for (Expr analyzer : Exprs.analyzers(plan)) {
      if (!whole.fitted.containsKey(analyzer)) {
        throw new IllegalArgumentException(
            "Invalid fitted plan: nothing is fitted for %s (every analyzer must be)"
                .formatted(analyzer));
      }
    }
    return whole;
  }

  /** A plan of which later phases are still to be fitted. */
  static FittedPlan partial(FeaturePlan plan, Collection<? extends Fitted> fitted) {
    Map<Expr, Fitted> given = new LinkedHashMap<>();
    for (Fitted constants : fitted) {
      if (given.put(constants.of(), constants) != null) {
        throw new IllegalArgumentException(
            "Invalid fitted plan: %s is fitted twice".formatted(constants.of()));
      }
    }
    Map<Expr, Fitted> ordered = new LinkedHashMap<>();
    for (Expr analyzer : Exprs.analyzers(plan)) {
      Fitted constants = given.remove(analyzer);
      if (constants != null) {
        ordered.put(analyzer, constants);
      }
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid fitted plan: %s is fitted, but the plan does not have it"
              .formatted(given.keySet().iterator().next()));
    }
    return new FittedPlan(plan, ordered);
  }

  /**
   * Reads a fitted plan.
   *
   * @param directoryOrFile a {@code transform.json}, or the directory that holds it
   * @throws IOException if it cannot be read, is not a fitted plan, or is of a newer format
   */
  public static FittedPlan read(Path directoryOrFile) throws IOException {
    return PlanFile.read(directoryOrFile);
  }

  /**
   * Writes {@code transform.json}.
   *
   * @param directory an existing directory; the file appears there whole or not at all
   */
  public void write(Path directory) throws IOException {
    PlanFile.write(this, directory);
  }

  /** What was asked for. */
  public FeaturePlan plan() {
    return plan;
  }

  /** The constants, each after those that it was computed with. */
  public List<Fitted> fitted() {
    return List.copyOf(fitted.values());
  }

  /** The raw columns that the features are computed from, by name. */
  public List<Input> inputs() {
    List<Expr> exprs = new ArrayList<>(plan.dense().values());
    exprs.addAll(plan.categorical().values());
    exprs.addAll(plan.sequences().values());
    return inputsOf(exprs);
  }

  /** The raw columns that the label is computed from, by name; some may be inputs as well. */
  public List<Input> labelInputs() {
    return inputsOf(plan.labels().values());
  }

  /** The raw columns that the weight of examples is computed from, by name. */
  public List<Input> weightInputs() {
    return inputsOf(plan.weights().values());
  }

  /** The names of all raw columns that the plan reads: for features, label and weight. */
  public Set<String> columns() {
    Set<String> columns = new TreeSet<>();
    Stream.of(inputs(), labelInputs(), weightInputs())
        .flatMap(List::stream)
        .forEach(input -> columns.add(input.column()));
    return columns;
  }

  /** What {@link #apply} returns, in its order. */
  public Features features() {
    List<DenseFeature> dense = new ArrayList<>();
    plan.dense()
        .forEach(
            (name, e) -> dense.add(new DenseFeature(name, e.width(), e instanceof Expr.OfVector)));
    List<CategoricalFeature> categorical = new ArrayList<>();
    plan.categorical()
        .forEach((name, e) -> categorical.add(new CategoricalFeature(name, e.size())));
    List<SequenceFeature> sequences = new ArrayList<>();
    plan.sequences()
        .forEach((name, e) -> sequences.add(new SequenceFeature(name, e.length(), e.size())));
    Optional<Target> label =
        plan.labels().entrySet().stream()
            .findFirst()
            .map(entry -> target(entry.getKey(), entry.getValue()));
    return new Features(
        dense, categorical, sequences, label, plan.weights().keySet().stream().findFirst());
  }

  /**
   * Turns raw examples into features: dense ones as float columns, categorical ones as integer
   * columns, sequences as integer columns, then the label (1 or 0 for a truth value, a float, or an
   * integer id for a category). Vectors and sequences are multivalent, with as many values as they
   * are wide or long wherever they are present; all others are univalent. Then the weight, a float.
   * Label and weight are left out where the batch lacks a column that they need.
   *
   * @param raw with at least the columns of {@link #inputs}; others are ignored
   * @throws IllegalArgumentException if a column is absent, is not of the planned type, has an
   *     example with more values than planned, or has a value that the plan refuses; the message
   *     names the feature, the column and the value
   */
  public ExampleBatch apply(ExampleBatch raw) {
    Evaluation evaluation = new Evaluation(fitted, raw);
    return transformed(evaluation, raw, 0, raw.rows());
  }

  /**
   * Turns raw examples into features as {@link #apply} does, and hands them on in parts, so that
   * vectors and sequences are never written out for all rows at once.
   *
   * @param most the number of rows of each part but the last
   */
  void apply(ExampleBatch raw, int most, PartConsumer to) throws IOException {
    Evaluation evaluation = new Evaluation(fitted, raw);
    int from = 0;
    do {
      int end = from + Math.min(most, raw.rows() - from);
      to.accept(transformed(evaluation, raw, from, end));
      from = end;
    } while (from < raw.rows());
  }

  /** Takes transformed examples. */
  interface PartConsumer {
    void accept(ExampleBatch part) throws IOException;
  }

  private ExampleBatch transformed(Evaluation evaluation, ExampleBatch raw, int from, int to) {
    List<ExampleColumn> columns = features(evaluation, from, to);
    Map<String, Expr> extras = new LinkedHashMap<>(plan.labels());
    extras.putAll(plan.weights());
    extras.forEach(
        (name, e) -> {
          if (Exprs.columns(List.of(e)).keySet().stream()
              .allMatch(column -> raw.find(column).isPresent())) {
            columns.add(rows(evaluation.feature(name, e), from, to));
          }
        });
    return ExampleBatch.of(to - from, columns);
  }

  private static ExampleColumn rows(ExampleColumn column, int from, int to) {
    if (from == 0 && to == column.rows()) {
      return column;
    }
    int[] rows = IntStream.range(from, to).toArray();
    return ExampleBatch.of(column.rows(), List.of(column)).select(rows).column(column.name());
  }

  /**
   * Turns raw examples into features as {@link #apply} does, leaving label and weight out: what a
   * prediction needs.
   */
  public ExampleBatch applyWithoutLabel(ExampleBatch raw) {
    return ExampleBatch.of(raw.rows(), features(new Evaluation(fitted, raw), 0, raw.rows()));
  }

  /**
   * Turns one raw example into features, as {@link #apply(ExampleBatch)} does.
   *
   * @param row values by column: {@code Integer}, {@code Long}, {@code Float} or {@code Double}
   *     where the plan reads a number, {@code String} where it reads text, and a {@code Collection}
   *     of these where it reads any number of them; null or left out is missing, and columns that
   *     the plan does not read are ignored
   * @return features in the order of {@link #features}, then the label if the row has a column of
   *     each that it needs: {@code Float} if dense, {@code float[]} if a vector, {@code Long} if
   *     categorical, {@code long[]} if a sequence; a missing one is left out
   * @throws IllegalArgumentException if a value is not of the planned type, or one that the plan
   *     refuses; the message names the feature, the column and the value
   */
  public Map<String, Object> apply(Map<String, ? extends @Nullable Object> row) {
    return RawRow.values(apply(RawRow.batch(this, row)));
  }

  /** The same plan made ready for one example at a time. */
  public PreparedPlan prepare() {
    return new PreparedPlan(this);
  }

  /** Some features alone. */
  ExampleBatch only(Map<String, Expr> features, ExampleBatch raw) {
    Evaluation evaluation = new Evaluation(fitted, raw);
    List<ExampleColumn> columns = new ArrayList<>();
    features.forEach((name, e) -> columns.add(column(evaluation, name, e, 0, raw.rows())));
    return ExampleBatch.of(raw.rows(), columns);
  }

  private static ExampleColumn column(
      Evaluation evaluation, String name, Expr e, int from, int to) {
    if (e instanceof Expr.OfVector vector) {
      return evaluation.vector(name, vector, from, to);
    }
    return e instanceof Expr.OfSequence sequence
        ? evaluation.sequence(name, sequence, from, to)
        : rows(evaluation.feature(name, e), from, to);
  }

  private List<ExampleColumn> features(Evaluation evaluation, int from, int to) {
    List<ExampleColumn> columns = new ArrayList<>();
    plan.dense().forEach((name, e) -> columns.add(column(evaluation, name, e, from, to)));
    plan.categorical().forEach((name, e) -> columns.add(column(evaluation, name, e, from, to)));
    plan.sequences().forEach((name, e) -> columns.add(column(evaluation, name, e, from, to)));
    return columns;
  }

  /**
   * The label alone.
   *
   * @param raw with at least the columns of {@link #labelInputs}; others are ignored
   * @throws IllegalArgumentException if the plan has no label, or as {@link #apply} does
   */
  public ExampleColumn label(ExampleBatch raw) {
    if (plan.labels().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot compute a label: the plan has none. End the plan with .label(...).");
    }
    String name = plan.labels().firstKey();
    Expr label = Objects.requireNonNull(plan.labels().get(name));
    return new Evaluation(fitted, raw).feature(name, label);
  }

  /** The columns of what {@link #apply} returns for raw examples with these columns. */
  public ExampleSchema schema(ExampleSchema raw) {
    Features features = features();
    List<ExampleSchema.Field> fields = new ArrayList<>();
    plan.dense()
        .forEach(
            (name, e) ->
                fields.add(
                    new ExampleSchema.Field(name, ColumnType.FLOAT, e instanceof Expr.OfVector)));
    features.categorical().forEach(feature -> fields.add(field(feature.name(), ColumnType.INT)));
    features
        .sequences()
        .forEach(
            feature -> fields.add(new ExampleSchema.Field(feature.name(), ColumnType.INT, true)));
    features
        .label()
        .filter(label -> labelInputs().stream().allMatch(i -> raw.find(i.column()).isPresent()))
        .ifPresent(label -> fields.add(field(label.name(), label.kind().columnType())));
    features
        .weight()
        .filter(weight -> weightInputs().stream().allMatch(i -> raw.find(i.column()).isPresent()))
        .ifPresent(weight -> fields.add(field(weight, ColumnType.FLOAT)));
    return new ExampleSchema(fields);
  }

  Map<Expr, Fitted> constants() {
    return fitted;
  }

  private static ExampleSchema.Field field(String name, ColumnType type) {
    return ExampleSchema.Field.of(name, type);
  }

  private static Target target(String name, Expr e) {
    if (e instanceof Expr.OfCategory category) {
      return new Target(name, LabelKind.CATEGORY, category.size());
    }
    return new Target(name, e instanceof Expr.OfTruth ? LabelKind.TRUTH : LabelKind.NUMBER, 1);
  }

  private static List<Input> inputsOf(Iterable<? extends Expr> exprs) {
    List<Input> inputs = new ArrayList<>();
    Exprs.columns(exprs).forEach((column, kind) -> inputs.add(new Input(column, kind)));
    return inputs;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FittedPlan that && plan.equals(that.plan) && fitted.equals(that.fitted);
  }

  @Override
  public int hashCode() {
    return plan.hashCode() * 31 + fitted.hashCode();
  }

  @Override
  public String toString() {
    return "FittedPlan[plan=%s, fitted=%s]".formatted(plan, fitted.values());
  }

  /** What a raw column is read as. */
  public enum Kind {
    /** Integers or floating-point numbers. */
    NUMBER("a number"),
    /** Text or bytes. */
    TEXT("text"),
    /** Any number of integers or floating-point numbers. */
    NUMBERS("a list of numbers"),
    /** Any number of texts or bytes. */
    TEXTS("a list of texts");

    private final String phrase;

    Kind(String phrase) {
      this.phrase = phrase;
    }

    /** As messages say it. */
    String phrase() {
      return phrase;
    }
  }

  /** A raw column that a plan reads. */
  public record Input(String column, Kind kind) {}

  /**
   * The features of a plan, in the order in which models take them.
   *
   * @param dense the float features, sorted by name
   * @param categorical the id features, sorted by name
   * @param sequences the features of ids in an order that matters, sorted by name
   * @param label what a model learns to predict
   * @param weight the name of the feature that says how much an example counts in training
   */
  public record Features(
      List<DenseFeature> dense,
      List<CategoricalFeature> categorical,
      List<SequenceFeature> sequences,
      Optional<Target> label,
      Optional<String> weight) {
    public Features {
      dense = List.copyOf(dense);
      categorical = List.copyOf(categorical);
      sequences = List.copyOf(sequences);
    }

    /** Features of examples that all count the same. */
    public Features(
        List<DenseFeature> dense,
        List<CategoricalFeature> categorical,
        List<SequenceFeature> sequences,
        Optional<Target> label) {
      this(dense, categorical, sequences, label, Optional.empty());
    }

    /** The number of floats of all dense features of an example. */
    public int denseWidth() {
      return dense.stream().mapToInt(DenseFeature::width).reduce(0, Math::addExact);
    }

    /** The number of values of all vectors and sequences of an example. */
    public long listedValues() {
      return dense.stream().filter(DenseFeature::vector).mapToLong(DenseFeature::width).sum()
          + sequences.stream().mapToLong(SequenceFeature::length).sum();
    }

    /**
     * A name for each float of the dense features: a feature's own, or that of a vector with a
     * number from 0 on, {@code genres[0]}, {@code genres[1]}.
     */
    public List<String> denseColumns() {
      List<String> columns = new ArrayList<>();
      for (DenseFeature feature : dense) {
        if (!feature.vector()) {
          columns.add(feature.name());
        } else {
          for (int i = 0; i < feature.width(); i++) {
            columns.add("%s[%d]".formatted(feature.name(), i));
          }
        }
      }
      return columns;
    }
  }

  /**
   * A feature of floats.
   *
   * @param width how many an example has; 1 unless it is a vector
   * @param vector whether it is a vector, which can have one float as well
   */
  public record DenseFeature(String name, int width, boolean vector) {
    public DenseFeature {
      if (width < 1 || !vector && width != 1) {
        throw new IllegalArgumentException(
            "Invalid width of feature '%s': %d (must be 1, or above 0 of a vector)"
                .formatted(name, width));
      }
    }

    /** A feature of one float an example. */
    public static DenseFeature of(String name) {
      return new DenseFeature(name, 1, false);
    }
  }

  /**
   * A feature of ids in an order that matters.
   *
   * @param length how many an example has, padding included
   * @param size ids lie in 0..size-1, and {@code size} is padding, which stands behind all others
   */
  public record SequenceFeature(String name, int length, int size) {}

  /**
   * A feature of ids.
   *
   * @param size ids lie in 0..size-1, or are -1 where the term is out of the vocabulary; the plan's
   *     size, which a vocabulary of fewer terms does not exhaust
   */
  public record CategoricalFeature(String name, int size) {}

  /** What a label is. */
  public enum LabelKind {
    /** True (1) or false (0). */
    TRUTH,
    /** A number. */
    NUMBER,
    /** An id in 0..size-1. */
    CATEGORY;

    ColumnType columnType() {
      return this == CATEGORY ? ColumnType.INT : ColumnType.FLOAT;
    }
  }

  /**
   * The label of a plan.
   *
   * @param size the number of classes of a {@link LabelKind#CATEGORY}, otherwise 1
   */
  public record Target(String name, LabelKind kind, int size) {}
}
