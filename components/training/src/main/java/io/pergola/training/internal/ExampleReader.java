package io.pergola.training.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.model.ModelInputs;
import io.pergola.training.TrainingException;
import io.pergola.transform.FittedPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads transformed examples straight into a network's arrays. */
public final class ExampleReader {
  private ExampleReader() {}

  /** The labelled examples of a row group. */
  static ExampleRows read(RowGroup group, FittedPlan.Features features, boolean classes) {
    ExampleBatch batch = batch(group, features);
    return ExampleRows.labelled(
        ModelInputs.of(features, batch),
        classes,
        features.weight().map(name -> weights(batch.column(name))).orElse(null));
  }

  /** The first labelled examples of a split, at most {@code limit}. */
  public static ExampleRows first(List<RowGroup> groups, FittedPlan.Features features, int limit) {
    boolean classes =
        features.label().map(l -> l.kind() == FittedPlan.LabelKind.CATEGORY).orElse(false);
    List<ExampleRows> parts = new ArrayList<>();
    int rows = 0;
    for (RowGroup group : groups) {
      if (rows >= limit) {
        break;
      }
      ExampleRows part = read(group, features, classes);
      part = part.rows() > limit - rows ? part.range(0, limit - rows) : part;
      parts.add(part);
      rows += part.rows();
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

  private static ExampleBatch batch(RowGroup group, FittedPlan.Features features) {
    Set<String> columns = new HashSet<>();
    features.dense().forEach(feature -> columns.add(feature.name()));
    features.categorical().forEach(feature -> columns.add(feature.name()));
    features.sequences().forEach(feature -> columns.add(feature.name()));
    features.label().ifPresent(label -> columns.add(label.name()));
    features.weight().ifPresent(columns::add);
    try {
      return RowGroupReader.read(group, columns);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
