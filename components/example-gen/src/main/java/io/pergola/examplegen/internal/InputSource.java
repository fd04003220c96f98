package io.pergola.examplegen.internal;

import io.pergola.examplegen.FileExampleGen;
import io.pergola.examplegen.FileFormat;
import io.pergola.examplegen.InputException;
import io.pergola.examplegen.InputOptions;
import io.pergola.examplegen.SplitPath;
import io.pergola.pipeline.Artifacts;
import io.pergola.span.FoundSpan;
import io.pergola.span.SpanPattern;
import io.pergola.span.SpanSelection;
import io.pergola.span.Spans;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of an input are.
 *
 * @param paths one a split if it was divided before, otherwise one
 * @param divided whether each path is a split
 * @param spans which spans are read; null if no path is a pattern
 */
public record InputSource(
    FileFormat format, List<Path> paths, boolean divided, @Nullable Spans spans) {

  /** The files of one path. */
  record Part(int split, List<Path> files) {}

  /** The input of an ExampleGen. */
  public static InputSource of(FileExampleGen<?, ?> gen) {
    Path source = Path.of(gen.source());
    return new InputSource(
        gen.format(),
        paths(source, gen.options()),
        !gen.options().splitPaths().isEmpty(),
        gen.spans());
  }

  private static List<Path> paths(Path source, InputOptions options) {
    return options.splitPaths().isEmpty()
        ? List.of(source)
        : options.splitPaths().stream().map(SplitPath::path).map(source::resolve).toList();
  }

  /**
   * Which spans are read of paths.
   *
   * @param wanted what was chosen; null if nothing was
   * @return null if no path has placeholders
   * @throws IllegalArgumentException if a path has placeholders that make no span
   */
  public static @Nullable Spans spans(Path source, InputOptions options, @Nullable Spans wanted) {
    List<Path> paths = paths(source, options);
    if (paths.stream().noneMatch(SpanPattern::isPattern)) {
      return null;
    }
    paths.forEach(SpanPattern::of);
    return wanted == null ? Spans.ofRun() : wanted;
  }

  /** All files, if no path is a pattern. */
  public List<Path> files() {
    return paths.stream().flatMap(path -> InputFiles.files(path, format).stream()).toList();
  }

  /**
   * The spans that are there; where the input was divided before, those that all splits have in the
   * same version.
   */
  public List<FoundSpan> found() {
    if (paths.size() == 1) {
      return find(paths.get(0));
    }
    Map<Long, List<FoundSpan>> bySpan = new TreeMap<>();
    for (Path path : paths) {
      for (FoundSpan span : find(path)) {
        bySpan.computeIfAbsent(span.span(), s -> new ArrayList<>()).add(span);
      }
    }
    List<FoundSpan> complete = new ArrayList<>();
    for (List<FoundSpan> splits : bySpan.values()) {
      FoundSpan first = splits.get(0);
      if (splits.size() == paths.size()
          && splits.stream().allMatch(s -> s.version() == first.version())) {
        complete.add(
            new FoundSpan(
                first.span(),
                first.version(),
                splits.stream().flatMap(s -> s.files().stream()).distinct().toList()));
      }
    }
    return complete;
  }

  private List<FoundSpan> find(Path pattern) {
    return SpanPattern.of(pattern).find(path -> InputFiles.filesIfAny(path, format));
  }

  /**
   * The files to read in a run, by the path they are of; apart for each span, so that no file of
   * examples has rows of two, and a span's files are the same in every window.
   */
  List<Part> parts(Artifacts artifacts) {
    List<Part> parts = new ArrayList<>();
    Spans wanted = spans;
    if (wanted == null) {
      for (int p = 0; p < paths.size(); p++) {
        parts.add(new Part(divided ? p : Chunk.BY_VALUES, InputFiles.files(paths.get(p), format)));
      }
    } else {
      SpanSelection selection =
          artifacts
              .execution()
              .spans()
              .orElseGet(() -> wanted.select(found(), artifacts.execution().context()));
      List<FoundSpan> chosen = selection.orThrow().found();
      if (!divided) {
        chosen.forEach(span -> parts.add(new Part(Chunk.BY_VALUES, span.files())));
      } else {
        for (int p = 0; p < paths.size(); p++) {
          Set<Path> ofSplit = new HashSet<>();
          find(paths.get(p)).forEach(span -> ofSplit.addAll(span.files()));
          for (FoundSpan span : chosen) {
            parts.add(new Part(p, span.files().stream().filter(ofSplit::contains).toList()));
          }
        }
      }
    }
    requireDistinct(parts);
    return parts;
  }

  /** A file in two splits would train a model on what it is evaluated with. */
  private void requireDistinct(List<Part> parts) {
    Map<Path, Integer> seen = new HashMap<>();
    Set<Path> twice = new TreeSet<>();
    for (Part part : parts) {
      for (Path file : part.files()) {
        if (seen.putIfAbsent(file.toAbsolutePath().normalize(), part.split()) != null) {
          twice.add(file);
        }
      }
    }
    if (!twice.isEmpty()) {
      Path first = twice.iterator().next();
      throw new InputException(
          first.toString(),
          0,
          "Cannot divide the input: %s%s in more than one split. Give each split files of its own."
              .formatted(
                  first,
                  twice.size() == 1 ? " is" : " and %d more are".formatted(twice.size() - 1)));
    }
  }
}
