package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.StringJoiner;

/** Rows of batches as text, {@code {fare=1.5, tags=[a, b]}}, for those who look at refused ones. */
public final class RowText {
  private RowText() {}

  /** A row of a batch; missing features are left out. */
  public static String of(ExampleBatch batch, int row) {
    StringJoiner text = new StringJoiner(", ", "{", "}");
    for (ExampleColumn column : batch.columns()) {
      if (column.isPresent(row)) {
        text.add(column.name() + "=" + values(column, row));
      }
    }
    return text.toString();
  }

  private static String values(ExampleColumn column, int row) {
    if (!column.isMultivalent()) {
      return value(column, column.start(row));
    }
    StringJoiner values = new StringJoiner(", ", "[", "]");
    for (int value = column.start(row); value < column.end(row); value++) {
      values.add(value(column, value));
    }
    return values.toString();
  }

  private static String value(ExampleColumn column, int value) {
    if (column instanceof LongColumn longs) {
      return Long.toString(longs.value(value));
    }
    if (column instanceof FloatColumn floats) {
      return Float.toString(floats.value(value));
    }
    return column instanceof DoubleColumn doubles
        ? Double.toString(doubles.value(value))
        : ((BytesColumn) column).text(value);
  }
}
