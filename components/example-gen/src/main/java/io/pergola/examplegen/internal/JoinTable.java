package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ColumnType;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.examplegen.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The right side of a join in memory: rows by key, and one more row that lacks every feature. */
final class JoinTable {
  private static final double TWO_POWER_63 = 0x1p63;

  private final JoinPlan plan;
  private final Map<List<Object>, Integer> rows = new HashMap<>();
  private final ExampleBatch batch;

  private JoinTable(JoinPlan plan) throws IOException {
    this.plan = plan;
    ExampleBatchBuilder builder = new ExampleBatchBuilder(plan.added());
    for (RowGroup group : ExampleFiles.rowGroups(Path.of(plan.right()))) {
      add(RowGroupReader.read(group), builder);
    }
    builder.endRow();
    batch = builder.build();
  }

  static JoinTable of(JoinPlan plan) throws IOException {
    return new JoinTable(plan);
  }

  private void add(ExampleBatch group, ExampleBatchBuilder builder) {
    List<ExampleColumn> keys = plan.keys().stream().map(group::column).toList();
    List<ExampleColumn> added =
        plan.added().columns().stream().map(c -> group.column(c.name())).toList();
    for (int row = 0; row < group.rows(); row++) {
      List<Object> key = key(keys, row);
      if (key == null) {
        continue;
      }
      if (rows.putIfAbsent(key, builder.rows()) != null) {
        if (plan.firstWins()) {
          continue;
        }
        throw new InputException(
            plan.right(),
            0,
            "Cannot join examples on %s: the right side has more than one with %s. Give each key once, or take the first: firstWins()."
                .formatted(String.join(", ", plan.keys()), key));
      }
      for (int c = 0; c < added.size(); c++) {
        copy(added.get(c), row, builder, c);
      }
      builder.endRow();
    }
  }

  private static void copy(ExampleColumn from, int row, ExampleBatchBuilder to, int column) {
    if (!from.isPresent(row)) {
      return;
    }
    if (from.isMultivalent()) {
      to.putEmpty(column);
    }
    for (int value = from.start(row); value < from.end(row); value++) {
      if (from instanceof LongColumn longs) {
        to.putLong(column, longs.value(value));
      } else if (from instanceof FloatColumn floats) {
        to.putFloat(column, floats.value(value));
      } else if (from instanceof DoubleColumn doubles) {
        to.putDouble(column, doubles.value(value));
      } else if (from instanceof BytesColumn bytes) {
        int entry = bytes.entry(value);
        to.putBytes(column, bytes.data(), bytes.entryOffsets()[entry], bytes.entryLength(entry));
      }
    }
  }

  /** The key of a row; null if a part of it is missing. Whole numbers are equal in every type. */
  private static @Nullable List<Object> key(List<ExampleColumn> columns, int row) {
    List<Object> key = new ArrayList<>(columns.size());
    for (ExampleColumn column : columns) {
      if (!column.isPresent(row)) {
        return null;
      }
      if (column instanceof LongColumn longs) {
        key.add(longs.value(row));
      } else if (column instanceof BytesColumn bytes) {
        int entry = bytes.entry(row);
        // One character a byte: equal for equal bytes, whatever they are.
        key.add(
            new String(
                bytes.data(),
                bytes.entryOffsets()[entry],
                bytes.entryLength(entry),
                column.type() == ColumnType.TEXT
                    ? StandardCharsets.UTF_8
                    : StandardCharsets.ISO_8859_1));
      } else {
        double number =
            column instanceof FloatColumn floats
                ? floats.value(row)
                : ((DoubleColumn) column).value(row);
        boolean whole =
            number == Math.rint(number) && number >= -TWO_POWER_63 && number < TWO_POWER_63;
        key.add(whole ? (Object) (long) number : (Object) number);
      }
    }
    return key;
  }

  /** The examples of a row group with what the right side adds. */
  ExampleBatch join(ExampleBatch left) {
    List<ExampleColumn> keys = plan.keys().stream().map(left::column).toList();
    int[] ours = new int[left.rows()];
    int[] theirs = new int[left.rows()];
    int none = batch.rows() - 1;
    int count = 0;
    for (int row = 0; row < left.rows(); row++) {
      List<Object> key = key(keys, row);
      int match = key == null ? none : rows.getOrDefault(key, none);
      if (match != none || plan.keepsUnmatched()) {
        ours[count] = row;
        theirs[count++] = match;
      }
    }
    ExampleBatch chosen = left.select(Arrays.copyOf(ours, count));
    List<ExampleColumn> columns = new ArrayList<>(chosen.columns());
    columns.addAll(batch.select(Arrays.copyOf(theirs, count)).columns());
    return ExampleBatch.of(count, columns);
  }
}
