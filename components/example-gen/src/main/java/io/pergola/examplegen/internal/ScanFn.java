package io.pergola.examplegen.internal;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.PCollectionView;
import org.jspecify.annotations.Nullable;

/** Reads what a piece of a large file means for the pieces after it. */
final class ScanFn extends DoFn<Piece, PieceScan> {
  private static final long serialVersionUID = 1L;

  private final InputFormat format;

  ScanFn(InputFormat format) {
    this.format = format;
  }

  @ProcessElement
  public void process(@Element Piece piece, OutputReceiver<PieceScan> out) {
    try {
      out.output(format.scan(piece));
    } catch (IOException e) {
      throw InputFiles.unreadable(piece.file().name(), e);
    }
  }

  /** Where a piece begins, by all scans there are. */
  static PieceStart start(
      Piece piece,
      @Nullable PCollectionView<Iterable<PieceScan>> scans,
      DoFn<?, ?>.ProcessContext context) {
    return scans == null || piece.index() == 0
        ? PieceStart.OF_FILE
        : PieceScan.start(piece, context.sideInput(scans));
  }
}
