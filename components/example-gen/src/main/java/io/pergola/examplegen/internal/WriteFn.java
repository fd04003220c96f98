package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.JobCounters;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.InputOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/** Reads chunks, and writes each as one part of every split that has some of its examples. */
final class WriteFn extends DoFn<Chunk, RowCounts> {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_PER_COUNT = 10_000;

  private final Counter rows = JobCounters.rows();
  private final InputFormat format;
  private final InputOptions options;
  private final String examples;
  private final @Nullable PCollectionView<Iterable<PieceScan>> scans;
  private final @Nullable PCollectionView<byte[]> found;

  WriteFn(
      InputFormat format,
      InputOptions options,
      Path examples,
      @Nullable PCollectionView<Iterable<PieceScan>> scans,
      @Nullable PCollectionView<byte[]> found) {
    this.format = format;
    this.options = options;
    this.examples = examples.toString();
    this.scans = scans;
    this.found = found;
  }

  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    List<InputColumn> columns =
        found == null ? format.columns().orElseThrow() : format.columns(context.sideInput(found));
    ReadPlan plan = ReadPlan.of(columns, options);
    Chunk chunk = context.element();
    Path folder = Path.of(examples);
    try (SplitParts parts =
            new SplitParts(
                folder, InputColumn.schema(plan.kept()), chunk.number(), options.splits());
        RefusedRows refused = new RefusedRows(folder, chunk.number(), options.badRows())) {
      ChosenRows chosen = new ChosenRows(plan, options.rows(), chunk.split(), parts);
      long direct = 0;
      long skippedGroups = 0;
      for (Piece piece : chunk.pieces()) {
        if (format instanceof RowFormat byRow) {
          PieceStart start = ScanFn.start(format, piece, scans, context);
          RecordReader reader = byRow.open(piece, start, plan.read());
          if (plan.keepsAll(options.rows())) {
            try (reader) {
              direct += write(reader, plan.splitting(), chunk.split(), parts, refused);
            }
          } else {
            try (BatchReader batches = new RowBatches(reader, plan.read(), refused)) {
              write(batches, chosen);
            }
          }
        } else if (format instanceof BatchFormat byBatch) {
          try (BatchReader reader = byBatch.open(piece, plan.read(), plan.filter(), refused)) {
            write(reader, chosen);
            skippedGroups += reader.skippedGroups();
          }
        }
      }
      refused.publish();
      parts.publish();
      context.output(
          chosen.counts(refused, skippedGroups).plus(new RowCounts(direct, 0, 0, 0, 0, List.of())));
    }
  }

  private long write(
      RecordReader reader, HashedColumns hashed, int split, SplitParts parts, RefusedRows refused)
      throws IOException {
    ExampleHash hash = new ExampleHash();
    long count = 0;
    while (reader.next()) {
      try {
        reader.read();
      } catch (InputException e) {
        refused.add(e, reader.raw(), reader.replay());
        continue;
      }
      if (split == Chunk.BY_VALUES) {
        hash.reset();
        reader.addTo(hash, hashed);
        parts.add(reader, parts.splitOf(hash.fingerprint()));
      } else {
        parts.add(reader, split);
      }
      if (++count % ROWS_PER_COUNT == 0) {
        rows.inc(ROWS_PER_COUNT);
      }
    }
    rows.inc(count % ROWS_PER_COUNT);
    return count;
  }

  private void write(BatchReader reader, ChosenRows chosen) throws IOException {
    for (Optional<ExampleBatch> next = reader.next(); next.isPresent(); next = reader.next()) {
      chosen.write(next.get());
      rows.inc(next.get().rows());
    }
  }
}
