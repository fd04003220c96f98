package io.pergola.examplegen.internal.avro;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.internal.ExampleHash;
import io.pergola.examplegen.internal.HashedColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowValues;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.jspecify.annotations.Nullable;

/** Reads the records of the blocks that begin in one piece of a file. Not thread-safe. */
final class AvroReader implements RecordReader {
  private final Piece piece;
  private final RowValues values;
  private final DataFileReader<Object> file;
  private final long firstBlock;
  private long read;
  private long before = -1;

  AvroReader(Piece piece, List<InputColumn> columns) throws IOException {
    this.piece = piece;
    values = new RowValues(columns, this::place);
    file = new DataFileReader<>(new File(piece.file().path()), new Steps(columns));
    file.sync(piece.from());
    firstBlock = file.previousSync();
  }

  /** What the container reads its records with: puts them into the row, and returns nothing. */
  private final class Steps implements DatumReader<Object> {
    private final List<InputColumn> columns;
    private @Nullable AvroStep record;

    Steps(List<InputColumn> columns) {
      this.columns = columns;
    }

    @Override
    public void setSchema(Schema schema) {
      Map<String, Integer> wanted = new HashMap<>();
      Map<String, String> names = AvroFeatures.of(piece.file().name(), schema).resolve(columns);
      for (int c = 0; c < columns.size(); c++) {
        String feature = names.get(columns.get(c).name());
        if (feature != null) {
          wanted.put(feature, c);
        }
      }
      record = AvroProgram.of(schema, wanted, AvroReader.this::place);
    }

    @Override
    public @Nullable Object read(@Nullable Object reuse, Decoder in) throws IOException {
      if (record != null) {
        record.read(in, values);
      }
      return null;
    }
  }

  @Override
  public boolean next() throws IOException {
    try {
      if (!file.hasNext()) {
        if (file.previousSync() < piece.file().size()) { // Avro takes a cut block for the end
          throw new EOFException("the block is cut off");
        }
        return false;
      }
      if (file.pastSync(piece.to())) {
        return false;
      }
      read++;
      values.begin();
      file.next(null);
      return true;
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private InputException broken(Exception e) {
    Throwable cause = e instanceof AvroRuntimeException && e.getCause() != null ? e.getCause() : e;
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new InputException(
        piece.file().name(),
        record(),
        "Cannot read %s after record %d, in the block at byte %d: %s. Write the file again; it is truncated or corrupt."
            .formatted(
                piece.file().name(), Math.max(0, record() - 1), file.previousSync(), reason));
  }

  @Override
  public void read() {
    values.check();
  }

  @Override
  public void addTo(ExampleHash hash, HashedColumns columns) {
    values.addTo(hash, columns);
  }

  @Override
  public void appendTo(ExampleBatchBuilder batch) {
    values.appendTo(batch);
  }

  private RecordPlace place() {
    return new RecordPlace(piece.file().name(), "record", record());
  }

  @Override
  public long record() {
    if (before < 0) {
      try {
        before = AvroBlocks.recordsBefore(piece.file().path(), firstBlock);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return before + read;
  }

  @Override
  public String raw() {
    return values.text();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
