package io.pergola.beam.internal;

import io.pergola.beam.BytesColumn;
import io.pergola.beam.ExampleBatch;
import io.pergola.beam.ExampleColumn;
import io.pergola.beam.ExampleSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;

/** One Parquet file being written, column by column. Not thread-safe. */
public final class ParquetFileOutput {
  private static final int ROW_GROUP_ROWS = 262_144;
  private static final long ROW_GROUP_BYTES = 64L << 20;
  private static final long SLICE_BYTES = 16L << 20;

  private final ExampleSchema schema;
  private final MessageType message;
  private final List<ParquetColumn> columns;
  private final ParquetProperties properties;
  private final ParquetFileWriter file;
  private final CompressionCodecName codec;
  private ChunkEncoder[] chunks;
  private int groupRows;
  private long rows;

  public ParquetFileOutput(Path path, ExampleSchema schema, CompressionCodecName codec)
      throws IOException {
    if (schema.columns().isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot write examples without columns to %s. Give them at least one.".formatted(path));
    }
    this.schema = schema;
    this.codec = codec;
    message = ParquetSchemas.message(schema);
    columns = ParquetColumn.of(message);
    properties = ParquetProperties.builder().build();
    file =
        new ParquetFileWriter(
            new LocalOutputFile(path),
            message,
            ParquetFileWriter.Mode.CREATE,
            ROW_GROUP_BYTES,
            0,
            null,
            properties);
    file.start();
    chunks = newChunks();
  }

  private ChunkEncoder[] newChunks() {
    return columns.stream().map(ChunkEncoder::new).toArray(ChunkEncoder[]::new);
  }

  private ColumnChunkPageWriteStore newPages() {
    return new ColumnChunkPageWriteStore(
        new Codecs().getCompressor(codec),
        message,
        properties.getAllocator(),
        properties.getColumnIndexTruncateLength(),
        true);
  }

  public long rows() {
    return rows;
  }

  /** Appends examples that have all columns. */
  public void write(ExampleBatch batch) throws IOException {
    List<ExampleColumn> sources =
        columns.stream().map(column -> batch.column(column.field().name())).toList();
    int from = 0;
    while (from < batch.rows()) {
      int to = Math.min(batch.rows(), from + ROW_GROUP_ROWS - groupRows);
      while (to - from > 1 && plainBytes(sources, from, to) > SLICE_BYTES) {
        to = from + (to - from) / 2;
      }
      long bytes = 0;
      for (int i = 0; i < chunks.length; i++) {
        chunks[i].append(sources.get(i), from, to);
        bytes += chunks[i].bytes();
      }
      groupRows += to - from;
      rows += to - from;
      from = to;
      if (groupRows == ROW_GROUP_ROWS || bytes >= ROW_GROUP_BYTES) {
        flush();
      }
    }
  }

  /** How many bytes the text of these rows has, dictionaries apart that are small as a whole. */
  private static long plainBytes(List<ExampleColumn> sources, int from, int to) {
    long bytes = 0;
    for (ExampleColumn source : sources) {
      if (source instanceof BytesColumn column
          && column.entryOffsets()[column.entryCount()] > SLICE_BYTES) {
        int[] offsets = column.offsets();
        int first = offsets == null ? from : offsets[from];
        int last = offsets == null ? to : offsets[to];
        for (int i = first; i < last; i++) {
          int entry = column.entry(i);
          bytes += entry < 0 ? 0 : column.entryLength(entry);
        }
      }
    }
    return bytes;
  }

  private void flush() throws IOException {
    try (ColumnChunkPageWriteStore pages = newPages()) {
      for (int i = 0; i < chunks.length; i++) {
        chunks[i].writeTo(pages.getPageWriter(columns.get(i).descriptor()));
      }
      file.startBlock(groupRows);
      pages.flushToFileWriter(file);
      file.endBlock();
    }
    groupRows = 0;
    chunks = newChunks();
  }

  /** Ends the file. */
  public void close() throws IOException {
    if (groupRows > 0) {
      flush();
    }
    file.end(
        ParquetSchemas.avro(schema)
            .map(avro -> Map.of("parquet.avro.schema", avro))
            .orElse(Map.of()));
    file.close();
  }

  public void abandon() {
    try {
      file.close();
    } catch (IOException e) {
      file.abort();
    }
  }
}
