package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.examplegen.RowChoice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes the rows and columns of batches that are wanted, and counts the others. */
final class ChosenRows {
  private static final double TWO_POWER_MINUS_53 = 0x1p-53;

  private final ReadPlan plan;
  private final RowChoice choice;
  private final int split;
  private final SplitParts parts;
  private long read;
  private long filtered;
  private long unsampled;

  ChosenRows(ReadPlan plan, RowChoice choice, int split, SplitParts parts) {
    this.plan = plan;
    this.choice = choice;
    this.split = split;
    this.parts = parts;
  }

  /** Writes what is wanted of a batch of the columns that are read. */
  void write(ExampleBatch all) throws IOException {
    read += all.rows();
    ExampleBatch rows = all;
    if (plan.filter().isPresent()) {
      rows = select(all, plan.filter().get().rows(all));
      filtered += all.rows() - rows.rows();
    }
    if (choice.sample() < 1) {
      int before = rows.rows();
      rows = select(rows, sampled(BatchHash.fingerprints(rows, plan.whole())));
      unsampled += before - rows.rows();
    }
    if (split == Chunk.BY_VALUES) {
      long[] fingerprints = BatchHash.fingerprints(rows, plan.splitting());
      parts.add(kept(rows), fingerprints);
    } else {
      parts.add(kept(rows), split);
    }
  }

  private static ExampleBatch select(ExampleBatch batch, int[] rows) {
    return rows.length == batch.rows() ? batch : batch.select(rows);
  }

  private int[] sampled(long[] fingerprints) {
    int[] rows = new int[fingerprints.length];
    int count = 0;
    for (int row = 0; row < rows.length; row++) {
      long mixed = mix(fingerprints[row] ^ mix(choice.seed() + 1));
      if ((mixed >>> 11) * TWO_POWER_MINUS_53 < choice.sample()) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** The finalizer of SplitMix64: without it a sample would hold some splits and lack others. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private ExampleBatch kept(ExampleBatch rows) {
    if (plan.kept().size() == plan.read().size()) {
      return rows;
    }
    List<ExampleColumn> columns = new ArrayList<>();
    for (InputColumn column : plan.kept()) {
      columns.add(rows.column(column.name()));
    }
    return ExampleBatch.of(rows.rows(), columns);
  }

  /** What became of the rows. */
  RowCounts counts(RefusedRows refused, long skippedGroups) {
    return new RowCounts(
        read + refused.count(),
        refused.count(),
        filtered,
        unsampled,
        skippedGroups,
        refused.first());
  }
}
