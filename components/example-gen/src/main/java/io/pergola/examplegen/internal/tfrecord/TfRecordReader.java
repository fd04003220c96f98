package io.pergola.examplegen.internal.tfrecord;

import io.pergola.beam.ExampleBatchBuilder;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.TfRecordExampleGen.Message;
import io.pergola.examplegen.internal.ExampleHash;
import io.pergola.examplegen.internal.HashedColumns;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.Piece;
import io.pergola.examplegen.internal.PieceStart;
import io.pergola.examplegen.internal.RawRecord;
import io.pergola.examplegen.internal.RecordPlace;
import io.pergola.examplegen.internal.RecordReader;
import io.pergola.examplegen.internal.RowValues;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Reads the records that begin in one piece of a file. Not thread-safe. */
final class TfRecordReader implements RecordReader {
  private final Piece piece;
  private final Message message;
  private final TfRecordStream stream;
  private final RowValues values;
  private final RowSink sink;
  private final ExampleParser parser;

  TfRecordReader(Piece piece, PieceStart start, Message message, List<InputColumn> columns)
      throws IOException {
    this.piece = piece;
    this.message = message;
    stream = open(piece, start);
    values = new RowValues(columns, this::place);
    sink = new RowSink(columns, values, this::place);
    parser = new ExampleParser(sink, message);
  }

  /** Reads records for a parser that puts nothing into rows. */
  TfRecordReader(Piece piece, PieceStart start, Message message) throws IOException {
    this(piece, start, message, List.of());
  }

  private static TfRecordStream open(Piece piece, PieceStart start) throws IOException {
    return new TfRecordStream(
        at(piece, start.offset()),
        piece.file().name(),
        start.offset(),
        start.line(),
        piece.file().compressed() ? Long.MAX_VALUE : piece.to() - piece.from());
  }

  private static InputStream at(Piece piece, long offset) throws IOException {
    if (offset == 0) {
      return piece.file().stream();
    }
    FileInputStream file = piece.file().open();
    file.getChannel().position(offset);
    return file;
  }

  @Override
  public boolean next() throws IOException {
    return stream.nextOffset() < piece.to() && stream.next();
  }

  @Override
  public void read() {
    sink.begin(stream.bytes());
    parse(parser);
    values.check();
  }

  /** Parses the record. */
  void parse(ExampleParser any) {
    stream.check();
    try {
      any.parse(stream.bytes(), stream.start(), stream.end());
    } catch (ExampleParser.MalformedException e) {
      throw new InputException(
          piece.file().name(),
          stream.record(),
          "Cannot read %s record %d at byte %d: it is no tf.train.%s: %s. Check what the records are%s."
              .formatted(
                  piece.file().name(),
                  stream.record(),
                  stream.offset(),
                  message.title(),
                  e.getMessage(),
                  message == Message.EXAMPLE
                      ? ", or read them as sequence examples: sequenceExamples()"
                      : ""));
    }
  }

  RecordPlace place() {
    return new RecordPlace(piece.file().name(), "record", stream.record());
  }

  @Override
  public void addTo(ExampleHash hash, HashedColumns columns) {
    values.addTo(hash, columns);
  }

  @Override
  public void appendTo(ExampleBatchBuilder batch) {
    values.appendTo(batch);
  }

  @Override
  public long record() {
    return stream.record();
  }

  @Override
  public String raw() {
    return values.text();
  }

  @Override
  public Optional<RawRecord> replay() {
    return Optional.of(new RawRecord(".tfrecord", new byte[0], stream.framed()));
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
