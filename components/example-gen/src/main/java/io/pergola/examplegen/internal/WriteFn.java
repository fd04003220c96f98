package io.pergola.examplegen.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.JobCounters;
import io.pergola.examplegen.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/** Reads chunks, and writes each as one part of every split that has some of its examples. */
final class WriteFn extends DoFn<Chunk, Void> {
  private static final long serialVersionUID = 1L;
  private static final int ROWS_PER_COUNT = 10_000;

  private final Counter rows = JobCounters.rows();
  private final InputFormat format;
  private final ArrayList<Split> splits;
  private final ArrayList<String> partition;
  private final String examples;
  private final @Nullable PCollectionView<Iterable<PieceScan>> scans;
  private final @Nullable PCollectionView<byte[]> found;

  WriteFn(
      InputFormat format,
      List<Split> splits,
      List<String> partition,
      Path examples,
      @Nullable PCollectionView<Iterable<PieceScan>> scans,
      @Nullable PCollectionView<byte[]> found) {
    this.format = format;
    this.splits = new ArrayList<>(splits);
    this.partition = new ArrayList<>(partition);
    this.examples = examples.toString();
    this.scans = scans;
    this.found = found;
  }

  @ProcessElement
  public void process(ProcessContext context) throws IOException {
    List<InputColumn> columns =
        found == null ? format.columns().orElseThrow() : format.columns(context.sideInput(found));
    HashedColumns hashed =
        HashedColumns.of(columns.stream().map(InputColumn::name).toList(), partition);
    Chunk chunk = context.element();
    try (SplitParts parts =
        new SplitParts(Path.of(examples), InputColumn.schema(columns), chunk.number(), splits)) {
      for (Piece piece : chunk.pieces()) {
        if (format instanceof RowFormat byRow) {
          PieceStart start = ScanFn.start(format, piece, scans, context);
          try (RecordReader reader = byRow.open(piece, start, columns)) {
            write(reader, hashed, chunk.split(), parts);
          }
        } else if (format instanceof BatchFormat byBatch) {
          try (BatchReader reader = byBatch.open(piece, columns)) {
            write(reader, hashed, chunk.split(), parts);
          }
        }
      }
      parts.publish();
    }
  }

  private void write(RecordReader reader, HashedColumns hashed, int split, SplitParts parts)
      throws IOException {
    ExampleHash hash = new ExampleHash();
    long count = 0;
    while (reader.next()) {
      reader.read();
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
  }

  private void write(BatchReader reader, HashedColumns hashed, int split, SplitParts parts)
      throws IOException {
    for (Optional<ExampleBatch> next = reader.next(); next.isPresent(); next = reader.next()) {
      ExampleBatch batch = next.get();
      if (split == Chunk.BY_VALUES) {
        parts.add(batch, BatchHash.fingerprints(batch, hashed));
      } else {
        parts.add(batch, split);
      }
      rows.inc(batch.rows());
    }
  }
}
