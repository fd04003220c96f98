package io.pergola.examplegen.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.DoubleColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.FloatColumn;
import io.pergola.beam.LongColumn;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts the rows of a row group of the left side together with those that they match. */
final class JoinedRows {
  private static final int NONE = -1;

  private final JoinPlan plan;
  private final ExampleBatch left;
  private final List<ExampleBatch> rights;
  private final int[] batchOf;
  private final int[] rowOf;

  /**
   * Rows without a match so far.
   *
   * @param rights with the columns that are added
   */
  JoinedRows(JoinPlan plan, ExampleBatch left, List<ExampleBatch> rights) {
    this.plan = plan;
    this.left = left;
    this.rights = rights;
    batchOf = new int[left.rows()];
    rowOf = new int[left.rows()];
    Arrays.fill(batchOf, NONE);
  }

  /** Notes that a row has a match. */
  void match(int row, int right, int rightRow) {
    batchOf[row] = right;
    rowOf[row] = rightRow;
  }

  /** The rows of the result. */
  ExampleBatch build() {
    int[] kept = new int[left.rows()];
    int count = 0;
    ExampleBatchBuilder added = new ExampleBatchBuilder(plan.added());
    for (int row = 0; row < kept.length; row++) {
      if (batchOf[row] != NONE) {
        copy(plan, rights.get(batchOf[row]), rowOf[row], added, 0);
      } else if (!plan.keepsUnmatched()) {
        continue;
      }
      added.endRow();
      kept[count++] = row;
    }
    List<ExampleColumn> columns =
        new ArrayList<>(left.select(Arrays.copyOf(kept, count)).columns());
    columns.addAll(added.build().columns());
    return ExampleBatch.of(count, columns);
  }

  /**
   * Puts the columns that are added, without ending the row.
   *
   * @param first the number of the first of them in the builder
   */
  static void copy(JoinPlan plan, ExampleBatch right, int row, ExampleBatchBuilder to, int first) {
    for (int c = 0; c < plan.added().columns().size(); c++) {
      copy(right.column(plan.added().columns().get(c).name()), row, to, first + c);
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
}
