package io.pergola.examplegen;

import io.pergola.artifact.Examples;
import io.pergola.artifact.Row;
import io.pergola.beam.BeamComponent;
import io.pergola.examplegen.internal.CsvColumn;
import io.pergola.examplegen.internal.CsvInput;
import io.pergola.examplegen.internal.CsvJob;
import io.pergola.examplegen.internal.RecordColumns;
import io.pergola.feature.Accessor;
import io.pergola.feature.Column;
import io.pergola.feature.Columns;
import io.pergola.fingerprint.BuiltIn;
import io.pergola.pipeline.Artifacts;
import io.pergola.pipeline.Channel;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanPattern;
import io.pergola.span.SpanSelection;
import io.pergola.span.SpanSource;
import io.pergola.span.Spans;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Reads CSV files as examples and divides them into splits. {@code docs/reference/csv.md} says what
 * is read, and how.
 *
 * <p>The same example always lands in the same split, whatever the order of files, rows and
 * columns, the number of workers and the engine.
 *
 * @param row the record whose components are the columns; {@link Row} reads every column, of the
 *     type that holds all its cells
 * @param source a file, a folder or a glob, or a pattern of spans
 * @param columns the record's columns and their types, so that a changed record is read anew
 * @param splits with distinct names
 * @param partition the columns whose values decide on the split; all if empty
 * @param spans which spans a run reads, if the source is a pattern
 */
@BuiltIn
public record CsvExampleGen<R extends Record>(
    Class<R> row,
    String source,
    List<String> columns,
    List<Split> splits,
    List<String> partition,
    @Nullable Spans spans)
    implements BeamComponent<Channel<Examples<R>>>, SpanSource {
  private static final long CHUNK_BYTES = 32L << 20;

  public CsvExampleGen {
    columns = List.copyOf(columns);
    splits = List.copyOf(splits);
    partition = List.copyOf(partition);
    if (splits.isEmpty()) {
      throw new IllegalArgumentException("Invalid splits: none (at least one is needed)");
    }
    Set<String> names = new HashSet<>();
    for (Split split : splits) {
      if (!names.add(split.name())) {
        throw new IllegalArgumentException(
            "Invalid splits: '%s' occurs twice (names must be distinct)".formatted(split.name()));
      }
    }
  }

  /** Reads the columns of a record; a boxed component may be missing. */
  public static <R extends Record> From<R> of(Class<R> row) {
    List<String> columns = RecordColumns.of(row).stream().map(CsvExampleGen::describe).toList();
    return source -> from(row, source, columns);
  }

  /** Reads every column, of the type that holds all its cells. */
  public static From<Row> untyped() {
    return source -> from(Row.class, source, List.of());
  }

  private static <R extends Record> CsvExampleGen<R> from(
      Class<R> row, Path source, List<String> columns) {
    @Nullable Spans spans = null;
    if (SpanPattern.isPattern(source)) {
      SpanPattern.of(source);
      spans = Spans.ofRun();
    }
    return new CsvExampleGen<>(row, source.toString(), columns, twoToOne(), List.of(), spans);
  }

  /** Where the CSV is. */
  @FunctionalInterface
  public interface From<R extends Record> {
    /**
     * Reads a file, a folder (every file below it named {@code *.csv} or {@code *.csv.gz}), or a
     * glob whose last name has {@code *} or {@code ?}. A path with {@code {SPAN}}, or {@code
     * {YYYY}}, {@code {MM}} and {@code {DD}}, and maybe {@code {VERSION}}, stands for data in
     * spans; {@link CsvExampleGen#spans(Spans)} says which of them a run reads.
     *
     * @throws IllegalArgumentException if the path has placeholders that make no span
     */
    CsvExampleGen<R> from(Path source);
  }

  /** Divides examples into {@code train} and {@code eval} by these weights; default 2 to 1. */
  public CsvExampleGen<R> trainToEval(int train, int eval) {
    return splits(Split.of("train", train), Split.of("eval", eval));
  }

  /** Divides examples into these splits; default {@code train} 2 and {@code eval} 1. */
  public CsvExampleGen<R> splits(Split... splits) {
    return new CsvExampleGen<>(row, source, columns, List.of(splits), partition, spans);
  }

  /**
   * Keeps examples that agree in these features in one split, as all trips of one taxi; default all
   * features, which spreads examples evenly.
   */
  @SafeVarargs
  public final CsvExampleGen<R> partitionedBy(Accessor<R, ?>... features) {
    return partitionedByNames(Stream.of(features).map(Columns::name).toList());
  }

  /** The same, with columns named by hand. */
  public CsvExampleGen<R> partitionedBy(Column<?>... features) {
    return partitionedByNames(Stream.of(features).map(Column::name).toList());
  }

  private CsvExampleGen<R> partitionedByNames(List<String> names) {
    return new CsvExampleGen<>(row, source, columns, splits, names, spans);
  }

  /**
   * Which spans a run reads; default {@link Spans#ofRun()}, those of its interval.
   *
   * @throws IllegalArgumentException if the source is no pattern of spans
   */
  public CsvExampleGen<R> spans(Spans wanted) {
    if (spans == null) {
      throw new IllegalArgumentException(
          "Cannot choose spans of %s: it has no {SPAN}, nor {YYYY}, {MM} and {DD}. Put them where the spans' names differ."
              .formatted(source));
    }
    return new CsvExampleGen<>(row, source, columns, splits, partition, wanted);
  }

  @Override
  public Optional<Spans> wanted() {
    return Optional.ofNullable(spans);
  }

  @Override
  public List<FoundSpan> found() {
    return SpanPattern.of(Path.of(source)).find(CsvInput::filesIfAny);
  }

  @Override
  public List<Path> externalInputs() {
    if (spans != null) {
      return List.of(); // the runner asks for found()
    }
    Path path = Path.of(source);
    return Files.isRegularFile(path) ? List.of(path) : CsvInput.files(path);
  }

  @Override
  public void expand(Pipeline beam, Artifacts artifacts, Channel<Examples<R>> examples) {
    List<CsvColumn> declared = columns.isEmpty() ? List.of() : RecordColumns.of(row);
    CsvJob job = CsvJob.of(files(artifacts), declared, splits, partition, CHUNK_BYTES);
    job.build(beam, artifacts.of(examples).directory());
    artifacts
        .execution()
        .property(
            examples,
            "split_names",
            splits.stream()
                .map(split -> "\"" + split.name() + "\"")
                .collect(Collectors.joining(",", "[", "]")));
    artifacts.execution().property(examples, "ignored_columns", job.ignoredColumns().size());
  }

  private List<Path> files(Artifacts artifacts) {
    @Nullable Spans wanted = spans;
    if (wanted == null) {
      return CsvInput.files(Path.of(source));
    }
    SpanSelection chosen =
        artifacts
            .execution()
            .spans()
            .orElseGet(() -> wanted.select(found(), artifacts.execution().context()));
    return chosen.orThrow().found().stream().flatMap(span -> span.files().stream()).toList();
  }

  private static List<Split> twoToOne() {
    return List.of(Split.of("train", 2), Split.of("eval", 1));
  }

  private static String describe(CsvColumn column) {
    return "%s %s%s".formatted(column.name(), column.type(), column.required() ? " required" : "");
  }
}
