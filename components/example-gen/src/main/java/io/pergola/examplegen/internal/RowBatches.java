package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.InputException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Reads records as batches, for what is done column by column. Not thread-safe. */
final class RowBatches implements BatchReader {
  private static final int ROWS_PER_BATCH = 1 << 14;
  private static final int ROWS_PER_LOOK = 64;
  private static final long BYTES_PER_BATCH = 16L << 20;

  private final RecordReader reader;
  private final BadRecords bad;
  private final ExampleBatchBuilder builder;

  RowBatches(RecordReader reader, List<InputColumn> columns, BadRecords bad) {
    this.reader = reader;
    this.bad = bad;
    builder = new ExampleBatchBuilder(InputColumn.schema(columns));
  }

  @Override
  public Optional<ExampleBatch> next() throws IOException {
    while (builder.rows() < ROWS_PER_BATCH
        && (builder.rows() % ROWS_PER_LOOK != 0 || builder.bytes() <= BYTES_PER_BATCH)
        && reader.next()) {
      try {
        reader.read();
      } catch (InputException e) {
        bad.add(e, reader.raw(), reader.replay());
        continue;
      }
      reader.appendTo(builder);
    }
    return builder.rows() == 0 ? Optional.empty() : Optional.of(builder.build());
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
