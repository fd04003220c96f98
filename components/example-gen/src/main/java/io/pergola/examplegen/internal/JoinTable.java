package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.RowGroup;
import io.pergola.beam.RowGroupReader;
import io.pergola.examplegen.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of the right side in memory, by key: the batches that they were read as, and 32 to 64 bytes
 * a row. Reading it is thread-safe.
 */
final class JoinTable {
  private static final int FIRST_ROWS = 1 << 10;
  private static final int NONE = -1;

  private final JoinPlan plan;
  private final List<ExampleBatch> batches = new ArrayList<>();
  private final List<JoinKeys> keys = new ArrayList<>();
  private int size;
  private int[] batchOf = new int[FIRST_ROWS];
  private int[] rowOf = new int[FIRST_ROWS];
  private long[] hashes = new long[FIRST_ROWS];

  /** The row whose hash belongs there, or there where a free place follows, plus 1; 0 if free. */
  private int[] slots = new int[2 * FIRST_ROWS];

  private JoinTable(JoinPlan plan) {
    this.plan = plan;
  }

  /** All of the right side. */
  static JoinTable of(JoinPlan plan) throws IOException {
    JoinTable table = new JoinTable(plan);
    for (RowGroup group : ExampleFiles.rowGroups(Path.of(plan.right()))) {
      table.add(RowGroupReader.read(group));
    }
    return table;
  }

  /** A table without rows. */
  static JoinTable empty(JoinPlan plan) {
    return new JoinTable(plan);
  }

  /**
   * Adds the rows that have a key.
   *
   * @throws InputException if a key is there already, and the first does not win
   */
  void add(ExampleBatch batch) {
    JoinKeys theirs = JoinKeys.of(batch, plan.keys());
    int before = size;
    batches.add(batch);
    keys.add(theirs);
    for (int row = 0; row < batch.rows(); row++) {
      if (!theirs.has(row)) {
        continue;
      }
      int slot = slot(theirs, row);
      if (slots[slot] == 0) {
        put(slot, batches.size() - 1, row, theirs.hash(row));
      } else if (!plan.firstWins()) {
        throw new InputException(
            plan.right(),
            0,
            "Cannot join examples on %s: the right side has more than one with %s. Give each key once, or take the first: firstWins()."
                .formatted(String.join(", ", plan.keys()), theirs.text(row)));
      }
    }
    if (2 * (size - before) < batch.rows()) {
      keepOnly(before);
    }
  }

  /** Frees the rows of the last batch that are not in the table. */
  private void keepOnly(int before) {
    int last = batches.size() - 1;
    ExampleBatch all = batches.remove(last);
    keys.remove(last);
    if (size > before) {
      ExampleBatch kept = SpillFile.compact(all.select(Arrays.copyOfRange(rowOf, before, size)));
      batches.add(kept);
      keys.add(JoinKeys.of(kept, plan.keys()));
      for (int i = before; i < size; i++) {
        rowOf[i] = i - before;
      }
    }
  }

  private void put(int slot, int batch, int row, long hash) {
    if (size == hashes.length) {
      batchOf = Arrays.copyOf(batchOf, 2 * size);
      rowOf = Arrays.copyOf(rowOf, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    batchOf[size] = batch;
    rowOf[size] = row;
    hashes[size] = hash;
    slots[slot] = ++size;
    if (2 * size > slots.length) {
      slots = new int[2 * slots.length];
      for (int i = 0; i < size; i++) {
        int free = first(hashes[i]);
        while (slots[free] != 0) {
          free = free + 1 & slots.length - 1;
        }
        slots[free] = i + 1;
      }
    }
  }

  private int first(long hash) {
    return (int) hash & slots.length - 1;
  }

  /** Where a key is, or belongs. */
  private int slot(JoinKeys theirs, int row) {
    long hash = theirs.hash(row);
    int slot = first(hash);
    while (slots[slot] != 0) {
      int found = slots[slot] - 1;
      if (hashes[found] == hash && keys.get(batchOf[found]).isEqual(rowOf[found], theirs, row)) {
        return slot;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /** The row that each of other rows matches, or {@link #NONE}. */
  private int[] matches(ExampleBatch left) {
    JoinKeys ours = JoinKeys.of(left, plan.keys());
    int[] matches = new int[left.rows()];
    for (int row = 0; row < matches.length; row++) {
      matches[row] = ours.has(row) ? slots[slot(ours, row)] - 1 : NONE;
    }
    return matches;
  }

  /** The examples of a row group with what the right side adds. */
  ExampleBatch join(ExampleBatch left) {
    JoinedRows joined = new JoinedRows(plan, left, batches);
    int[] matches = matches(left);
    for (int row = 0; row < matches.length; row++) {
      if (matches[row] != NONE) {
        joined.match(row, batchOf[matches[row]], rowOf[matches[row]]);
      }
    }
    return joined.build();
  }

  /**
   * What the right side adds to rows of the left side.
   *
   * @param left with the keys, and the numbers of the rows in {@link JoinPlan#ROW}
   * @return with the numbers of the rows that match, in their order, and the columns added
   */
  ExampleBatch added(ExampleBatch left) {
    int[] matches = matches(left);
    ExampleBatchBuilder added = new ExampleBatchBuilder(plan.spilledMatches());
    for (int row = 0; row < matches.length; row++) {
      if (matches[row] != NONE) {
        added.putLong(0, JoinPlan.rowOf(left, row));
        ExampleBatch right = batches.get(batchOf[matches[row]]);
        JoinedRows.copy(plan, right, rowOf[matches[row]], added, 1);
        added.endRow();
      }
    }
    return added.build();
  }
}
