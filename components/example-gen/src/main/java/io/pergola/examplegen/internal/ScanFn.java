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
      out.output(new PieceScan(piece.file().path(), piece.index(), format.scan(piece)));
    } catch (IOException e) {
      throw InputFiles.unreadable(piece.file().name(), e);
    }
  }

  /** Where a piece begins, by all scans there are. */
  static PieceStart start(
      InputFormat format,
      Piece piece,
      @Nullable PCollectionView<Iterable<PieceScan>> scans,
      DoFn<?, ?>.ProcessContext context) {
    if (scans == null || piece.index() == 0) {
      return PieceStart.OF_FILE;
    }
    try {
      return format.start(piece, PieceScan.before(piece, context.sideInput(scans)));
    } catch (IOException e) {
      throw InputFiles.unreadable(piece.file().name(), e);
    }
  }
}
