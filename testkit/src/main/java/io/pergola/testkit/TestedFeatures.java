package io.pergola.testkit;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Features of a few rows, a list for each feature with an entry for each row; null is missing.
 *
 * @param batch the same as columns
 */
public record TestedFeatures(ExampleBatch batch) {

  /**
   * A feature of numbers, or a label that is true (1), false (0) or a number.
   *
   * @throws IllegalArgumentException if there is no such feature
   */
  public List<@Nullable Float> dense(String feature) {
    ExampleColumn column = batch.column(feature);
    if (column instanceof FloatColumn numbers && !numbers.isMultivalent()) {
      List<@Nullable Float> values = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        values.add(numbers.isPresent(row) ? numbers.value(row) : null);
      }
      return values;
    }
    throw new IllegalArgumentException(
        "Cannot read feature '%s' as numbers: it is %s. Use %s(\"%s\")."
            .formatted(feature, kind(column), accessor(column), feature));
  }

  /**
   * A feature of vectors.
   *
   * @throws IllegalArgumentException if there is no such feature
   */
  public List<@Nullable List<Float>> vector(String feature) {
    ExampleColumn column = batch.column(feature);
    if (!(column instanceof FloatColumn numbers) || !numbers.isMultivalent()) {
      throw new IllegalArgumentException(
          "Cannot read feature '%s' as vectors: it is %s. Use %s(\"%s\")."
              .formatted(feature, kind(column), accessor(column), feature));
    }
    List<@Nullable List<Float>> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      List<Float> values = new ArrayList<>();
      for (int value = numbers.start(row); value < numbers.end(row); value++) {
        values.add(numbers.value(value));
      }
      rows.add(numbers.isPresent(row) ? values : null);
    }
    return rows;
  }

  /**
   * A feature of sequences of ids; padding is the feature's size.
   *
   * @throws IllegalArgumentException if there is no such feature
   */
  public List<@Nullable List<Long>> sequence(String feature) {
    ExampleColumn column = batch.column(feature);
    if (!(column instanceof LongColumn ids) || !ids.isMultivalent()) {
      throw new IllegalArgumentException(
          "Cannot read feature '%s' as sequences: it is %s. Use %s(\"%s\")."
              .formatted(feature, kind(column), accessor(column), feature));
    }
    List<@Nullable List<Long>> rows = new ArrayList<>();
    for (int row = 0; row < batch.rows(); row++) {
      List<Long> values = new ArrayList<>();
      for (int value = ids.start(row); value < ids.end(row); value++) {
        values.add(ids.value(value));
      }
      rows.add(ids.isPresent(row) ? values : null);
    }
    return rows;
  }

  private static String kind(ExampleColumn column) {
    return switch (accessor(column)) {
      case "vector" -> "a vector";
      case "sequence" -> "a sequence";
      case "dense" -> "dense";
      default -> "categorical";
    };
  }

  private static String accessor(ExampleColumn column) {
    if (column instanceof FloatColumn) {
      return column.isMultivalent() ? "vector" : "dense";
    }
    return column.isMultivalent() ? "sequence" : "categorical";
  }

  /**
   * A feature of ids, or a label that is a class; -1 is out of vocabulary.
   *
   * @throws IllegalArgumentException if there is no such feature
   */
  public List<@Nullable Long> categorical(String feature) {
    ExampleColumn column = batch.column(feature);
    if (column instanceof LongColumn ids && !ids.isMultivalent()) {
      List<@Nullable Long> values = new ArrayList<>();
      for (int row = 0; row < batch.rows(); row++) {
        values.add(ids.isPresent(row) ? ids.value(row) : null);
      }
      return values;
    }
    throw new IllegalArgumentException(
        "Cannot read feature '%s' as ids: it is %s. Use %s(\"%s\")."
            .formatted(feature, kind(column), accessor(column), feature));
  }
}
