package io.pergola.model;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The values of one raw column as a graph takes them. */
final class RawValues {
  private final GraphInput input;
  private final GraphInput.Column source;
  private final ExampleColumn column;

  /** Which value of each list. */
  private final int place;

  private RawValues(GraphInput input, GraphInput.Column source, ExampleColumn column, int place) {
    this.input = input;
    this.source = source;
    this.column = column;
    this.place = place;
  }

  /** The values of all columns of an input for some examples, in its order. */
  static List<RawValues> of(ExampleBatch raw, GraphInput input, int from, int rows) {
    List<RawValues> all = new ArrayList<>();
    for (GraphInput.Column source : input.columns()) {
      int width =
          input.takesAll() ? longest(raw.column(source.name()), from, rows) : source.width();
      for (int place = 0; place < width; place++) {
        all.add(of(raw, input, source, place));
      }
    }
    return all;
  }

  /** The length of the longest list, 1 at least. */
  static int longest(ExampleColumn column, int from, int rows) {
    int longest = 1;
    for (int row = from; row < from + rows && column.isMultivalent(); row++) {
      longest = Math.max(longest, column.end(row) - column.start(row));
    }
    return longest;
  }

  /**
   * The values of {@code source} in {@code raw}.
   *
   * @throws IllegalArgumentException if the column is absent, or of another kind than the input
   */
  private static RawValues of(
      ExampleBatch raw, GraphInput input, GraphInput.Column source, int place) {
    ExampleColumn column = raw.column(source.name());
    boolean text = input.element() == GraphInput.Element.TEXT;
    if (column.type().isNumber() == text && column.presentCount() > 0) {
      throw new IllegalArgumentException(
          "Cannot feed column '%s' to input '%s': it holds %s, and the input takes %s. Give it as %s."
              .formatted(
                  source.name(),
                  input.name(),
                  column.type(),
                  input.element().label(),
                  text ? "text" : "numbers"));
    }
    return new RawValues(input, source, column, place);
  }

  /** The value's place in the column, or -1 if it is missing. */
  private int index(int row) {
    if (!column.isPresent(row)) {
      return -1;
    }
    if (!column.isMultivalent()) {
      return place == 0 ? row : -1;
    }
    if (source.width() != 1) {
      int index = column.start(row) + place;
      return index < column.end(row) ? index : -1;
    }
    int values = column.end(row) - column.start(row);
    if (values > 1) {
      throw new IllegalArgumentException(
          "Cannot feed column '%s' to input '%s': example %d has %d values. Split the column."
              .formatted(source.name(), input.name(), row, values));
    }
    return values == 0 ? -1 : column.start(row);
  }

  double number(int row) {
    int index = index(row);
    if (index < 0) {
      return source.missing().map(Double::parseDouble).orElse(Double.NaN);
    } else if (column instanceof FloatColumn floats) {
      return floats.value(index);
    } else if (column instanceof DoubleColumn doubles) {
      return doubles.value(index);
    }
    return ((LongColumn) column).value(index);
  }

  /** Not by way of float64, which would round twice. */
  float single(int row) {
    int index = index(row);
    return index >= 0 && column instanceof LongColumn integers
        ? (float) integers.value(index)
        : (float) number(row);
  }

  long whole(int row) {
    int index = index(row);
    if (index < 0) {
      return Long.parseLong(orRefuse(source.missing(), row));
    } else if (column instanceof LongColumn integers) {
      return inRange(integers.value(index), row);
    }
    double value = number(row);
    if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
      throw new IllegalArgumentException(
          "Cannot feed column '%s' to input '%s': example %d has %s, and the input takes whole numbers. Correct the data."
              .formatted(source.name(), input.name(), row, value));
    }
    return inRange((long) value, row);
  }

  private long inRange(long value, int row) {
    if (input.element() == GraphInput.Element.INT32 && value != (int) value) {
      throw new IllegalArgumentException(
          "Cannot feed column '%s' to input '%s': example %d has %d, and the input takes int32. Correct the data."
              .formatted(source.name(), input.name(), row, value));
    }
    return value;
  }

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it has a character beyond U+FFFF, or U+0000: the Java
   *     interface of ONNX Runtime 1.29 hands over other bytes than their UTF-8
   */
  String text(int row) {
    int index = index(row);
    if (index < 0) {
      return orRefuse(source.missing(), row);
    }
    String text = ((BytesColumn) column).text(index);
    if (!canEnter(text)) {
      throw new IllegalArgumentException(
          "Cannot feed column '%s' to input '%s': '%s' has a character beyond U+FFFF, or U+0000, which ONNX Runtime's Java interface cannot hand over. Use the model's plan and core.onnx, or another language."
              .formatted(source.name(), input.name(), text));
    }
    return text;
  }

  /**
   * Whether an example's value reaches a graph as it is: no NaN, no text that cannot.
   *
   * @param most the largest integer, without its sign
   */
  static boolean canEnter(ExampleColumn column, int row, long most) {
    if (!column.isPresent(row)) {
      return true;
    }
    if (!column.isMultivalent()) {
      return isOrdinary(column, row)
          && !(column instanceof LongColumn integers
              && (integers.value(row) > most || integers.value(row) < -most));
    }
    // An empty list enters as one that is missing.
    boolean ordinary = column.end(row) > column.start(row);
    for (int index = column.start(row); index < column.end(row); index++) {
      ordinary &= isOrdinary(column, index);
    }
    return ordinary;
  }

  private static boolean isOrdinary(ExampleColumn column, int index) {
    if (column instanceof FloatColumn floats) {
      return !Float.isNaN(floats.value(index));
    } else if (column instanceof DoubleColumn doubles) {
      return !Double.isNaN(doubles.value(index));
    }
    if (column instanceof BytesColumn bytes) {
      String text = bytes.text(index);
      return canEnter(text) && !text.equals(FullGraph.MISSING_TEXT);
    }
    return true;
  }

  /** Whether a text reaches ONNX Runtime from Java as it is. */
  static boolean canEnter(String text) {
    return text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
  }

  private String orRefuse(Optional<String> missing, int row) {
    return missing.orElseThrow(
        () ->
            new IllegalArgumentException(
                "Cannot feed column '%s' to input '%s': example %d lacks it. Fill it, or import the model with a value for missing ones."
                    .formatted(source.name(), input.name(), row)));
  }
}
