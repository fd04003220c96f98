package io.pergola.transform;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import org.jspecify.annotations.Nullable;

/** Reads raw columns as a plan does: univalent, and of the planned kind. */
final class RawColumns {
  private RawColumns() {}

  /** A column of numbers of any type. */
  static ExampleColumn number(ExampleBatch raw, String name, String feature) {
    ExampleColumn column = find(raw, name, feature);
    if (column.type().isNumber()) {
      return column;
    }
    if (column.presentCount() == 0) {
      return FloatColumn.of(name, new float[raw.rows()], missing(raw.rows()));
    }
    throw wrongType(column, feature, "numbers", "numbers, or plan it as text: trip.text(...)");
  }

  /** A column of text or bytes. */
  static BytesColumn text(ExampleBatch raw, String name, String feature) {
    ExampleColumn column = find(raw, name, feature);
    if (column instanceof BytesColumn bytes) {
      return bytes;
    }
    if (column.presentCount() == 0) {
      return noText(column);
    }
    throw wrongType(column, feature, "text", "text, or plan it as numbers: trip.number(...)");
  }

  /** A column of numbers of any type, any number of them an example. */
  static ExampleColumn numbers(ExampleBatch raw, String name, String feature) {
    ExampleColumn column = require(raw, name, feature);
    if (column.type().isNumber()) {
      return column;
    }
    if (hasNoValue(column)) {
      return new FloatColumn(
          name,
          raw.rows(),
          new float[column.valueCount()],
          null,
          column.presence(),
          column.offsets());
    }
    throw wrongType(column, feature, "numbers", "numbers, or plan it as texts: trip.texts(...)");
  }

  /** A column of texts or bytes, any number of them an example. */
  static BytesColumn texts(ExampleBatch raw, String name, String feature) {
    ExampleColumn column = require(raw, name, feature);
    if (column instanceof BytesColumn bytes) {
      return bytes;
    }
    if (hasNoValue(column)) {
      return noText(column);
    }
    throw wrongType(column, feature, "texts", "texts, or plan it as numbers: trip.numbers(...)");
  }

  private static boolean hasNoValue(ExampleColumn column) {
    return column.presentCount() == 0 || column.isMultivalent() && column.valueCount() == 0;
  }

  /** A column of texts that is missing or empty where another is. */
  @SuppressWarnings("NullAway") // javac drops @Nullable from a compact constructor's class file.
  private static BytesColumn noText(ExampleColumn like) {
    return new BytesColumn(
        like.name(),
        ColumnType.TEXT,
        like.rows(),
        new byte[0],
        new int[like.valueCount() + 1],
        null,
        like.presence(),
        like.offsets());
  }

  private static IllegalArgumentException wrongType(
      ExampleColumn column, String feature, String planned, String remedy) {
    int row = 0;
    while (column.start(row) == column.end(row)) {
      row++;
    }
    return new IllegalArgumentException(
        ("Cannot compute feature '%s': column '%s' holds %s such as %s, and the plan reads it as"
                + " %s. Give it as %s.")
            .formatted(
                feature,
                column.name(),
                column.type(),
                value(column, column.start(row)),
                planned,
                remedy));
  }

  private static String value(ExampleColumn column, int index) {
    if (column instanceof BytesColumn bytes) {
      return "'" + bytes.text(index) + "'";
    } else if (column instanceof LongColumn integers) {
      return Decimal.text(integers.value(index));
    } else if (column instanceof FloatColumn floats) {
      return Decimal.text(floats.value(index));
    }
    return Double.toString(((DoubleColumn) column).value(index));
  }

  private static long[] missing(int rows) {
    return new long[(rows + 63) >> 6];
  }

  private static ExampleColumn find(ExampleBatch raw, String name, String feature) {
    ExampleColumn column = require(raw, name, feature);
    return column.isMultivalent() ? univalent(column, feature) : column;
  }

  private static ExampleColumn require(ExampleBatch raw, String name, String feature) {
    return raw.find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    ("Cannot compute feature '%s': the examples have no column '%s', only %s. Add"
                            + " the column, with missing values if need be.")
                        .formatted(
                            feature,
                            name,
                            raw.columns().stream().map(ExampleColumn::name).toList())));
  }

  /** A column whose examples have one value at most, aligned with rows. */
  private static ExampleColumn univalent(ExampleColumn c, String feature) {
    int rows = c.rows();
    long[] presence = missing(rows);
    int[] ids = new int[rows];
    boolean all = true;
    for (int row = 0; row < rows; row++) {
      int values = c.end(row) - c.start(row);
      if (values > 1) {
        throw new IllegalArgumentException(
            ("Cannot compute feature '%s': column '%s' has %d values in one example, the first %s."
                    + " Plan all of them: %s.")
                .formatted(
                    feature,
                    c.name(),
                    values,
                    value(c, c.start(row)),
                    c.type().isNumber() ? "trip.numbers(...)" : "trip.texts(...)"));
      }
      if (values == 1) {
        presence[row >> 6] |= 1L << (row & 63);
        ids[row] = c.entry(c.start(row));
      } else {
        ids[row] = -1;
        all = false;
      }
    }
    return withIds(c, ids, all ? null : presence);
  }

  private static ExampleColumn withIds(ExampleColumn c, int[] ids, long @Nullable [] presence) {
    if (c instanceof LongColumn l) {
      return new LongColumn(c.name(), c.rows(), l.entries(), ids, presence, null);
    } else if (c instanceof FloatColumn f) {
      return new FloatColumn(c.name(), c.rows(), f.entries(), ids, presence, null);
    } else if (c instanceof DoubleColumn d) {
      return new DoubleColumn(c.name(), c.rows(), d.entries(), ids, presence, null);
    }
    BytesColumn b = (BytesColumn) c;
    return Vectors.bytes(c.name(), c.type(), b.data(), b.entryOffsets(), ids, presence, c.rows());
  }
}
