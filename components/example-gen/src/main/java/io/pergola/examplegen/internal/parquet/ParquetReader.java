package io.pergola.examplegen.internal.parquet;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ParquetFile;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.BatchReader;
import io.pergola.examplegen.internal.ColumnConversion;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RecordPlace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the row groups that begin in one piece of a file. Not thread-safe. */
final class ParquetReader implements BatchReader {
  private final Piece piece;
  private final List<InputColumn> columns;
  private final ParquetFile file;
  private final Map<String, String> paths;
  private int next;
  private long before;

  ParquetReader(Piece piece, List<InputColumn> columns) throws IOException {
    this.piece = piece;
    this.columns = columns;
    file = ParquetFile.open(Path.of(piece.file().path()));
    paths = ParquetFormat.schema(piece.file(), file).resolve(columns);
  }

  @Override
  public Optional<ExampleBatch> next() throws IOException {
    while (next < file.rowGroups()) {
      int group = next++;
      long firstRow = before;
      before += file.rows(group);
      if (file.position(group) >= piece.from() && file.position(group) < piece.to()) {
        return Optional.of(read(group, firstRow));
      }
    }
    return Optional.empty();
  }

  private ExampleBatch read(int group, long firstRow) {
    ExampleBatch stored;
    try {
      stored =
          file.read(
              group,
              columns.stream().map(c -> paths.get(c.name())).filter(p -> p != null).toList());
    } catch (IOException e) {
      throw new InputException(piece.file().name(), 0, String.valueOf(e.getMessage()));
    }
    List<ExampleColumn> converted = new ArrayList<>();
    for (InputColumn column : columns) {
      ColumnConversion conversion =
          new ColumnConversion(
              column, row -> new RecordPlace(piece.file().name(), "record", firstRow + row + 1));
      String path = paths.get(column.name());
      converted.add(
          path == null ? conversion.missing(stored.rows()) : conversion.of(stored.column(path)));
    }
    return ExampleBatch.of(stored.rows(), converted);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
