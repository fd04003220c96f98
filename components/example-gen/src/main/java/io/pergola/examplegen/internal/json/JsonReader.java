package io.pergola.examplegen.internal.json;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.internal.ExampleHash;
import io.pergola.examplegen.internal.HashedColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RawRecord;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowValues;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads the objects of the lines that begin in one piece of a file. Not thread-safe. */
final class JsonReader implements RecordReader {
  private final Piece piece;
  private final JsonLines lines;
  private final RowValues values;
  private final JsonRow row;

  JsonReader(Piece piece, List<InputColumn> columns) throws IOException {
    this.piece = piece;
    lines = new JsonLines(piece);
    values = new RowValues(columns, this::place);
    row = new JsonRow(columns, values, this::place);
  }

  @Override
  public boolean next() throws IOException {
    return lines.next();
  }

  @Override
  public void read() {
    values.begin();
    row.walk(lines.bytes(), lines.start(), lines.end());
    values.check();
  }

  private RecordPlace place() {
    return new RecordPlace(piece.file().name(), "line", lines.line());
  }

  @Override
  public void addTo(ExampleHash hash, HashedColumns columns) {
    values.addTo(hash, columns);
  }

  @Override
  public void appendTo(ExampleBatchBuilder batch) {
    values.appendTo(batch);
  }

  @Override
  public long record() {
    return lines.line();
  }

  @Override
  public String raw() {
    return new String(
        lines.bytes(), lines.start(), lines.end() - lines.start(), StandardCharsets.UTF_8);
  }

  @Override
  public Optional<RawRecord> replay() {
    return Optional.of(RawRecord.line(".jsonl", lines.bytes(), lines.start(), lines.end()));
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
