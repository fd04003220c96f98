package io.pergola.examplegen.internal.parquet;

import io.pergola.beam.BatchFilter;
import io.pergola.beam.ColumnType;
import io.pergola.beam.ExampleSchema;
import io.pergola.beam.ParquetFile;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.BadRecords;
import io.pergola.examplegen.internal.BatchFormat;
import io.pergola.examplegen.internal.BatchReader;
import io.pergola.examplegen.internal.CellType;
import io.pergola.examplegen.internal.FileSchema;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputFile;
import io.pergola.examplegen.internal.Piece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parquet: footers say what the columns are, and row groups are read as they stand. */
public final class ParquetFormat implements BatchFormat {
  private static final long serialVersionUID = 1L;

  private final ArrayList<InputColumn> columns;
  private final int ignored;

  private ParquetFormat(FileSchema.Chosen chosen) {
    columns = new ArrayList<>(chosen.columns());
    ignored = chosen.ignored();
  }

  /**
   * Looks at the footers of the files.
   *
   * @param declared the columns to read; all of them if empty
   */
  public static ParquetFormat of(List<InputFile> files, List<InputColumn> declared) {
    List<FileSchema> schemas = files.parallelStream().map(ParquetFormat::schema).toList();
    return new ParquetFormat(FileSchema.choose(schemas, declared));
  }

  private static FileSchema schema(InputFile file) {
    try (ParquetFile parquet = ParquetFile.open(Path.of(file.path()))) {
      return schema(file, parquet);
    } catch (IOException e) {
      throw new InputException(file.name(), 0, String.valueOf(e.getMessage()));
    }
  }

  static FileSchema schema(InputFile file, ParquetFile parquet) {
    Map<String, InputColumn> features = new LinkedHashMap<>();
    for (ExampleSchema.Field field : parquet.schema().columns()) {
      features.put(
          field.name(),
          InputColumn.found(field.name(), cellType(field.type()), field.multivalent()));
    }
    return new FileSchema(file.name(), features, parquet.refused());
  }

  private static CellType cellType(ColumnType type) {
    return switch (type) {
      case INT -> CellType.LONG;
      case FLOAT -> CellType.FLOAT;
      case DOUBLE -> CellType.DOUBLE;
      case TEXT -> CellType.TEXT;
      case BYTES -> CellType.BYTES;
    };
  }

  @Override
  public Optional<List<InputColumn>> columns() {
    return Optional.of(columns);
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
  public BatchReader open(
      Piece piece, List<InputColumn> wanted, Optional<BatchFilter> filter, BadRecords bad)
      throws IOException {
    return new ParquetReader(piece, wanted, filter, bad);
  }
}
