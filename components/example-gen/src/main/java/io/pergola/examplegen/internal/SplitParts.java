package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.beam.ExampleFileWriter;
import io.pergola.beam.ExampleFiles;
import io.pergola.beam.ExampleSchema;
import io.pergola.examplegen.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one part of each split. A part without rows is not written, but part 0 always is, so that
 * an empty split has a file that names its columns. Nothing is visible before {@link #publish}. Not
 * thread-safe.
 */
final class SplitParts implements AutoCloseable {
  /** Few enough that the arrays of a batch stay in the cache between parsing and encoding. */
  private static final int ROWS_PER_BATCH = 1 << 13;

  private static final int ROWS_PER_LOOK = 64;
  private static final long BYTES_PER_BATCH = 16L << 20;

  private final Path examples;
  private final ExampleSchema schema;
  private final int part;
  private final List<Split> splits;
  private final int[] splitOfBucket;
  private final @Nullable ExampleBatchBuilder[] batches;
  private final @Nullable ExampleFileWriter[] writers;

  SplitParts(Path examples, ExampleSchema schema, int part, List<Split> splits) {
    this.examples = examples;
    this.schema = schema;
    this.part = part;
    this.splits = splits;
    splitOfBucket = new int[splits.stream().mapToInt(Split::weight).sum()];
    int bucket = 0;
    for (int s = 0; s < splits.size(); s++) {
      for (int i = 0; i < splits.get(s).weight(); i++) {
        splitOfBucket[bucket++] = s;
      }
    }
    batches = new ExampleBatchBuilder[splits.size()];
    writers = new ExampleFileWriter[splits.size()];
  }

  /** The split that an example falls into. */
  int splitOf(long fingerprint) {
    return splitOfBucket[(int) Long.remainderUnsigned(fingerprint, splitOfBucket.length)];
  }

  /** Adds a row to a split. */
  void add(RecordReader row, int split) throws IOException {
    ExampleBatchBuilder batch = batches[split];
    if (batch == null) {
      batch = new ExampleBatchBuilder(schema);
      batches[split] = batch;
    }
    row.appendTo(batch);
    int rows = batch.rows();
    if (rows == ROWS_PER_BATCH || (rows % ROWS_PER_LOOK == 0 && batch.bytes() > BYTES_PER_BATCH)) {
      writer(split).write(batch.build());
    }
  }

  /**
   * Adds rows to the splits that they fall into.
   *
   * @param fingerprints one a row
   */
  void add(ExampleBatch rows, long[] fingerprints) throws IOException {
    int[][] chosen = new int[splits.size()][fingerprints.length];
    int[] counts = new int[chosen.length];
    for (int row = 0; row < fingerprints.length; row++) {
      int split = splitOf(fingerprints[row]);
      chosen[split][counts[split]++] = row;
    }
    for (int split = 0; split < chosen.length; split++) {
      boolean all = counts[split] == fingerprints.length;
      add(all ? rows : rows.select(Arrays.copyOf(chosen[split], counts[split])), split);
    }
  }

  /** Adds rows to a split. */
  void add(ExampleBatch rows, int split) throws IOException {
    if (rows.rows() > 0) {
      writer(split).write(rows);
    }
  }

  private ExampleFileWriter writer(int split) throws IOException {
    ExampleFileWriter writer = writers[split];
    if (writer == null) {
      Path file = ExampleFiles.partFile(examples, splits.get(split).name(), part);
      writer = ExampleFileWriter.open(file, schema);
      writers[split] = writer;
    }
    return writer;
  }

  /** Completes the parts. */
  void publish() throws IOException {
    for (int split = 0; split < splits.size(); split++) {
      ExampleBatchBuilder batch = batches[split];
      if (batch != null && batch.rows() > 0) {
        writer(split).write(batch.build());
      }
      if (part == 0) {
        writer(split);
      }
      ExampleFileWriter writer = writers[split];
      if (writer != null) {
        writer.close();
      }
    }
  }

  /** Gives up the parts that were not published. */
  @Override
  public void close() {
    for (ExampleFileWriter writer : writers) {
      if (writer != null) {
        writer.abandon();
      }
    }
  }
}
