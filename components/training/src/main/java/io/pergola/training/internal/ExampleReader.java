package io.pergola.training.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.model.ModelInputs;
import io.pergola.training.ExampleForm;
import io.pergola.training.TrainingException;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads row groups of examples straight into a network's arrays: transformed ones, or raw ones to
 * which the plan is applied on the way. Stateless and thread-safe.
 */
public final class ExampleReader {
  /** The most values of vectors and sequences that the plan makes at once: 64 MB of float32. */
  private static final long MOST_VALUES = 1 << 24;

  private final FittedPlan.Features features;
  private final boolean classes;
  private final Set<String> columns;
  private final Optional<FittedPlan> applied;
  private final int mostRows;

  private ExampleReader(
      FittedPlan.Features features, Set<String> columns, Optional<FittedPlan> applied, long most) {
    this.features = features;
    this.classes =
        features.label().map(l -> l.kind() == FittedPlan.LabelKind.CATEGORY).orElse(false);
    this.columns = Set.copyOf(columns);
    this.applied = applied;
    long listed = features.listedValues();
    this.mostRows =
        applied.isEmpty() || listed == 0
            ? Integer.MAX_VALUE
            : (int) Math.min(Integer.MAX_VALUE, Math.max(1, most / listed));
  }

  /** Reads examples in a form of those that a plan takes or makes. */
  public static ExampleReader of(ExampleForm form, FittedPlan plan) {
    return switch (form) {
      case TRANSFORMED -> transformed(plan.features());
      case RAW -> applying(plan, MOST_VALUES);
    };
  }

  /** Reads what a plan made. */
  static ExampleReader transformed(FittedPlan.Features features) {
    Set<String> columns = new HashSet<>();
    features.dense().forEach(feature -> columns.add(feature.name()));
    features.categorical().forEach(feature -> columns.add(feature.name()));
    features.sequences().forEach(feature -> columns.add(feature.name()));
    features.label().ifPresent(label -> columns.add(label.name()));
    features.weight().ifPresent(columns::add);
    return new ExampleReader(features, columns, Optional.empty(), MOST_VALUES);
  }

  /**
   * Reads what a plan takes, and applies it.
   *
   * @param mostValues of vectors and sequences that it makes at once
   */
  static ExampleReader applying(FittedPlan plan, long mostValues) {
    return new ExampleReader(
        plan.features(), Set.copyOf(plan.columns()), Optional.of(plan), mostValues);
  }

  FittedPlan.Features features() {
    return features;
  }

  /**
   * Checks that examples have what is read.
   *
   * @throws TrainingException if they lack a column that the label, the weight or, of raw examples,
   *     a feature is computed from
   */
  public void require(ExampleSchema schema) {
    FittedPlan.Target label = features.label().orElseThrow();
    if (applied.isEmpty()) {
      requireColumn(schema, label.name(), "label");
      features.weight().ifPresent(weight -> requireColumn(schema, weight, "weight"));
      return;
    }
    List<String> absent =
        columns.stream().filter(column -> schema.find(column).isEmpty()).sorted().toList();
    if (!absent.isEmpty()) {
      throw new TrainingException(
          "Cannot apply the plan: the examples have no column %s. Give raw examples of the kind that the plan was fitted to, or train on transformed ones: Trainer.of(...)."
              .formatted(String.join(", ", absent)));
    }
  }

  private static void requireColumn(ExampleSchema schema, String name, String what) {
    if (schema.find(name).isEmpty()) {
      throw new TrainingException(
          ("Cannot train: the examples have no %s '%s', since a column that it is computed from"
                  + " was absent. Give ExampleGen data with all columns.")
              .formatted(what, name));
    }
  }

