package io.pergola.examplegen.internal.parquet;

import io.pergola.beam.ParquetRowCopies;
import io.pergola.examplegen.internal.Replay;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A refused row, for a file of its own with the schema of the file that it stands in.
 *
 * @param schema in Parquet's words
 * @param source the file
 * @param row from 0, in its row group
 */
record ParquetReplay(String schema, Path source, int rowGroup, int row) implements Replay {
  @Override
  public String suffix() {
    return ".parquet";
  }

  @Override
  public Object kind() {
    return schema;
  }

  @Override
  public Records create(Path file) throws IOException {
    ParquetRowCopies copies = ParquetRowCopies.create(file, source);
    return new Records() {
      @Override
      public void append(Replay record) throws IOException {
        ParquetReplay copied = (ParquetReplay) record;
        copies.append(copied.source(), copied.rowGroup(), copied.row());
      }

      @Override
      public void close() throws IOException {
        copies.close();
      }
    };
  }
}
