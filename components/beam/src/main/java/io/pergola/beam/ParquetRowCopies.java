package io.pergola.beam;

import io.pergola.beam.internal.Codecs;
import io.pergola.beam.internal.ParquetFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.FileMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * A Parquet file of single rows of other files of the same schema, as they are stored there, also
 * in columns that no example can have. Rows are copied one by one, with Parquet's own reader and
 * writer: for few of many. Not thread-safe.
 */
public final class ParquetRowCopies implements Closeable {
  private static final long ROW_GROUP_BYTES = 16L << 20;

  private final ParquetWriter<Group> writer;
  private @Nullable Source source;

  private ParquetRowCopies(ParquetWriter<Group> writer) {
    this.writer = writer;
  }

  /**
   * Begins a file.
   *
   * @param like a file whose schema it gets
   */
  public static ParquetRowCopies create(Path file, Path like) throws IOException {
    MessageType schema;
    try (ParquetFileReader reader = ParquetFiles.open(like)) {
      schema = reader.getFileMetaData().getSchema();
    }
    return new ParquetRowCopies(
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(schema)
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .withRowGroupSize(ROW_GROUP_BYTES)
            .build());
  }

  /**
   * Appends a copy of a row. Rows of one row group are best asked for in their order: otherwise it
   * is read anew.
   *
   * @param row from 0, in its row group
   */
  public void append(Path file, int rowGroup, int row) throws IOException {
    Source at = source;
    if (at == null || !at.file.equals(file) || at.rowGroup != rowGroup || at.next > row) {
      closeSource();
      at = Source.open(file, rowGroup);
      source = at;
    }
    writer.write(at.row(row));
  }

  private void closeSource() {
    Source open = source;
    if (open != null) {
      open.close();
      source = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeSource();
    writer.close();
  }

  /** A row group that is read row by row. */
  private static final class Source implements Closeable {
    private final Path file;
    private final int rowGroup;
    private final PageReadStore pages;
    private final RecordReader<Group> rows;
    private int next;

    private Source(Path file, int rowGroup, PageReadStore pages, RecordReader<Group> rows) {
      this.file = file;
      this.rowGroup = rowGroup;
      this.pages = pages;
      this.rows = rows;
    }

    static Source open(Path file, int rowGroup) throws IOException {
      try (ParquetFileReader reader = ParquetFiles.open(file)) {
        PageReadStore pages = reader.readRowGroup(rowGroup);
        FileMetaData metaData = reader.getFileMetaData();
        RecordReader<Group> rows =
            new ColumnIOFactory(metaData.getCreatedBy())
                .getColumnIO(metaData.getSchema())
                .getRecordReader(pages, new GroupRecordConverter(metaData.getSchema()));
        return new Source(file, rowGroup, pages, rows);
      }
    }

    Group row(int row) {
      Group found = rows.read();
      for (next++; next <= row; next++) {
        found = rows.read();
      }
      return found;
    }

    @Override
    public void close() {
      pages.close();
    }
  }
}
