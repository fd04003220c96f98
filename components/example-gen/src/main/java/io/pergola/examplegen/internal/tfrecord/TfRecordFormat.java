package io.pergola.examplegen.internal.tfrecord;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.TfRecordExampleGen.Message;
import io.pergola.examplegen.internal.BadRows;
import io.pergola.examplegen.internal.Chunk;
import io.pergola.examplegen.internal.FoundColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceScan;
import io.pergola.examplegen.internal.PieceStart;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** TFRecord files: types declared, or found by parsing all records. */
public final class TfRecordFormat implements RowFormat {
  private static final long serialVersionUID = 1L;

  /** The ending of the name of the column that has the number of values of each step. */
  static final String LENGTHS = ".lengths";

  private final ArrayList<InputColumn> declared;
  private final String source;
  private final Message message;

  private TfRecordFormat(Message message, List<InputColumn> declared, String source) {
    this.message = message;
    this.declared = new ArrayList<>(declared);
    this.source = source;
  }

  /**
   * A format.
   *
   * @param declared the columns to read; all of them, of inferred types, if empty
   */
  public static TfRecordFormat of(
      Message message, List<InputFile> files, List<InputColumn> declared) {
    return new TfRecordFormat(message, declared, InputFile.describe(files));
  }

  @Override
  public Optional<List<InputColumn>> columns() {
    return declared.isEmpty() ? Optional.empty() : Optional.of(declared);
  }

  @Override
  public List<Piece> cut(InputFile file, long bytes) {
    return file.pieces(bytes);
  }

  @Override
  public boolean scansPieces() {
    return true;
  }

  @Override
  public TfRecordScan scan(Piece piece) throws IOException {
    return TfRecordScan.of(piece);
  }

  @Override
  public PieceStart start(Piece piece, List<PieceScan> before) throws IOException {
    return TfRecordScan.start(piece.file(), before);
  }

  @Override
  public byte[] look(Chunk chunk, Function<Piece, PieceStart> starts, BadRows bad)
      throws IOException {
    FoundColumns found = new FoundColumns();
    for (Piece piece : chunk.pieces()) {
      try (TfRecordReader reader = new TfRecordReader(piece, starts.apply(piece), message)) {
        LookSink sink = new LookSink(found, reader::place);
        ExampleParser parser = new ExampleParser(sink, message);
        while (reader.next()) {
          try {
            reader.parse(parser);
          } catch (InputException e) {
            bad.row(e);
          }
        }
      }
    }
    return found.toBytes();
  }

  @Override
  public byte[] merge(byte[] one, byte[] other) {
    return new FoundColumns().add(one).add(other).toBytes();
  }

  @Override
  public List<InputColumn> columns(byte[] found) {
    return new FoundColumns().add(found).columns(source);
  }

  @Override
  public RecordReader open(Piece piece, PieceStart start, List<InputColumn> columns)
      throws IOException {
    return new TfRecordReader(piece, start, message, columns);
  }
}
