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
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/** Reads the records of the blocks that begin in one piece of a file. Not thread-safe. */
final class AvroReader implements RecordReader {
  private final Piece piece;
  private final RowValues values;
  private final DataFileReader<Object> file;
  private final AvroStep record;
  private final long firstBlock;
  private ByteBuffer block = ByteBuffer.allocate(0);
  private BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(new byte[0], null);
  private long blockPosition;
  private long left;
  private int from;
  private int to;
  private long read;
  private long before = -1;

  AvroReader(Piece piece, List<InputColumn> columns) throws IOException {
    this.piece = piece;
    values = new RowValues(columns, this::place);
    file = new DataFileReader<>(new File(piece.file().path()), new GenericDatumReader<>());
    file.sync(piece.from());
    firstBlock = file.previousSync();
    blockPosition = firstBlock;
    record = steps(columns);
  }

  /** Puts records into the row, without making objects of them. */
  private AvroStep steps(List<InputColumn> columns) {
    Schema schema = file.getSchema();
    Map<String, Integer> wanted = new HashMap<>();
    Map<String, String> names = AvroFeatures.of(piece.file().name(), schema).resolve(columns);
    for (int c = 0; c < columns.size(); c++) {
      String feature = names.get(columns.get(c).name());
      if (feature != null) {
        wanted.put(feature, c);
      }
    }
    return AvroProgram.of(schema, wanted, this::place);
  }

  @Override
  public boolean next() throws IOException {
    try {
      if (left == 0 && !nextBlock()) {
        return false;
      }
      left--;
      read++;
      values.begin();
      from = position();
      record.read(decoder, values);
      to = position();
      if (left == 0 && to != block.remaining()) {
        throw new IOException("%d bytes follow its last record".formatted(block.remaining() - to));
      }
      return true;
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private boolean nextBlock() throws IOException {
    blockPosition = file.previousSync();
    if (!file.hasNext()) {
      if (blockPosition < piece.file().size()) { // Avro takes a cut block for the end
        throw new EOFException("the block is cut off");
      }
      return false;
    }
    if (file.pastSync(piece.to())) {
      return false;
    }
    block = file.nextBlock();
    left = file.getBlockCount();
    decoder =
        DecoderFactory.get()
            .binaryDecoder(
                block.array(), block.arrayOffset() + block.position(), block.remaining(), decoder);
    return true;
  }

  /** Where the decoder stands in the block. */
  private int position() throws IOException {
    return block.remaining() - decoder.inputStream().available();
  }

  private InputException broken(Exception e) {
    Throwable cause = e instanceof AvroRuntimeException && e.getCause() != null ? e.getCause() : e;
    String reason = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new InputException(
        piece.file().name(),
        record(),
        "Cannot read %s after record %d, in the block at byte %d: %s. Write the file again; it is truncated or corrupt."
            .formatted(piece.file().name(), Math.max(0, record() - 1), blockPosition, reason));
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
  public Optional<AvroReplay> replay() {
    int start = block.arrayOffset() + block.position();
    byte[] encoded = Arrays.copyOfRange(block.array(), start + from, start + to);
    return Optional.of(new AvroReplay(file.getSchema(), encoded));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
