package io.pergola.beam;

import io.pergola.beam.internal.ParquetBounds;
import io.pergola.beam.internal.ParquetColumn;
import io.pergola.beam.internal.ParquetFiles;
import io.pergola.beam.internal.ParquetLeaves;
import io.pergola.beam.internal.ParquetRowGroups;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.hadoop.ParquetFileReader;

/**
 * A Parquet file that anyone made, as a source of examples: nested fields are columns by their
 * path, {@code rider.name}. {@code docs/reference/parquet.md} says what is read as what. Not
 * thread-safe.
 */
public final class ParquetFile implements Closeable {
  private final Path path;
  private final ParquetFileReader reader;
  private final ParquetLeaves leaves;
  private final Map<String, ParquetColumn> columns = new HashMap<>();

  private ParquetFile(Path path, ParquetFileReader reader) {
    this.path = path;
    this.reader = reader;
    leaves = ParquetLeaves.of(reader.getFileMetaData().getSchema());
    leaves.columns().forEach(column -> columns.put(column.field().name(), column));
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws IOException if there is no such file, or its footer cannot be read; the message says
   *     which file
   */
  public static ParquetFile open(Path path) throws IOException {
    return new ParquetFile(path, ParquetFiles.open(path));
  }

  /** The columns. */
  public ExampleSchema schema() {
    return new ExampleSchema(leaves.columns().stream().map(ParquetColumn::field).toList());
  }

  /** What no column can be, by path, and why. */
  public Map<String, String> refused() {
    return leaves.refused();
  }

  /** The number of row groups. */
  public int rowGroups() {
    return reader.getRowGroups().size();
  }

  /** The position in the file at which a row group begins. */
  public long position(int rowGroup) {
    return reader.getRowGroups().get(rowGroup).getStartingPos();
  }

  /** The number of rows of a row group. */
  public long rows(int rowGroup) {
    return reader.getRowGroups().get(rowGroup).getRowCount();
  }

  /**
   * What the statistics of a row group say of a column; nothing of one that may have several values
   * a row, that is stored as something else than it means, or has no statistics.
   */
  public Optional<ColumnBounds> bounds(int rowGroup, String name) {
    ParquetColumn column = columns.get(name);
    return column == null
        ? Optional.empty()
        : ParquetBounds.of(reader.getRowGroups().get(rowGroup), column);
  }

  /** Takes note of rows whose lists have nulls among values, so that values do not line up. */
  @FunctionalInterface
  public interface ListGaps {
    /**
     * Takes note of a row; the column that is read has its list without the nulls. May be told the
     * same twice.
     *
     * @param row from 0, in its row group
     */
    void found(String column, int row);
  }

  /**
   * Reads columns of a row group. A list of nothing but nulls is missing.
   *
   * @param names of columns of the schema, in the order wanted
   * @param gaps is told of rows whose lists have nulls among values
   * @throws IOException if the file is truncated or corrupt, or a value has no form; the message
   *     names file, column and row group
   */
  public ExampleBatch read(int rowGroup, List<String> names, ListGaps gaps) throws IOException {
    List<ParquetColumn> wanted = new ArrayList<>();
    for (String name : names) {
      ParquetColumn column = columns.get(name);
      if (column == null) {
        throw new IllegalArgumentException(
            "Cannot find column '%s' in %s: it has %s. Correct the name."
                .formatted(name, path, columns.keySet()));
      }
      wanted.add(column);
    }
    RowGroup group = new RowGroup("", path.toString(), rowGroup, rows(rowGroup), 0);
    return ParquetRowGroups.read(reader, group, wanted, gaps);
  }

  /** The schema as it is stored, in Parquet's own words: equal for files of the same columns. */
  public String storedSchema() {
    return reader.getFileMetaData().getSchema().toString();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
