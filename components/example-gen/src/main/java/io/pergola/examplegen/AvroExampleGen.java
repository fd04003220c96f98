package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.examplegen.internal.ExampleJob;
import io.pergola.examplegen.internal.InputColumn;
import io.pergola.examplegen.internal.InputSource;
import io.pergola.examplegen.internal.RecordColumns;
import io.pergola.examplegen.internal.avro.AvroFormat;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.Spans;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Reads Avro object container files as examples and divides them into splits. {@code
 * docs/reference/avro.md} says what is read, and how.
 *
 * @param row the record whose components are the features; {@link Row} reads every feature
 * @param source a file, a folder or a glob, or a pattern of spans
 * @param columns the record's columns and their types, so that a changed record is read anew
 * @param options splits and what else all ExampleGens of files let choose
 * @param spans which spans a run reads, if the source is a pattern
 */
@BuiltIn
public record AvroExampleGen<R extends Record>(
    Class<R> row, String source, List<String> columns, InputOptions options, @Nullable Spans spans)
    implements FileExampleGen<R, AvroExampleGen<R>> {

  public AvroExampleGen {
    columns = List.copyOf(columns);
  }

  /**
   * Reads the features of a record: {@code tripMiles} is {@code trip_miles}, {@code trip.miles} or
   * {@code trip/miles}. A boxed component may be missing; a {@link List} has any number of values.
   */
  public static <R extends Record> From<R> of(Class<R> row) {
    List<InputColumn> columns = RecordColumns.of(row, FileFormat.AVRO);
    return source -> from(row, source, RecordColumns.descriptions(columns));
  }

  /** Reads every feature, of the type that the files say. */
  public static From<Row> untyped() {
    return source -> from(Row.class, source, List.of());
  }

  private static <R extends Record> AvroExampleGen<R> from(
      Class<R> row, Path source, List<String> columns) {
    InputOptions options = InputOptions.defaults();
    return new AvroExampleGen<>(
        row, source.toString(), columns, options, InputSource.spans(source, options, null));
  }

  /** Where the files are. */
  @FunctionalInterface
  public interface From<R extends Record> {
    /**
     * Reads a file, a folder (every file below it named {@code *.avro}), or a glob whose last name
     * has {@code *} or {@code ?}. A path with {@code {SPAN}}, or {@code {YYYY}}, {@code {MM}} and
     * {@code {DD}}, and maybe {@code {VERSION}}, stands for data in spans; {@link
     * AvroExampleGen#spans(Spans)} says which of them a run reads.
     *
     * @throws IllegalArgumentException if the path has placeholders that make no span
     */
    AvroExampleGen<R> from(Path source);
  }

  @Override
  public FileFormat format() {
    return FileFormat.AVRO;
  }

  @Override
  public AvroExampleGen<R> with(InputOptions chosen, @Nullable Spans wanted) {
    return new AvroExampleGen<>(row, source, columns, chosen, wanted);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Examples<R>> examples) {
    List<InputColumn> declared =
        columns.isEmpty() ? List.of() : RecordColumns.of(row, FileFormat.AVRO);
    ExampleJob.of(this, artifacts, files -> AvroFormat.of(files, declared))
        .build(beam, artifacts, examples);
  }
}
