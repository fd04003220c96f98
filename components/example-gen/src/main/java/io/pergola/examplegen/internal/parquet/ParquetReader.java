package io.pergola.examplegen.internal.parquet;

import io.pergola.beam.BatchFilter;
import io.pergola.beam.ColumnBounds;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ParquetFile;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.BadRecords;
import io.pergola.examplegen.internal.BatchReader;
import io.pergola.examplegen.internal.ColumnConversion;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RowText;
import io.pergola.examplegen.internal.ValueErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Reads the row groups that begin in one piece of a file. Not thread-safe. */
final class ParquetReader implements BatchReader {
  private final Piece piece;
  private final List<InputColumn> columns;
  private final Path path;
  private final ParquetFile file;
  private final Map<String, String> paths;
  private final Optional<BatchFilter> filter;
  private final BadRecords bad;
  private long skipped;
  private int next;
  private long before;

  ParquetReader(
      Piece piece, List<InputColumn> columns, Optional<BatchFilter> filter, BadRecords bad)
      throws IOException {
    this.piece = piece;
    this.columns = columns;
    this.filter = filter;
    this.bad = bad;
    path = Path.of(piece.file().path());
    file = ParquetFile.open(path);
    paths = ParquetFormat.schema(piece.file(), file).resolve(columns);
  }

  @Override
  public Optional<ExampleBatch> next() throws IOException {
    while (next < file.rowGroups()) {
      int group = next++;
      long firstRow = before;
      before += file.rows(group);
      if (file.position(group) >= piece.from() && file.position(group) < piece.to()) {
        if (filter.isEmpty() || filter.get().mayMatch(name -> bounds(group, name))) {
          return Optional.of(read(group, firstRow));
        }
        skipped++;
      }
    }
    return Optional.empty();
  }

  /** The statistics of a column, if it is read as it is stored. */
  private Optional<ColumnBounds> bounds(int group, String name) {
    String stored = paths.get(name);
    if (stored == null) {
      return Optional.empty();
    }
    ColumnType wanted =
        columns.stream()
            .filter(column -> column.name().equals(name) && !column.multivalent())
            .map(column -> column.type().columnType())
            .findFirst()
            .orElse(null);
    return file.bounds(group, stored).filter(bounds -> bounds.type() == wanted);
  }

  @Override
  public long skippedGroups() {
    return skipped;
  }

  private ExampleBatch read(int group, long firstRow) throws IOException {
    SortedMap<Integer, InputException> problems = new TreeMap<>();
    ExampleBatch stored;
    try {
      stored =
          file.read(
              group,
              columns.stream().map(c -> paths.get(c.name())).filter(p -> p != null).toList(),
              (column, row) -> problems.putIfAbsent(row, gap(column, firstRow + row)));
    } catch (IOException e) {
      throw new InputException(piece.file().name(), 0, String.valueOf(e.getMessage()));
    }
    List<ExampleColumn> converted = new ArrayList<>();
    for (InputColumn column : columns) {
      ColumnConversion conversion =
          new ColumnConversion(column, row -> place(firstRow + row), problems::putIfAbsent);
      String name = paths.get(column.name());
      converted.add(
          name == null ? conversion.missing(stored.rows()) : conversion.of(stored.column(name)));
    }
    ExampleBatch batch = ExampleBatch.of(stored.rows(), converted);
    if (problems.isEmpty()) {
      return batch;
    }
    for (Map.Entry<Integer, InputException> problem : problems.entrySet()) {
      int row = problem.getKey();
      bad.add(
          problem.getValue(),
          RowText.of(stored, row),
          Optional.of(new ParquetReplay(file.storedSchema(), path, group, row)));
    }
    return batch.select(
        IntStream.range(0, batch.rows()).filter(row -> !problems.containsKey(row)).toArray());
  }

  private RecordPlace place(long row) {
    return new RecordPlace(piece.file().name(), "record", row + 1);
  }

  private InputException gap(String column, long row) {
    return ValueErrors.gap(column, place(row), column);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
