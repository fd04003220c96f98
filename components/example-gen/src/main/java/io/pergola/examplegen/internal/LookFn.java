package io.pergola.examplegen.internal;

import io.pergola.examplegen.BadRowPolicy;
import java.io.IOException;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/** Finds out what columns the input has. */
final class LookFn extends DoFn<Chunk, byte[]> {
  private static final long serialVersionUID = 1L;

  private final InputFormat format;
  private final @Nullable PCollectionView<Iterable<PieceScan>> scans;

  private final BadRowPolicy policy;

  LookFn(
      InputFormat format,
      @Nullable PCollectionView<Iterable<PieceScan>> scans,
      BadRowPolicy policy) {
    this.format = format;
    this.scans = scans;
    this.policy = policy;
  }

  @ProcessElement
  public void process(ProcessContext context) {
    Chunk chunk = context.element();
    try {
      context.output(
          format.look(
              chunk, piece -> ScanFn.start(format, piece, scans, context), BadRows.of(policy)));
    } catch (IOException e) {
      throw InputFiles.unreadable(chunk.pieces().get(0).file().name(), e);
    }
  }

  /** Puts together what was found. */
  static final class Merge extends Combine.CombineFn<byte[], byte[], byte[]> {
    private static final long serialVersionUID = 1L;
    private static final byte[] NOTHING = {};

    private final InputFormat format;

    Merge(InputFormat format) {
      this.format = format;
    }

    @Override
    public byte[] createAccumulator() {
      return NOTHING;
    }

    @Override
    public byte[] addInput(byte[] accumulator, byte[] input) {
      return format.merge(accumulator, input);
    }

    @Override
    public byte[] mergeAccumulators(Iterable<byte[]> accumulators) {
      byte[] merged = NOTHING;
      for (byte[] accumulator : accumulators) {
        merged = format.merge(merged, accumulator);
      }
      return merged;
    }

    @Override
    public byte[] extractOutput(byte[] accumulator) {
      return accumulator;
    }
  }
}
