package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/**
 * The keys of the rows of a batch. Numbers are equal in every type, as 1 and 1.0; text and bytes if
 * their bytes are. Immutable and thread-safe.
 */
final class JoinKeys {
  private final List<ExampleColumn> columns;
  private final long[] hashes;

  private JoinKeys(List<ExampleColumn> columns, long[] hashes) {
    this.columns = columns;
    this.hashes = hashes;
  }

  /** The keys of these columns. */
  static JoinKeys of(ExampleBatch batch, List<String> names) {
    List<String> all = batch.columns().stream().map(ExampleColumn::name).toList();
    return new JoinKeys(
        names.stream().map(batch::column).toList(),
        BatchHash.fingerprints(batch, HashedColumns.of(all, names)));
  }

  /** Whether the row has every part of the key. */
  boolean has(int row) {
    for (ExampleColumn column : columns) {
      if (!column.isPresent(row)) {
        return false;
      }
    }
    return true;
  }

  /** A number that rows of the same key share, on both sides. */
  long hash(int row) {
    return hashes[row];
  }

  /** Whether a row that has a key has the same one as a row of other keys. */
  boolean isEqual(int row, JoinKeys other, int otherRow) {
    for (int c = 0; c < columns.size(); c++) {
      if (!isEqual(columns.get(c), row, other.columns.get(c), otherRow)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isEqual(ExampleColumn one, int row, ExampleColumn other, int otherRow) {
    if (one instanceof BytesColumn bytes && other instanceof BytesColumn otherBytes) {
      int entry = bytes.entry(row);
      int otherEntry = otherBytes.entry(otherRow);
      return Arrays.equals(
          bytes.data(),
          bytes.entryOffsets()[entry],
          bytes.entryOffsets()[entry + 1],
          otherBytes.data(),
          otherBytes.entryOffsets()[otherEntry],
          otherBytes.entryOffsets()[otherEntry + 1]);
    }
    if (one instanceof LongColumn longs) {
      return other instanceof LongColumn otherLongs
          ? longs.value(row) == otherLongs.value(otherRow)
          : isEqual(longs.value(row), number(other, otherRow));
    }
    double number = number(one, row);
    if (other instanceof LongColumn otherLongs) {
      return isEqual(otherLongs.value(otherRow), number);
    }
    double otherNumber = number(other, otherRow);
    return number == otherNumber || (Double.isNaN(number) && Double.isNaN(otherNumber));
  }

  private static boolean isEqual(long whole, double number) {
    // 2^63 itself would become 2^63 - 1.
    return number == Math.rint(number) && number < 0x1p63 && (long) number == whole;
  }

  private static double number(ExampleColumn column, int row) {
    return column instanceof FloatColumn floats
        ? floats.value(row)
        : ((DoubleColumn) column).value(row);
  }

  /** A key in messages: {@code [Blue, 7]}. */
  String text(int row) {
    StringJoiner text = new StringJoiner(", ", "[", "]");
    for (ExampleColumn column : columns) {
      if (column instanceof LongColumn longs) {
        text.add(Long.toString(longs.value(row)));
      } else if (column instanceof BytesColumn bytes) {
        text.add(ValueErrors.shown(bytes.text(row)));
      } else {
        text.add(Double.toString(number(column, row)));
      }
    }
    return text.toString();
  }
}
