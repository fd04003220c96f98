package io.pergola.beam.internal;

import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ParquetFile;
import io.pergola.beam.RowGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.DummyRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads a row group of a Parquet file column by column. */
public final class ParquetRowGroups {
  private ParquetRowGroups() {}

  /** Reads the named columns, or all where {@code names} is empty. */
  public static ExampleBatch read(RowGroup group, Optional<Set<String>> names) throws IOException {
    Path file = group.path();
    try (ParquetFileReader reader = ParquetFiles.open(file)) {
      MessageType schema = reader.getFileMetaData().getSchema();
      MessageType wanted = names.isEmpty() ? schema : only(schema, names.get(), file);
      return read(reader, group, ParquetColumn.of(wanted), ParquetRowGroups::refuse);
    }
  }

  private static void refuse(String column, int row) {
    throw new IllegalStateException(
        "row %d has a null inside its list; leave it out when writing".formatted(row));
  }

  /**
   * Reads columns from a file that is open.
   *
   * @param gaps is told of rows whose lists have nulls among values, which are left out of them
   */
  public static ExampleBatch read(
      ParquetFileReader reader,
      RowGroup group,
      List<ParquetColumn> columns,
      ParquetFile.ListGaps gaps)
      throws IOException {
    int rows = rows(reader, group);
    if (columns.isEmpty()) {
      return ExampleBatch.of(rows, List.of());
    }
    MessageType schema = reader.getFileMetaData().getSchema();
    Set<String> tops = columns.stream().map(ParquetColumn::topName).collect(Collectors.toSet());
    MessageType wanted =
        new MessageType(
            schema.getName(),
            schema.getFields().stream().filter(f -> tops.contains(f.getName())).toList());
    List<ExampleColumn> read = new ArrayList<>();
    try (PageReadStore pages = pages(reader, group, wanted)) {
      for (ParquetColumn column : columns) {
        String name = column.field().name();
        read.add(paged(reader, group, column, pages, rows, row -> gaps.found(name, row)));
      }
    }
    return ExampleBatch.of(rows, read);
  }

  /** Reads the bytes of all pages; finds out which column is to blame if that fails. */
  private static PageReadStore pages(ParquetFileReader reader, RowGroup group, MessageType schema)
      throws IOException {
    try {
      reader.setRequestedSchema(schema);
      return reader.readRowGroup(group.index());
    } catch (RuntimeException | IOException e) {
      if (schema.getFieldCount() == 1) {
        throw corrupt(group, "column '%s' of ".formatted(schema.getFieldName(0)), e);
      }
      for (Type field : schema.getFields()) {
        pages(reader, group, new MessageType(schema.getName(), field)).close();
      }
      throw corrupt(group, "", e);
    }
  }

  private static ExampleColumn paged(
      ParquetFileReader reader,
      RowGroup group,
      ParquetColumn column,
      PageReadStore pages,
      int rows,
      IntConsumer gaps)
      throws IOException {
    if (column.isConverted()) {
      return recordwise(reader, group, column, rows, gaps);
    }
    try {
      return PagedColumnReader.read(column, pages.getPageReader(column.descriptor()), rows, gaps);
    } catch (PageData.UnsupportedPageException e) {
      return recordwise(reader, group, column, rows, gaps);
    } catch (RuntimeException | IOException e) {
      throw corrupt(group, "column '%s' of ".formatted(column.field().name()), e);
    }
  }

  /** Reads a column whose encoding the paged reader does not know, from its first page on. */
  static ExampleColumn recordwise(
      ParquetFileReader reader, RowGroup group, ParquetColumn column, int rows, IntConsumer gaps)
      throws IOException {
    FileMetaData file = reader.getFileMetaData();
    MessageType schema =
        new MessageType(file.getSchema().getName(), file.getSchema().getType(column.topName()));
    try (PageReadStore pages = pages(reader, group, schema)) {
      ColumnReadStoreImpl store =
          new ColumnReadStoreImpl(
              pages,
              new DummyRecordConverter(schema).getRootConverter(),
              schema,
              file.getCreatedBy());
      return RecordwiseColumnReader.read(
          column, store.getColumnReader(column.descriptor()), rows, gaps);
    } catch (RuntimeException e) {
      throw corrupt(group, "column '%s' of ".formatted(column.field().name()), e);
    }
  }

  private static IOException corrupt(RowGroup group, String column, Exception e) {
    return new IOException(
        "Cannot read %s%s, row group %d: %s. Write the file again."
            .formatted(column, group.file(), group.index(), e.getMessage()),
        e);
  }

  private static int rows(ParquetFileReader reader, RowGroup group) throws IOException {
    int groups = reader.getRowGroups().size();
    if (group.index() >= groups) {
      throw new IOException(
          "Cannot read row group %d of %s: the file has %d. List its row groups again."
              .formatted(group.index(), group.file(), groups));
    }
    return Math.toIntExact(reader.getRowGroups().get(group.index()).getRowCount());
  }

  private static MessageType only(MessageType schema, Set<String> names, Path file) {
    Set<String> unknown = new TreeSet<>(names);
    schema.getFields().forEach(f -> unknown.remove(f.getName()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot read %s of %s: it has %s. Correct the names."
              .formatted(
                  String.join(", ", unknown),
                  file,
                  String.join(", ", schema.getFields().stream().map(f -> f.getName()).toList())));
    }
    return new MessageType(
        schema.getName(),
        schema.getFields().stream().filter(f -> names.contains(f.getName())).toList());
  }
}