  /** What is read at once, in order: row groups, or parts of them where features are wide. */
  List<Part> parts(List<RowGroup> groups) {
    List<Part> parts = new ArrayList<>();
    for (RowGroup group : groups) {
      int rows = Math.toIntExact(group.rows());
      int from = 0;
      do {
        int to = from + Math.min(mostRows, rows - from);
        parts.add(new Part(group, from, to));
        from = to;
      } while (from < rows);
    }
    return parts;
  }

  /** The labelled examples of each part; a row group whose parts follow each other is read once. */
  List<ExampleRows> read(List<Part> parts) {
    List<ExampleRows> read = new ArrayList<>();
    @Nullable RowGroup open = null;
    @Nullable ExampleBatch batch = null;
    for (Part part : parts) {
      if (batch == null || !part.group().equals(open)) {
        batch = null;
        batch = batch(part.group());
        open = part.group();
      }
      read.add(rows(part.of(batch)));
    }
    return read;
  }

  private ExampleRows rows(ExampleBatch batch) {
    ExampleBatch transformed = applied.isEmpty() ? batch : applied.get().apply(batch);
    return ExampleRows.labelled(
        ModelInputs.of(features, transformed),
        classes,
        features.weight().map(name -> weights(transformed.column(name))).orElse(null));
  }

  /** The first labelled examples of a split, at most {@code limit}. */
  public ExampleRows first(List<RowGroup> groups, int limit) {
    List<ExampleRows> parts = new ArrayList<>();
    int rows = 0;
    for (RowGroup group : groups) {
      if (rows >= limit) {
        break;
      }
      for (ExampleRows part : read(parts(List.of(group)))) {
        ExampleRows some = part.rows() > limit - rows ? part.range(0, limit - rows) : part;
        parts.add(some);
        rows += some.rows();
      }
    }
    int width = width(features);
    ExampleRows all = ExampleRows.room(rows, width, ExampleRows.Weighted.of(features));
    int at = 0;
    for (ExampleRows part : parts) {
      System.arraycopy(part.features(), 0, all.features(), at * width, part.rows() * width);
      System.arraycopy(part.labels(), 0, all.labels(), at, part.rows());
      if (all.weights().length > 0) {
        System.arraycopy(part.weights(), 0, all.weights(), at, part.rows());
      }
      at += part.rows();
    }
    return all;
  }

  /**
   * The first raw examples of a split, with the columns that the plan reads, at most {@code limit};
   * none if transformed ones are read.
   */
  public List<ExampleBatch> firstRaw(List<RowGroup> groups, int limit) {
    List<ExampleBatch> raw = new ArrayList<>();
    int left = applied.isEmpty() ? 0 : limit;
    for (RowGroup group : groups) {
      if (left == 0) {
        break;
      }
      int rows = (int) Math.min(left, group.rows());
      raw.add(new Part(group, 0, rows).of(batch(group)));
      left -= rows;
    }
    return raw;
  }

  /** The number of floats that a network takes of an example. */
  static int width(FittedPlan.Features features) {
    return features.denseWidth()
        + features.categorical().size()
        + features.sequences().stream().mapToInt(FittedPlan.SequenceFeature::length).sum();
  }

  static TrainingException noLabels(FittedPlan.Features features) {
    return new TrainingException(
        ("Cannot train: no example of the train split has label '%s'. Check the columns that it is"
                + " computed from.")
            .formatted(features.label().map(FittedPlan.Target::name).orElse("")));
  }

  /** NaN where missing. */
  private static float[] weights(ExampleColumn column) {
    FloatColumn floats = (FloatColumn) column;
    float[] weights = new float[column.rows()];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = floats.isPresent(row) ? floats.value(row) : Float.NaN;
      if (weights[row] < 0 || Float.isInfinite(weights[row])) {
        throw new TrainingException(
            "Cannot train: the weight '%s' of an example is %s. Make it 0 or more: weight.clip(0, 1_000)."
                .formatted(column.name(), weights[row]));
      }
    }
    return weights;
  }

  private ExampleBatch batch(RowGroup group) {
    try {
      return RowGroupReader.read(group, columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
