package io.pergola.training.internal;

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
    return ExampleRows.labelled(inputs(group, features), classes);
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
    ExampleRows all = new ExampleRows(rows, width, new float[rows * width], new float[rows]);
    int at = 0;
    for (ExampleRows part : parts) {
      System.arraycopy(part.features(), 0, all.features(), at * width, part.rows() * width);
      System.arraycopy(part.labels(), 0, all.labels(), at, part.rows());
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

  private static ModelInputs inputs(RowGroup group, FittedPlan.Features features) {
    Set<String> columns = new HashSet<>();
    features.dense().forEach(feature -> columns.add(feature.name()));
    features.categorical().forEach(feature -> columns.add(feature.name()));
    features.sequences().forEach(feature -> columns.add(feature.name()));
    features.label().ifPresent(label -> columns.add(label.name()));
    try {
      return ModelInputs.of(features, RowGroupReader.read(group, columns));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
