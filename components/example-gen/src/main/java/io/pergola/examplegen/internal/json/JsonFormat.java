package io.pergola.examplegen.internal.json;

import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.BadRows;
import io.pergola.examplegen.internal.Chunk;
import io.pergola.examplegen.internal.FoundColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceStart;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** JSON lines: types declared, or found by reading all objects. */
public final class JsonFormat implements RowFormat {
  private static final long serialVersionUID = 1L;

  private final ArrayList<InputColumn> declared;
  private final String source;

  private JsonFormat(List<InputColumn> declared, String source) {
    this.declared = new ArrayList<>(declared);
    this.source = source;
  }

  /**
   * A format.
   *
   * @param declared the columns to read; all of them, of inferred types, if empty
   */
  public static JsonFormat of(List<InputFile> files, List<InputColumn> declared) {
    return new JsonFormat(declared, InputFile.describe(files));
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
  public byte[] look(Chunk chunk, Function<Piece, PieceStart> starts, BadRows bad)
      throws IOException {
    FoundColumns found = new FoundColumns();
    for (Piece piece : chunk.pieces()) {
      try (JsonLines lines = new JsonLines(piece)) {
        JsonLook look =
            new JsonLook(found, () -> new RecordPlace(piece.file().name(), "line", lines.line()));
        while (lines.next()) {
          try {
            look.walk(lines.bytes(), lines.start(), lines.end());
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
    return new JsonReader(piece, columns);
  }
}
