package io.pergola.examplegen.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** CSV: columns named by headers, types declared or found by reading all cells. */
public final class CsvFormat implements RowFormat {
  private static final long serialVersionUID = 1L;

  private final ArrayList<InputColumn> declared;
  private final ArrayList<String> names;
  private final int ignored;
  private final LastHeader headers = new LastHeader();

  private CsvFormat(List<InputColumn> declared, CsvLayout layout) {
    this.declared = new ArrayList<>(declared);
    names = new ArrayList<>(layout.names());
    ignored = layout.ignored().size();
  }

  /**
   * Looks at the headers of the files.
   *
   * @param declared the columns to read; all of them, of inferred types, if empty
   */
  public static CsvFormat of(List<InputFile> files, List<InputColumn> declared) {
    return new CsvFormat(
        declared, declared.isEmpty() ? CsvLayout.untyped(files) : CsvLayout.typed(files, declared));
  }

  @Override
  public Optional<List<InputColumn>> columns() {
    return declared.isEmpty() ? Optional.empty() : Optional.of(declared);
  }

  @Override
  public Optional<List<String>> names() {
    return Optional.of(names);
  }

  @Override
  public int ignoredColumns() {
    return ignored;
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
  public QuoteScan scan(Piece piece) throws IOException {
    return quotes(piece);
  }

  static QuoteScan quotes(Piece piece) throws IOException {
    try (Stretch stretch = Stretch.open(piece)) {
      return stretch.scan(piece);
    }
  }

  @Override
  public PieceStart start(Piece piece, List<PieceScan> before) {
    return startAfter(before);
  }

  static PieceStart startAfter(List<PieceScan> before) {
    PieceStart start = PieceStart.OF_FILE;
    for (PieceScan scan : before) {
      start = start.after((QuoteScan) scan.found());
    }
    return start;
  }

  @Override
  public byte[] look(Chunk chunk, Function<Piece, PieceStart> starts, BadRows bad)
      throws IOException {
    InferredTypes types = new InferredTypes(names);
    for (Piece piece : chunk.pieces()) {
      try (PieceReader reader = PieceReader.open(piece, starts.apply(piece), headers)) {
        types.open(reader, names);
        while (reader.next()) {
          if (reader.isRagged()) {
            bad.row(reader.ragged());
          } else {
            types.add(reader.records());
          }
        }
      }
    }
    return types.found();
  }

  @Override
  public byte[] merge(byte[] one, byte[] other) {
    return InferredTypes.wider(one, other, names.size());
  }

  @Override
  public List<InputColumn> columns(byte[] found) {
    return InferredTypes.columns(names, found);
  }

  @Override
  public RecordReader open(Piece piece, PieceStart start, List<InputColumn> columns)
      throws IOException {
    PieceReader reader = PieceReader.open(piece, start, headers);
    return new RowReader(columns, reader, piece.file().name());
  }
}
