package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.FeatureNames;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RowValues;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Puts the features that are columns into a row. Not thread-safe. */
final class RowSink implements FeatureSink {
  private final RowValues row;
  private final FeatureNames names;
  private final Supplier<RecordPlace> place;
  private final Features context = new Features("");
  private final Features lists = new Features(TfRecordFormat.LENGTHS);

  /** By column: in which record it was last put, and by which feature. */
  private final long[] lastRecord;

  private final int[] lastFeature;
  private long record;

  /** What is known of the features of one map. */
  private final class Features {
    private final NameTable table = new NameTable();
    private final String lengthsEnding;
    private int[] columns = new int[16];
    private int[] lengths = new int[16];
    private int known;

    Features(String lengthsEnding) {
      this.lengthsEnding = lengthsEnding;
    }

    int numberOf(byte[] bytes, int from, int to) {
      int number = table.numberOf(bytes, from, to);
      if (number == known) {
        if (known == columns.length) {
          columns = Arrays.copyOf(columns, known * 2);
          lengths = Arrays.copyOf(lengths, known * 2);
        }
        String name = table.name(number);
        columns[number] = names.column(name);
        lengths[number] = lengthsEnding.isEmpty() ? -1 : names.column(name + lengthsEnding);
        known++;
      }
      return number;
    }
  }

  RowSink(List<InputColumn> columns, RowValues row, Supplier<RecordPlace> place) {
    this.row = row;
    this.place = place;
    names = FeatureNames.of(columns);
    lastRecord = new long[columns.size()];
    lastFeature = new int[columns.size()];
  }

  /** Begins a record. */
  void begin(byte[] bytes) {
    record++;
    row.begin(bytes);
  }

  @Override
  public int feature(byte[] bytes, int from, int to, boolean sequence) {
    Features features = sequence ? lists : context;
    int number = features.numberOf(bytes, from, to);
    int column = features.columns[number];
    int length = features.lengths[number];
    if (column < 0 && length < 0) {
      return SKIPPED;
    }
    int feature = number << 1 | (sequence ? 1 : 0);
    claim(column, feature);
    claim(length, feature);
    return feature;
  }

  private void claim(int column, int feature) {
    if (column < 0) {
      return;
    }
    if (lastRecord[column] == record) {
      if (lastFeature[column] == feature) {
        row.drop(column); // the last of equal keys counts
      } else {
        String name = row.columns().get(column).name();
        RecordPlace where = place.get();
        row.fail(
            () ->
                new InputException(
                    where.file(),
                    where.record(),
                    "Cannot read feature '%s' of %s: two features have that name. Rename one, or declare a record without it."
                        .formatted(name, where)));
      }
    }
    lastRecord[column] = record;
    lastFeature[column] = feature;
  }

  private int column(int feature) {
    return ((feature & 1) == 0 ? context : lists).columns[feature >> 1];
  }

  @Override
  public void present(int feature) {
    int column = column(feature);
    if (column >= 0) {
      row.putPresent(column);
    }
    if ((feature & 1) != 0 && lists.lengths[feature >> 1] >= 0) {
      row.putPresent(lists.lengths[feature >> 1]);
    }
  }

  @Override
  public void endStep(int feature, int values) {
    int length = lists.lengths[feature >> 1];
    if (length >= 0) {
      row.putWhole(length, values);
    }
  }

  @Override
  public void end(int feature, int values) {}

  @Override
  public void whole(int feature, long value) {
    int column = column(feature);
    if (column >= 0) {
      row.putWhole(column, value);
    }
  }

  @Override
  public void number(int feature, float value) {
    int column = column(feature);
    if (column >= 0) {
      row.putNumber(column, value);
    }
  }

  @Override
  public void bytes(int feature, byte[] bytes, int from, int to) {
    int column = column(feature);
    if (column >= 0) {
      row.putRange(column, from, to);
    }
  }
}
