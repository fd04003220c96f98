package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.examplegen.internal.ExampleJob;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputSource;
import io.pergola.examplegen.internal.RecordColumns;
import io.pergola.examplegen.internal.tfrecord.TfRecordFormat;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.Spans;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Reads TFRecord files of {@code tf.train.Example}, or of {@code tf.train.SequenceExample}, and
 * divides the examples into splits. {@code docs/reference/tfrecord.md} says what is read, and how.
 *
 * @param row the record whose components are the features; {@link Row} reads every feature
 * @param message what the records are
 * @param source a file, a folder or a glob, or a pattern of spans
 * @param columns the record's columns and their types, so that a changed record is read anew
 * @param options splits and what else all ExampleGens of files let choose
 * @param spans which spans a run reads, if the source is a pattern
 */
@BuiltIn
public record TfRecordExampleGen<R extends Record>(
    Class<R> row,
    TfRecordExampleGen.Message message,
    String source,
    List<String> columns,
    InputOptions options,
    @Nullable Spans spans)
    implements FileExampleGen<R, TfRecordExampleGen<R>> {

  /** What the records of a file are. */
  public enum Message {
    /** {@code tf.train.Example}: features by name. */
    EXAMPLE,
    /** {@code tf.train.SequenceExample}: features of the context, and lists of features. */
    SEQUENCE_EXAMPLE;

    /** The name of the message in its package. */
    public String title() {
      return this == EXAMPLE ? "Example" : "SequenceExample";
    }
  }

  public TfRecordExampleGen {
    columns = List.copyOf(columns);
  }

  /**
   * Reads the features of a record: {@code tripMiles} is {@code trip_miles}, {@code trip.miles} or
   * {@code trip/miles}. A boxed component may be missing; a {@link List} has any number of values.
   */
  public static <R extends Record> From<R> of(Class<R> row) {
    List<InputColumn> columns = RecordColumns.of(row, FileFormat.TFRECORD);
    return source -> from(row, source, RecordColumns.descriptions(columns));
  }

  /** Reads every feature, of the type that holds all its values. */
  public static From<Row> untyped() {
    return source -> from(Row.class, source, List.of());
  }

  private static <R extends Record> TfRecordExampleGen<R> from(
      Class<R> row, Path source, List<String> columns) {
    InputOptions options = InputOptions.defaults();
    return new TfRecordExampleGen<>(
        row,
        Message.EXAMPLE,
        source.toString(),
        columns,
        options,
        InputSource.spans(source, options, null));
  }

  /** Where the files are. */
  @FunctionalInterface
  public interface From<R extends Record> {
    /**
     * Reads a file, a folder (every file below it named {@code *tfrecord*}, {@code
     * *-NNNNN-of-NNNNN} or the same with {@code .gz}), or a glob whose last name has {@code *} or
     * {@code ?}. A path with {@code {SPAN}}, or {@code {YYYY}}, {@code {MM}} and {@code {DD}}, and
     * maybe {@code {VERSION}}, stands for data in spans; {@link TfRecordExampleGen#spans(Spans)}
     * says which of them a run reads.
     *
     * @throws IllegalArgumentException if the path has placeholders that make no span
     */
    TfRecordExampleGen<R> from(Path source);
  }

  /**
   * Reads the records as {@code tf.train.SequenceExample}: context features by name, feature lists
   * as features with the values of all steps, and the number of values of each step as {@code
   * name.lengths}; default as {@code tf.train.Example}.
   */
  public TfRecordExampleGen<R> sequenceExamples() {
    return new TfRecordExampleGen<>(row, Message.SEQUENCE_EXAMPLE, source, columns, options, spans);
  }

  @Override
  public FileFormat format() {
    return FileFormat.TFRECORD;
  }

  @Override
  public TfRecordExampleGen<R> with(InputOptions chosen, @Nullable Spans wanted) {
    return new TfRecordExampleGen<>(row, message, source, columns, chosen, wanted);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Examples<R>> examples) {
    List<InputColumn> declared =
        columns.isEmpty() ? List.of() : RecordColumns.of(row, FileFormat.TFRECORD);
    ExampleJob.of(this, artifacts, files -> TfRecordFormat.of(message, files, declared))
        .build(beam, artifacts, examples);
  }
}
