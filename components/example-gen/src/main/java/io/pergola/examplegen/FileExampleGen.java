package io.pergola.examplegen;

import io.pergola.examplegen.internal.InputSource;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanSource;
import io.pergola.span.Spans;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An ExampleGen that reads files: what all formats let choose. The same example always lands in the
 * same split, whatever the format, the order of files and rows, the number of workers and the
 * engine.
 *
 * @param <R> the record whose components are the features
 * @param <G> the ExampleGen itself
 */
public interface FileExampleGen<R extends Record, G extends FileExampleGen<R, G>>
    extends ExampleGen<R, G>, SpanSource {

  /** What the files hold. */
  FileFormat format();

  /** A file, a folder or a glob, or a pattern of spans. */
  String source();

  /** Which spans a run reads; null if the source is no pattern. */
  @Nullable Spans spans();

  /** A copy with other choices. */
  G with(InputOptions chosen, @Nullable Spans wanted);

  @Override
  default G with(InputOptions chosen) {
    return with(chosen, spans());
  }

  /**
   * Takes the splits as they were divided before: each path's examples are one split. A path that
   * is not absolute is below the source, and can have the placeholders of spans; a span is there
   * once every split has it, in the same version.
   */
  default G splits(SplitPath... paths) {
    InputOptions chosen = options().withPaths(List.of(paths));
    return with(chosen, InputSource.spans(Path.of(source()), chosen, spans()));
  }

  /**
   * Which spans a run reads; default {@link Spans#ofRun()}, those of its interval.
   *
   * @throws IllegalArgumentException if neither the source nor a split's path is a pattern of spans
   */
  default G spans(Spans wanted) {
    if (spans() == null) {
      throw new IllegalArgumentException(
          "Cannot choose spans of %s: it has no {SPAN}, nor {YYYY}, {MM} and {DD}. Put them where the spans' names differ."
              .formatted(source()));
    }
    return with(options(), wanted);
  }

  @Override
  default Optional<Spans> wanted() {
    return Optional.ofNullable(spans());
  }

  @Override
  default List<FoundSpan> found() {
    return InputSource.of(this).found();
  }

  @Override
  default List<Path> externalInputs() {
    return spans() == null ? InputSource.of(this).files() : List.of(); // the runner asks for found
  }
}
